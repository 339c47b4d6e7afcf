import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { Scene } from "@babylonjs/core/scene";
import "@babylonjs/loaders/SPLAT/splatFileLoader";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CheckGpuAsync } from "../../src/compute/gpu/gpuErrors";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { CreateBlackScene, DrawAsync, UseBrowserEngine } from "../support/browserScene";
import { CreateSogFiles, WriteSpzAsync } from "../support/splatFiles";
import { CreateSplatTable } from "../support/splatScene";

const engine = UseBrowserEngine();
const COUNT = 3000;
const { splats, objects } = CreateSplatTable(COUNT, 5);
let scene: Scene;

beforeEach(() => {
    scene = CreateBlackScene(engine());
});

afterEach(async () => {
    scene.dispose();
    await CheckGpuAsync(engine());
});

/** Loads a file like an application, without a library from another server. */
async function OpenAsync(kind: "spz" | "sog", options: object): Promise<GaussianSplattingMesh> {
    // The loader reads the archive's first two bytes, and passes the rest to the given library.
    const file = kind === "spz" ? await WriteSpzAsync(splats) : Uint8Array.of(0x50, 0x4b);
    const fflate = { unzipSync: () => CreateSogFiles(splats) };
    const url = URL.createObjectURL(new Blob([file]));
    try {
        const { meshes } = await ImportMeshAsync(url, scene, {
            pluginExtension: `.${kind}`,
            pluginOptions: { splat: { spzLibraryUrl: undefined, fflate, ...options } },
        });
        return meshes[0] as GaussianSplattingMesh;
    } finally {
        URL.revokeObjectURL(url);
    }
}

describe.each(["spz", "sog"] as const)("splats of a .%s file", (kind) => {
    it("are captured, segmented, colored, picked and extracted", async () => {
        const mesh = await OpenAsync(kind, { keepInRam: true });
        const segmentation = new UltrametricSegmentation(scene, { upAxis: "y" });
        const capture = await segmentation.captureSceneAsync([mesh], { views: 12, size: 96 });
        expect(capture.items.map(({ kind, elementCount }) => [kind, elementCount])).toEqual([["splats", COUNT]]);
        expect([...capture.elements]).toEqual([...objects.keys()].filter((i) => objects[i] >= 0));
        // The loader mirrors y, and the capture's world z.
        let worst = 0;
        capture.elements.forEach((splat, leaf) => {
            [1, -1, -1].forEach((sign, axis) => {
                const away = capture.geometry.positions[3 * leaf + axis] - sign * splats.positions[3 * splat + axis];
                worst = Math.max(worst, Math.abs(away));
            });
        });
        expect(worst).toBeLessThan(2e-3);
        expect(capture.geometry.normals).not.toBeNull();
        await segmentation.segmentAsync(capture, await segmentation.generateMasksAsync(capture), { preview: true });
        expect(segmentation.splatMeshes).toEqual([mesh]);
        // The ball is a part at some number of parts.
        const { elements } = capture;
        const ball = elements.findIndex((splat) => objects[splat] === 5);
        const size = elements.filter((splat) => objects[splat] === 5).length;
        const ious = Array.from({ length: 40 }, (_, i) => {
            const { leaves } = segmentation.parts!.partOfLeaf(ball, elements.length - 2 - i);
            const shared = leaves.filter((leaf) => objects[elements[leaf]] === 5).length;
            return shared / (leaves.length + size - shared);
        });
        expect(Math.max(...ious)).toBeGreaterThan(0.9);
        await DrawAsync(scene);
        segmentation.partCount = 2 + ious.indexOf(Math.max(...ious));
        const part = segmentation.parts!.partOfLeaf(ball, elements.length - segmentation.partCount);
        const [splatMesh] = part.extract().meshes;
        expect(splatMesh.getClassName()).toBe("GaussianSplattingMesh");
        segmentation.dispose();
        expect(mesh.material!.name).not.toContain("(parts)");
    });

    it("throw when they are not in memory", async () => {
        const mesh = await OpenAsync(kind, {});
        const segmentation = new UltrametricSegmentation(scene);
        await expect(segmentation.captureSceneAsync([mesh])).rejects.toThrow(/keepInRam: true/);
    });
});

describe("splats that are not in memory as one array", () => {
    it("throw with a remedy when a .sog file is kept as textures", async () => {
        const mesh = await OpenAsync("sog", { keepInRam: true, useSogTextures: true });
        const segmentation = new UltrametricSegmentation(scene);
        await expect(segmentation.captureSceneAsync([mesh])).rejects.toThrow(/useSogTextures: false/);
    });
});
