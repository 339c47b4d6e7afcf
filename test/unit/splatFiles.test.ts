import { readFileSync } from "node:fs";
import createSpzAsync from "@adobe/spz";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { CreateNodeImageDecoder } from "../../demo/headless/nodeImageDecoder";
import { RunCoroutineSync } from "../../src/compute/base/coroutine";
import type { SplatCloud } from "../../src/compute/splats/splatCloud";
import { ChangeSplatFrame, SPLAT_FRAMES } from "../../src/compute/splats/splatFrame";
import { ReadSplatsAsync, type SplatsRead } from "../../src/plugin/formats/splats/readSplats";
import { CreateSplatMeshAsync } from "../../src/plugin/models/createSplatMesh";
import { LoadSplatsAsync } from "../../src/plugin/models/loadSplats";
import { UseNullScene } from "../support/nullScene";
import { HAS_SHARED_DATA, SHARED_DATA } from "../support/sharedData";
import { CompareSplats, CreateSplatCloud } from "../support/splatClouds";
import { CreateSogFiles, WriteKsplat, WriteSpzAsync } from "../support/splatFiles";
import { CreateSplatTable } from "../support/splatScene";

const decodeImageAsync = CreateNodeImageDecoder();
const COUNT = 100;
const scene = UseNullScene();

function ReadAsync(name: string, bytes: Uint8Array): Promise<SplatsRead> {
    return ReadSplatsAsync(bytes, name, { decodeImageAsync });
}

/** Returns the centers of splats in the world. */
function WorldCenters(mesh: GaussianSplattingMesh): Vector3[] {
    const floats = new Float32Array(mesh.splatsData!);
    return Array.from({ length: floats.length / 8 }, (_, i) =>
        Vector3.TransformCoordinates(Vector3.FromArray(floats, 8 * i), mesh.getWorldMatrix()),
    );
}

/** Writes splats by the format's own library. */
async function WriteSpz4Async(cloud: SplatCloud): Promise<Uint8Array> {
    const spz = await createSpzAsync({ print: () => {} });
    const floats = new Float32Array(cloud.rows.buffer);
    const pick = (size: number, value: (splat: number, c: number) => number): Float32Array =>
        Float32Array.from({ length: size * cloud.count }, (_, i) => value(Math.floor(i / size), i % size));
    const gaussianCloud = {
        numPoints: cloud.count,
        shDegree: cloud.harmonicDegree,
        antialiased: true,
        extensions: [],
        positions: pick(3, (i, c) => floats[8 * i + c]),
        scales: pick(3, (i, c) => Math.log(floats[8 * i + 3 + c])),
        rotations: pick(4, (i, c) => cloud.rows[32 * i + 28 + ((c + 1) & 3)] / 127.5 - 1),
        alphas: pick(1, (i) => Math.log(cloud.rows[32 * i + 27] / (255.001 - cloud.rows[32 * i + 27]))),
        colors: pick(3, (i, c) => (cloud.rows[32 * i + 24 + c] / 255 - 0.5) / 0.28209479177387814),
        sh: Float32Array.from(cloud.harmonics, (byte) => byte / 127.5 - 1),
    };
    return spz.saveSpzToBuffer(gaussianCloud, {
        version: 4,
        from: spz.CoordinateSystem.RUB,
        sh1Bits: 8,
        shRestBits: 8,
    });
}

