import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader";
import { Quaternion, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import type { Scene } from "@babylonjs/core/scene";
import "@babylonjs/loaders/SPLAT/splatFileLoader";
import * as fflate from "fflate";
import { afterEach, describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CheckGpuAsync } from "../../src/compute/gpu/gpuErrors";
import { ReadSplatData, SPLAT_BYTES } from "../../src/plugin/content/splatData";
import { HARMONIC_BYTES } from "../../src/plugin/content/splatHarmonics";
import { WriteSplatFile } from "../../src/plugin/export/splatFile";
import { WriteSplatPly } from "../../src/plugin/export/splatPly";
import { WriteSplatSogAsync } from "../../src/plugin/export/splatSog";
import { SplatsByPart } from "../../src/plugin/export/splatsByPart";
import { ExtractSplats } from "../../src/plugin/parts/extract/extractSplats";
import { CANVAS_SIZE, CreateBlackScene, DrawAsync, UseBrowserEngine } from "../support/browserScene";
import { WriteSplatBytes } from "../support/splatBytes";
import { CreateSplatMeshAsync, CreateSplatTable } from "../support/splatScene";

const engine = UseBrowserEngine();
let scene: Scene;

afterEach(async () => {
    scene.dispose();
    await CheckGpuAsync(engine());
});

const COUNT = 300;

/** Creates random harmonics of a degree, in the layout of Babylon's mesh. */
function RandomHarmonics(degree: number, seed: number): Uint8Array[] {
    const random = CreateRandom(seed);
    const width = engine().getCaps().maxTextureSize;
    const coefficients = 3 * ((degree + 1) ** 2 - 1);
    return Array.from({ length: Math.ceil(coefficients / HARMONIC_BYTES) }, () =>
        new Uint8Array(HARMONIC_BYTES * width).map((_, i) => (i < HARMONIC_BYTES * COUNT ? 256 * random() : 128)),
    );
}

function CreateMesh(degree: number): GaussianSplattingMesh {
    const mesh = new GaussianSplattingMesh("table", null, scene, true);
    const bytes = WriteSplatBytes(CreateSplatTable(COUNT, 3).splats);
    const harmonics = degree > 0 ? RandomHarmonics(degree, 4) : undefined;
    mesh.updateData(bytes.buffer, harmonics, { flipY: false }, undefined, degree);
    mesh.scaling.y = -1; // as Babylon's loader does
    return mesh;
}

/** Returns byte k of a splat's harmonics. */
function HarmonicByte(shData: readonly Uint8Array[], splat: number, k: number): number {
    return shData[Math.floor(k / HARMONIC_BYTES)][HARMONIC_BYTES * splat + (k % HARMONIC_BYTES)];
}

async function OpenAsync(file: Uint8Array<ArrayBuffer>, extension: string): Promise<GaussianSplattingMesh> {
    const url = URL.createObjectURL(new Blob([file]));
    try {
        const { meshes } = await ImportMeshAsync(url, scene, {
            pluginExtension: extension,
            pluginOptions: { splat: { keepInRam: true, fflate } },
        });
        return meshes[0] as GaussianSplattingMesh;
    } finally {
        URL.revokeObjectURL(url);
    }
}

/** Returns the bytes of a mesh's splats without rotations, which a file may round by 1. */
function ExpectSameSplats(actual: GaussianSplattingMesh, expected: Uint8Array, scaleTolerance: number): void {
    const bytes = new Uint8Array(actual.splatsData!);
    expect(bytes.length).toBe(expected.length);
    const [floats, expectedFloats] = [bytes, expected].map((all) => new Float32Array(all.slice().buffer));
    for (let i = 0; i < expectedFloats.length; i++) {
        if (i % 8 < 3) {
            expect(floats[i]).toBe(expectedFloats[i]);
        } else if (i % 8 < 6) {
            expect(Math.abs(floats[i] / expectedFloats[i] - 1)).toBeLessThanOrEqual(scaleTolerance);
        } else {
            for (let byte = 4 * i; byte < 4 * i + 4; byte++) {
                expect(Math.abs(bytes[byte] - expected[byte])).toBeLessThanOrEqual(i % 8 === 6 ? 0 : 1);
            }
        }
    }
}

describe("splat files", () => {
    it.each([0, 1, 2, 3])("are read by Babylon with all splats as PLY, with harmonics of degree %s", async (degree) => {
        scene = CreateBlackScene(engine());
        const mesh = CreateMesh(degree);
        const labels = Int32Array.from({ length: COUNT }, (_, i) => i % 7);
        const file = WriteSplatPly(mesh, labels);
        const again = await OpenAsync(file, ".ply");
        expect(again.getClassName()).toBe("GaussianSplattingMesh");
        // Scales are written as 32-bit logarithms.
        ExpectSameSplats(again, new Uint8Array(mesh.splatsData!), 1e-6);
        expect(again.maxShDegree).toBe(degree);
        for (let k = 0; k < 3 * ((degree + 1) ** 2 - 1); k++) {
            for (const splat of [0, 1, COUNT - 1]) {
                expect(HarmonicByte(again.shData!, splat, k)).toBe(HarmonicByte(mesh.shData!, splat, k));
            }
        }
        // The labels are the last four bytes of each row.
        const text = new TextDecoder().decode(file.subarray(0, 4096));
        const start = text.indexOf("end_header\n") + "end_header\n".length;
        expect(text).toContain("property float rot_3\nproperty int label\nend_header");
        const rowBytes = (file.length - start) / COUNT;
        const view = new DataView(file.buffer, start);
        labels.forEach((label, i) => {
            expect(view.getInt32(rowBytes * (i + 1) - 4, true)).toBe(label);
        });
    });

    it("are read by Babylon with all splats as .splat", async () => {
        scene = CreateBlackScene(engine());
        const mesh = CreateMesh(0);
        ExpectSameSplats(await OpenAsync(WriteSplatFile(mesh), ".splat"), new Uint8Array(mesh.splatsData!), 0);
        // A mesh that flips its data itself is written as its data.
        const flipped = new GaussianSplattingMesh("flipped", null, scene, true);
        flipped.updateData(mesh.splatsData!.slice(0));
        const floats = new Float32Array(WriteSplatFile(flipped).buffer);
        expect(floats[1]).toBe(new Float32Array(mesh.splatsData!)[1]);
        expect(ReadSplatData(flipped).positions[1]).toBe(-floats[1]);
    });

    it("are read by Babylon with all splats and harmonics as SOG", async () => {
        scene = CreateBlackScene(engine());
        const mesh = CreateMesh(2);
        const again = await OpenAsync(await WriteSplatSogAsync(mesh, new Uint8Array(COUNT)), ".sog");
        const [floats, expected] = [again, mesh].map(({ splatsData }) => new Float32Array(splatsData!));
        const worst = floats.reduce((most, v, i) => (i % 8 < 6 ? Math.max(most, Math.abs(v - expected[i])) : most), 0);
        expect(worst).toBeLessThan(1e-3);
        expect([again.maxShDegree, again.scaling.y]).toEqual([2, -1]);
        for (const [splat, k] of [
            [0, 0],
            [7, 11],
            [COUNT - 1, 23],
        ]) {
            expect(HarmonicByte(again.shData!, splat, k)).toBe(HarmonicByte(mesh.shData!, splat, k));
        }
    });

    it("contain one part each", async () => {
        scene = CreateBlackScene(engine());
        const mesh = CreateMesh(1);
        const labels = CreateSplatTable(COUNT, 3).objects;
        const parts = SplatsByPart(mesh, labels);
        expect([...parts.keys()]).toEqual([-1, 0, 1, 2, 3, 4, 5, 6, 7]);
        let written = 0;
        for (const [label, splats] of parts) {
            const expected = new Uint8Array(SPLAT_BYTES * splats.length);
            splats.forEach((splat, i) => {
                expect(labels[splat]).toBe(label);
                expected.set(new Uint8Array(mesh.splatsData!, SPLAT_BYTES * splat, SPLAT_BYTES), SPLAT_BYTES * i);
            });
            written += splats.length;
            expect(WriteSplatFile(mesh, splats)).toEqual(expected);
            if (label === 5) {
                const again = await OpenAsync(WriteSplatPly(mesh, labels, splats), ".ply");
                ExpectSameSplats(again, expected, 1e-6);
            }
        }
        expect(written).toBe(COUNT);
    });

    it("throw on invalid input with a reason", () => {
        scene = CreateBlackScene(engine());
        const mesh = CreateMesh(0);
        expect(() => WriteSplatPly(mesh, [1, 2])).toThrow(/2 labels.*300 splats/);
        expect(() => SplatsByPart(mesh, [1, 2])).toThrow(/2 labels.*300 splats/);
        expect(() => WriteSplatPly(mesh, null, [COUNT])).toThrow(/splat index 300/);
        expect(() => WriteSplatFile(mesh, [-1])).toThrow(/splat index -1/);
        expect(() => ExtractSplats(mesh, [])).toThrow(/at least one/);
        expect(() => ExtractSplats(mesh, [0.5])).toThrow(/splat index 0.5/);
        expect(() => WriteSplatFile(new GaussianSplattingMesh("lost", null, scene))).toThrow(/keepInRam/);
    });
});

describe("ExtractSplats", () => {
    it("creates a mesh that looks like the splats, in their place", async () => {
        scene = CreateBlackScene(engine());
        const { splats, objects } = CreateSplatTable(4000, 5);
        const mesh = await CreateSplatMeshAsync("table", splats, scene);
        mesh.parent = new TransformNode("parent", scene);
        (mesh.parent as TransformNode).position = new Vector3(0.1, 0.1, 0);
        mesh.rotationQuaternion = Quaternion.FromEulerAngles(-0.4, 0.5, 0.2);
        mesh.scaling = new Vector3(0.8, -0.8, 0.8);
        const numbers = [...objects.keys()];
        const [ball, rest] = [numbers.filter((i) => objects[i] === 5), numbers.filter((i) => objects[i] !== 5)];
        const before = mesh.splatsData!.slice(0);
        const whole = await DrawAsync(scene);
        const extracted = ExtractSplats(mesh, ball);
        expect(new Uint8Array(mesh.splatsData!)).toEqual(new Uint8Array(before));
        expect(extracted.splatsData!.byteLength).toBe(SPLAT_BYTES * ball.length);
        mesh.setEnabled(false);
        const alone = await DrawAsync(scene);
        extracted.setEnabled(false);
        const other = ExtractSplats(mesh, rest, "rest");
        const remains = await DrawAsync(scene);
        other.dispose();
        let red = 0;
        let covered = 0;
        for (let y = 0; y < CANVAS_SIZE; y++) {
            for (let x = 0; x < CANVAS_SIZE; x++) {
                const [r, g] = whole(x, y);
                const isBall = r > 150 && g < 70;
                red += isBall ? 1 : 0;
                if (isBall) {
                    const [ballRed, ballGreen] = alone(x, y);
                    covered += ballRed > 120 && ballGreen < 80 ? 1 : 0;
                }
                const [restRed, restGreen] = remains(x, y);
                expect(restRed > 170 && restGreen < 60, `pixel ${x} ${y}`).toBe(false);
            }
        }
        expect(red).toBeGreaterThan(100);
        expect(covered / red).toBeGreaterThan(0.95);
    });
});
