import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { PickLeaf } from "../../src/plugin/parts/pick/picking";
import { CreateCloudHierarchy } from "./content";
import { MarkStage } from "./longTasks";
import { CreateSceneAsync, Draw, Median } from "./scene";

/** Measures picking a leaf among many, in milliseconds. */
export async function Picking(leaves: number): Promise<object> {
    const scene = await CreateSceneAsync();
    Draw(scene);
    const { positions } = CreateCloudHierarchy(leaves, 1);
    const camera = scene.activeCamera!;
    const world = camera.getWorldMatrix().clone().setTranslation(Vector3.Zero());
    const [width, height] = [scene.getEngine().getRenderWidth(), scene.getEngine().getRenderHeight()];
    MarkStage("Picking");
    const times = Array.from({ length: 50 }, (_, i) => {
        const start = performance.now();
        PickLeaf(scene, positions, world, (width * (i + 1)) / 51, height / 2);
        return performance.now() - start;
    });
    scene.getEngine().dispose();
    return { leaves, medianMilliseconds: Median(times), longestMilliseconds: Math.max(...times) };
}