describe("ReadSplatsAsync", () => {
    it("reads SPZ 4, as the format's own library writes it, with harmonics", async () => {
        const cloud = CreateSplatCloud(COUNT, 3, SPLAT_FRAMES.spz);
        const read = await ReadAsync("table.spz", await WriteSpz4Async(cloud));
        expect(read).toMatchObject({ format: "spz", leftOut: 0 });
        expect(read.cloud).toMatchObject({ count: COUNT, harmonicDegree: 3, frame: SPLAT_FRAMES.spz });
        expect(read.cloud.isAntialiased).toBe(true);
        const worst = CompareSplats(read.cloud, cloud);
        expect(worst.center).toBeLessThan(2 ** -12);
        expect(worst.size).toBeLessThan(1 / 16);
        expect(worst.color).toBeLessThanOrEqual(5); // steps of 4.7
        expect(worst.opacity).toBeLessThanOrEqual(1);
        expect(worst.rotation).toBeLessThan(1e-4);
        expect(worst.harmonic).toBeLessThanOrEqual(1);
    });

    it("reads .splat, .ksplat of each compression, and SPZ 1 and 2", async () => {
        const cloud = CreateSplatCloud(COUNT, 2, SPLAT_FRAMES.ply);
        const rows = await ReadAsync("table.splat", cloud.rows);
        expect(rows.cloud.rows).toEqual(cloud.rows);
        for (const level of [0, 1, 2] as const) {
            const { format, cloud: read } = await ReadAsync("table.ksplat", WriteKsplat(cloud, level));
            expect(format).toBe("ksplat");
            expect(read).toMatchObject({ count: COUNT, harmonicDegree: 2, frame: SPLAT_FRAMES.ply });
            const worst = CompareSplats(read, cloud);
            expect(worst.center).toBeLessThan(level === 0 ? 1e-7 : 2e-4);
            expect(worst.size).toBeLessThan(level === 0 ? 1e-6 : 1e-3);
            expect([worst.color, worst.opacity]).toEqual([0, 0]);
            expect(worst.rotation).toBeLessThan(1e-4);
            expect(worst.harmonic).toBeLessThanOrEqual(1);
        }
        const old = await ReadAsync("table.spz", await WriteSpzAsync(CreateSplatTable(COUNT, 1).splats));
        expect(CompareSplats(old.cloud, cloud).rotation).toBeLessThan(1e-3);
        const first = await ReadAsync("table.spz", await WriteSpzAsync(CreateSplatTable(COUNT, 1).splats, 1));
        expect(CompareSplats(first.cloud, old.cloud).center).toBeLessThan(2e-3); // half floats
        expect(first.cloud.rows.filter((_, i) => i % 32 >= 12)).toEqual(old.cloud.rows.filter((_, i) => i % 32 >= 12));
    });

    it("reads SOG bundled and in files", async () => {
        const { splats } = CreateSplatTable(COUNT, 1);
        const files = CreateSogFiles(splats);
        const bundled = await ReadAsync("table.sog", zipSync(files));
        const readFileAsync = async (name: string): Promise<Uint8Array | null> => files[name] ?? null;
        const meta = files["meta.json"];
        const unbundled = await ReadSplatsAsync(meta, "meta.json", { decodeImageAsync, readFileAsync });
        expect(unbundled.cloud.rows).toEqual(bundled.cloud.rows);
        const worst = CompareSplats(bundled.cloud, CreateSplatCloud(COUNT, 0, SPLAT_FRAMES.ply));
        expect(worst.center).toBeLessThan(1e-3);
        expect(worst.rotation).toBeLessThan(1e-3);
        delete files["quats.webp"];
        const missing = ReadSplatsAsync(meta, "meta.json", { decodeImageAsync, readFileAsync });
        await expect(missing).rejects.toThrow("quats.webp");
    });

    it("leaves out splats that are not finite, and counts them", async () => {
        const cloud = CreateSplatCloud(COUNT, 0, SPLAT_FRAMES.ply);
        const floats = new Float32Array(cloud.rows.buffer.slice(0));
        floats[8 * 3] = NaN;
        floats[8 * 9 + 4] = Infinity;
        const { cloud: read, leftOut } = await ReadAsync("table.splat", new Uint8Array(floats.buffer));
        expect(leftOut).toBe(2);
        expect(read.rows.length).toBe(32 * (COUNT - 2));
        expect(read.rows.slice(32 * 3, 32 * 4)).toEqual(cloud.rows.slice(32 * 4, 32 * 5));
        await expect(ReadAsync("table.splat", new Uint8Array(new Float32Array(16).fill(NaN).buffer))).rejects.toThrow(
            /none of its 2 splats is finite/,
        );
    });

    it("rejects damaged files by name, whatever is cut or lies", async () => {
        const cloud = CreateSplatCloud(COUNT, 1, SPLAT_FRAMES.spz);
        const spz4 = await WriteSpz4Async(cloud);
        const good: Record<string, Uint8Array> = {
            "table.spz": spz4,
            "old.spz": await WriteSpzAsync(CreateSplatTable(COUNT, 1).splats),
            "table.sog": zipSync(CreateSogFiles(CreateSplatTable(COUNT, 1).splats)),
            "table.ksplat": WriteKsplat(cloud, 1),
        };
        for (const [name, bytes] of Object.entries(good)) {
            for (const length of [0, 2, 5, 17, 40, bytes.length >> 1, bytes.length - 3]) {
                const expected = {
                    kind: expect.stringMatching(/input|unsupported/),
                    message: expect.stringContaining(name),
                };
                await expect(ReadAsync(name, bytes.slice(0, length)), `${length}`).rejects.toMatchObject(expected);
            }
        }
        const lying = spz4.slice();
        new DataView(lying.buffer).setUint32(8, 4_000_000_000, true);
        await expect(ReadAsync("lying.spz", lying)).rejects.toThrow(/4000000000 splats/);
        await expect(ReadAsync("odd.splat", new Uint8Array(33))).rejects.toThrow(/33 bytes are no multiple of 32/);
        await expect(ReadAsync("other.spz", new Uint8Array(64))).rejects.toThrow(/other.spz is no SPZ file/);
        await expect(ReadAsync("meta.json", new TextEncoder().encode("{}"))).rejects.toThrow(/does not describe a SOG/);
    });
});

