import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { Material } from "@babylonjs/core/Materials/material";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { VertexData } from "@babylonjs/core/Meshes/mesh.vertexData";
import { MorphTarget } from "@babylonjs/core/Morph/morphTarget";
import { MorphTargetManager } from "@babylonjs/core/Morph/morphTargetManager";
import { Scene } from "@babylonjs/core/scene";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { Pacer } from "../../src/compute/base/pacer";
import { DEFAULT_SCENE_CONTENT_OPTIONS, ReadSceneContentAsync } from "../../src/plugin/content/readSceneContent";
import type { SceneContent } from "../../src/plugin/content/sceneContent";

const engine = new NullEngine();
let scene: Scene;

beforeEach(() => {
    scene = new Scene(engine);
});
afterAll(() => {
    engine.dispose();
});

/** Runs a function whenever the reading gives way to the page. */
class AnimatingPacer extends Pacer {
    public constructor(private readonly _animate: () => void) {
        super("Reading");
    }

    public override async yieldIfDueAsync(): Promise<void> {
        await Promise.resolve();
        this._animate();
    }
}

function Highest({ pieces }: SceneContent, piece: number): number {
    return Math.max(...pieces[piece].positions.filter((_, i) => i % 3 === 1));
}

describe("ReadSceneContentAsync", () => {
    it("reads all meshes in the pose of one moment, while animations go on", async () => {
        const boxes = Array.from({ length: 3 }, () => CreateBox("box", { size: 2 }, scene));
        const [, moving, morphing] = boxes;
        const target = new MorphTarget("up", 0.5, scene);
        target.setPositions(morphing.getPositionData()!.map((value, i) => (i % 3 === 1 ? value + 4 : value)));
        morphing.morphTargetManager = new MorphTargetManager(scene);
        morphing.morphTargetManager.addTarget(target);
        let steps = 0;
        const pacer = new AnimatingPacer(() => {
            steps++;
            moving.position.y += 10;
            target.influence = 1;
        });
        const content = await ReadSceneContentAsync(scene, boxes, DEFAULT_SCENE_CONTENT_OPTIONS, pacer);
        expect(steps).toBeGreaterThan(0);
        expect([0, 1, 2].map((piece) => Highest(content, piece))).toEqual([1, 1, 3]);
    });

    it("takes the mode in which a mesh is drawn from the mesh before its material", async () => {
        const data = new VertexData();
        data.positions = Array.from({ length: 18 }, (_, i) => (i * i) % 7);
        data.indices = [0, 1, 2, 3, 4, 5];
        const mesh = new Mesh("strip", scene);
        data.applyToMesh(mesh);
        mesh.material = new StandardMaterial("strip", scene);
        mesh.material.fillMode = Material.TriangleStripDrawMode;
        const countAsync = async (): Promise<number> =>
            (await ReadSceneContentAsync(scene, [mesh], DEFAULT_SCENE_CONTENT_OPTIONS, new Pacer("Reading")))
                .elementCount;
        expect(await countAsync()).toBe(4);
        mesh.overrideRenderingFillMode = Material.TriangleFillMode;
        expect(await countAsync()).toBe(2);
    });
});
