import createSpzAsync from "@adobe/spz";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import "@babylonjs/loaders/glTF/2.0";
import { unzipSync } from "fflate";
import { validateBytes } from "gltf-validator";
import { describe, expect, it } from "vitest";
import { CreateNodeImageDecoder } from "../../demo/headless/nodeImageDecoder";
import { RunCoroutineSync } from "../../src/compute/base/coroutine";
import type { SplatCloud } from "../../src/compute/splats/splatCloud";
import { ChangeSplatFrame, SPLAT_FRAMES } from "../../src/compute/splats/splatFrame";
import { FindHarmonicPalette } from "../../src/plugin/export/harmonicPalette";
import { WriteSplatFile } from "../../src/plugin/export/splatFile";
import { WriteSplatGlbAsync } from "../../src/plugin/export/splatGlb";
import { WriteSplatSogAsync } from "../../src/plugin/export/splatSog";
import { WriteSplatSpzAsync } from "../../src/plugin/export/splatSpz";
import { ReadSplatsAsync } from "../../src/plugin/formats/splats/readSplats";
import { UseNullScene } from "../support/nullScene";
import { CompareSplats, CreateCloudMeshAsync, CreateSplatCloud } from "../support/splatClouds";

const decodeImageAsync = CreateNodeImageDecoder();
const COUNT = 150;
const scene = UseNullScene();

async function ReadAsync(name: string, bytes: Uint8Array): Promise<SplatCloud> {
    return (await ReadSplatsAsync(bytes, name, { decodeImageAsync })).cloud;
}

/** Returns splats with other axes. */
function InFrame(cloud: SplatCloud, frame: SplatCloud["frame"]): SplatCloud {
    const copy = { ...cloud, rows: cloud.rows.slice(), harmonics: cloud.harmonics.slice() };
    return RunCoroutineSync(ChangeSplatFrame(copy, frame));
}