describe("splats of all formats", () => {
    it("stand the same way up, in scenes of either handedness, and the other way when flipped", async () => {
        for (const useRightHandedSystem of [false, true]) {
            scene().useRightHandedSystem = useRightHandedSystem;
            const places = new Map<string, Vector3[]>();
            for (const [name, frame] of Object.entries(SPLAT_FRAMES)) {
                const cloud = RunCoroutineSync(ChangeSplatFrame(CreateSplatCloud(COUNT, 0, SPLAT_FRAMES.ply), frame));
                places.set(name, WorldCenters(await CreateSplatMeshAsync(cloud, scene())));
            }
            expect(places.get("spz")).toEqual(places.get("ply"));
            expect(places.get("gltf")).toEqual(places.get("ply"));
            const cloud = CreateSplatCloud(COUNT, 0, SPLAT_FRAMES.ply);
            const flipped = WorldCenters(await CreateSplatMeshAsync(cloud, scene(), { isFlipped: true }));
            places.get("ply")!.forEach(({ x, y, z }, i) => {
                expect(flipped[i].equalsWithEpsilon(new Vector3(x, -y, -z), 1e-6)).toBe(true);
            });
        }
    });

    it.skipIf(!HAS_SHARED_DATA)("show the shared cones tip up (skipped without ../shared)", async () => {
        for (const name of ["cone.v3.spz", "cone.v4.spz", "cone.sog"]) {
            const bytes = new Uint8Array(readFileSync(`${SHARED_DATA}repro/${name}`));
            const { container, facts } = await LoadSplatsAsync(bytes, scene(), { name, decodeImageAsync });
            expect(facts[0]).toMatch(/^600 splats/);
            const centers = WorldCenters(container.meshes[0] as GaussianSplattingMesh).sort((a, b) => a.y - b.y);
            const radius = (part: Vector3[]): number => Math.max(...part.map(({ x, z }) => Math.hypot(x, z)));
            expect(radius(centers.slice(-20)), name).toBeLessThan(0.3 * radius(centers.slice(0, 20)));
            expect(centers[0].equalsWithEpsilon(new Vector3(-0.0447, 0.0005, -0.4978), 3e-4), name).toBe(true);
        }
    });
});

describe("ChangeSplatFrame", () => {
    it("keeps the look: the harmonics seen from mirrored directions stay the same", async () => {
        // The evaluation of the reference is independent of the table of odd harmonics.
        const { SphericalHarmonics } = await import("../reference/splatHarmonics");
        const cloud = CreateSplatCloud(1, 4, SPLAT_FRAMES.ply);
        const before = cloud.harmonics.slice();
        for (const frame of [SPLAT_FRAMES.spz, SPLAT_FRAMES.gltf, [1, 1, 1]] as const) {
            const copy = { ...cloud, rows: cloud.rows.slice(), harmonics: before.slice() };
            const turned = RunCoroutineSync(ChangeSplatFrame(copy, frame));
            const signs = frame.map((sign, axis) => sign * SPLAT_FRAMES.ply[axis]);
            for (const direction of [
                [0.36, 0.48, 0.8],
                [-0.6, 0.64, 0.48],
            ]) {
                const mirrored = direction.map((value, axis) => signs[axis] * value);
                const expected = SphericalHarmonics(before, direction);
                SphericalHarmonics(turned.harmonics, mirrored).forEach((value, channel) => {
                    expect(value).toBeCloseTo(expected[channel], 5);
                });
            }
        }
    });
});
