import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import { GLTF2Export } from "@babylonjs/serializers/glTF/2.0/glTFSerializer";
import { CreateExcavator } from "../../demo/captures/make/excavator";

/** Writes the model of the bundled capture as a GLB: meshes with vertex colors. */
export async function CreateExcavatorGlbAsync(): Promise<Uint8Array> {
    const scene = CreateExcavator();
    try {
        const paint = new StandardMaterial("paint", scene);
        paint.twoSidedLighting = true;
        paint.backFaceCulling = false; // the shapes were made for rays, which hit both sides
        for (const mesh of scene.meshes) {
            mesh.material = paint;
        }
        const { files } = await GLTF2Export.GLBAsync(scene, "excavator", { exportWithoutWaitingForScene: true });
        return new Uint8Array(await (files["excavator.glb"] as Blob).arrayBuffer());
    } finally {
        scene.getEngine().dispose();
    }
}