describe("splats written", () => {
    it.each([0, 1, 2, 3])(
        "as SPZ are read by the format's own library, with harmonics of degree %s",
        async (degree) => {
            const cloud = CreateSplatCloud(COUNT, degree, SPLAT_FRAMES.ply);
            const file = await WriteSplatSpzAsync(await CreateCloudMeshAsync(cloud, scene()));
            const expected = InFrame(cloud, SPLAT_FRAMES.spz);
            const worst = CompareSplats(await ReadAsync("table.spz", file), expected);
            expect(worst.center).toBeLessThan(2 ** -13);
            expect(worst.size).toBeLessThan(1 / 16);
            expect(worst.color).toBeLessThanOrEqual(5);
            expect(worst.opacity).toBe(0);
            expect(worst.rotation).toBeLessThan(3e-5);
            expect(worst.harmonic).toBeLessThanOrEqual(1);
            const spz = await createSpzAsync({ print: () => {} });
            const read = spz.loadSpzFromBuffer(file, { to: spz.CoordinateSystem.RDF });
            expect([read.numPoints, read.shDegree]).toEqual([COUNT, degree]);
            const floats = new Float32Array(cloud.rows.buffer);
            const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, value), 0);
            const away = read.positions.map((value, i) => Math.abs(value - floats[8 * Math.floor(i / 3) + (i % 3)]));
            expect(largest(away)).toBeLessThan(2 ** -13);
            // The library changes the axes of the harmonics by itself.
            const off = read.sh.map((value, i) => Math.abs(127.5 * (value + 1) - cloud.harmonics[i]));
            expect(largest(off)).toBeLessThanOrEqual(1.5);
        },
    );

    it("as SOG are read with labels, all harmonics and as few bytes", async () => {
        const cloud = CreateSplatCloud(COUNT, 3, SPLAT_FRAMES.ply);
        const labels = Uint32Array.from({ length: COUNT }, (_, i) => 70_000 * (i % 200));
        const mesh = await CreateCloudMeshAsync(cloud, scene());
        const file = await WriteSplatSogAsync(mesh, labels);
        const worst = CompareSplats(await ReadAsync("table.sog", file), cloud);
        expect(worst.center).toBeLessThan(1e-4);
        expect(worst.size).toBeLessThan(1e-3);
        expect([worst.color, worst.opacity, worst.harmonic]).toEqual([0, 0, 0]);
        expect(worst.rotation).toBeLessThan(1e-4);
        const files = unzipSync(file);
        expect(JSON.parse(new TextDecoder().decode(files["meta.json"]))).toMatchObject({ version: 2, count: COUNT });
        const image = await decodeImageAsync(files["labels.webp"], "labels.webp");
        const { data } = image;
        expect(
            labels.every((label, i) => data[4 * i] + 256 * data[4 * i + 1] + 65536 * data[4 * i + 2] === label),
        ).toBe(true);
        // Part of the splats, without harmonics.
        const part = await CreateCloudMeshAsync(CreateSplatCloud(COUNT, 0, SPLAT_FRAMES.ply), scene());
        expect((await ReadAsync("part.sog", await WriteSplatSogAsync(part, null, [4, 2, 9]))).count).toBe(3);
    });

    it.each([0, 3])("as GLB are valid and read by Babylon, with harmonics of degree %s", async (degree) => {
        const cloud = CreateSplatCloud(COUNT, degree, SPLAT_FRAMES.spz);
        const file = await WriteSplatGlbAsync(
            await CreateCloudMeshAsync(cloud, scene()),
            new Uint8Array(COUNT).fill(9),
        );
        // The validator does not know the extension's names of attributes.
        const { issues } = await validateBytes(file);
        const messages = issues.messages as { readonly code: string; readonly severity: number }[];
        expect(
            messages.filter(({ code, severity }) => severity === 0 && code !== "MESH_PRIMITIVE_INVALID_ATTRIBUTE"),
        ).toEqual([]);
        const { meshes } = await ImportMeshAsync(file, scene(), {
            pluginExtension: ".glb",
            pluginOptions: {
                gltf: {
                    onMeshLoaded: (mesh) => {
                        (mesh as unknown as { _keepInRam: boolean })._keepInRam = true;
                    },
                },
            },
        });
        const mesh = meshes.find((one) => one instanceof GaussianSplattingMesh)!;
        expect(mesh.maxShDegree).toBe(degree);
        const again = await ReadAsync("table.splat", WriteSplatFile(mesh));
        const worst = CompareSplats(again, InFrame(cloud, SPLAT_FRAMES.ply));
        expect([worst.center, worst.size < 1e-6, worst.color, worst.opacity]).toEqual([0, true, 0, 0]);
        expect(worst.rotation).toBeLessThan(1e-4);
        const text = new TextDecoder().decode(file.subarray(20, 2000));
        expect(text).toContain('"_LABEL"');
        expect(text.includes("SH_DEGREE_3_COEF_6")).toBe(degree === 3);
    });

    it("have the axes of their format, whatever those of the mesh are", async () => {
        const cloud = CreateSplatCloud(COUNT, 1, SPLAT_FRAMES.ply);
        for (const useRightHandedSystem of [false, true]) {
            scene().useRightHandedSystem = useRightHandedSystem;
            for (const frame of Object.values(SPLAT_FRAMES)) {
                const mesh = await CreateCloudMeshAsync(InFrame(cloud, frame), scene());
                expect(WriteSplatFile(mesh)).toEqual(cloud.rows);
                mesh.rotation = new Vector3(0.5, -0.4, 0.3); // its place is not written
                mesh.position.x = 3;
                expect(WriteSplatFile(mesh)).toEqual(cloud.rows);
            }
        }
        // A mesh without a loader's mirroring: the file shows it as it is.
        scene().useRightHandedSystem = false;
        const made = new GaussianSplattingMesh("made", null, scene(), true);
        made.updateData(cloud.rows.slice().buffer, undefined, { flipY: false });
        const floats = new Float32Array(WriteSplatFile(made).buffer);
        expect(floats[1]).toBe(-new Float32Array(cloud.rows.buffer)[1]);
    });

    it("are canceled, and refuse what the file cannot hold", async () => {
        const mesh = await CreateCloudMeshAsync(CreateSplatCloud(10, 0, SPLAT_FRAMES.ply), scene());
        const aborted = { kind: "aborted" };
        await expect(WriteSplatSogAsync(mesh, null, null, { signal: AbortSignal.abort() })).rejects.toMatchObject(
            aborted,
        );
        await expect(WriteSplatSpzAsync(mesh, null, { signal: AbortSignal.abort() })).rejects.toMatchObject(aborted);
        await expect(WriteSplatSogAsync(mesh, null, [])).rejects.toThrow(/not 0/);
        await expect(WriteSplatSpzAsync(mesh, [10])).rejects.toThrow(/splat index 10/);
        await expect(WriteSplatGlbAsync(mesh, [1])).rejects.toThrow(/1 labels for the 10 splats/);
    });
});

describe("FindHarmonicPalette", () => {
    it("keeps the vectors if there are few, and else finds near ones for all", () => {
        const { harmonics } = CreateSplatCloud(2000, 1, SPLAT_FRAMES.ply);
        const few = harmonics.map((_, i) => harmonics[9 * (Math.floor(i / 9) % 30) + (i % 9)]);
        const exact = RunCoroutineSync(FindHarmonicPalette(few, 9, 64));
        expect(exact.count).toBe(30);
        const replaced = few.map((_, i) => exact.vectors[9 * exact.labels[Math.floor(i / 9)] + (i % 9)]);
        expect(replaced).toEqual(few);
        const errors = [1, 16, 256].map((most) => {
            const { vectors, labels, count } = RunCoroutineSync(FindHarmonicPalette(harmonics, 9, most));
            expect(count).toBe(most);
            const difference = harmonics.reduce(
                (sum, value, i) => sum + (value - vectors[9 * labels[Math.floor(i / 9)] + (i % 9)]) ** 2,
                0,
            );
            return difference / harmonics.length;
        });
        expect(errors[1]).toBeLessThan(0.75 * errors[0]);
        expect(errors[2]).toBeLessThan(0.5 * errors[0]);
    });
});
