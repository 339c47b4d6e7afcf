import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { Scene } from "@babylonjs/core/scene";
import { vi } from "vitest";
import { SPLAT_FRAMES } from "../../src/compute/splats/splatFrame";
import { WriteSplatFile } from "../../src/plugin/export/splatFile";
import { WriteSplatPly } from "../../src/plugin/export/splatPly";
import { WriteSplatSogAsync } from "../../src/plugin/export/splatSog";
import { IdleWorker } from "../support/idleWorker";
import { WriteSplatBytes } from "../support/splatBytes";
import { CreateCloudMeshAsync, CreateSplatCloud } from "../support/splatClouds";
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

/** Writes splats with all opacities as a SOG. @returns the file, and the splats in 32 bytes each */
export async function CreateSogAsync(count: number): Promise<{ file: Uint8Array; rows: Uint8Array }> {
    vi.stubGlobal("Worker", IdleWorker);
    const engine = new NullEngine();
    try {
        const cloud = CreateSplatCloud(count, 0, SPLAT_FRAMES.ply);
        for (let i = 0; i < count; i++) {
            cloud.rows[32 * i + 27] = i & 255;
        }
        return {
            file: await WriteSplatSogAsync(await CreateCloudMeshAsync(cloud, new Scene(engine))),
            rows: cloud.rows,
        };
    } finally {
        engine.dispose();
        vi.unstubAllGlobals();
    }
}
