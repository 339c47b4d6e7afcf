import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { Scene } from "@babylonjs/core/scene";
import { GLTF2Export } from "@babylonjs/serializers/glTF/2.0/glTFSerializer";
import { vi } from "vitest";
import { CreateExcavator } from "../../demo/captures/make/excavator";
import { WriteSplatFile } from "../../src/plugin/export/splatFile";
import { WriteSplatPly } from "../../src/plugin/export/splatPly";
import { IdleWorker } from "../support/idleWorker";
import { WriteSplatBytes } from "../support/splatBytes";
import { CreateSplatTable } from "../support/splatScene";

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

/** Writes a table with objects on it as Gaussian splats. */
export function CreateTableFile(ending: "ply" | "splat", count: number): Uint8Array {
    vi.stubGlobal("Worker", IdleWorker);
    const engine = new NullEngine();
    try {
        const mesh = new GaussianSplattingMesh("table", null, new Scene(engine), true);
        mesh.updateData(WriteSplatBytes(CreateSplatTable(count, 1).splats).buffer);
        return ending === "ply" ? WriteSplatPly(mesh) : WriteSplatFile(mesh);
    } finally {
        engine.dispose();
        vi.unstubAllGlobals();
    }
}
