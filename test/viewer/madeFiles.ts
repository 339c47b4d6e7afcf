import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { Scene } from "@babylonjs/core/scene";
import { vi } from "vitest";
import { WriteSplatFile } from "../../src/plugin/export/splatFile";
import { WriteSplatPly } from "../../src/plugin/export/splatPly";
import { IdleWorker } from "../support/idleWorker";
import { WriteSplatBytes } from "../support/splatBytes";
import { CreateSplatTable } from "../support/splatScene";

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
