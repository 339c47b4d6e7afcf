import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { Scene } from "@babylonjs/core/scene";
import { zipSync } from "fflate";
import { afterAll, describe, expect, it } from "vitest";
import { CreateNodeImageDecoder } from "../../demo/headless/nodeImageDecoder";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { SPLAT_FRAMES } from "../../src/compute/splats/splatFrame";
import { ReadSplatsAsync } from "../../src/plugin/formats/splats/readSplats";
import { LoadObjAsync } from "../../src/plugin/models/loadObj";
import { LoadPlyAsync } from "../../src/plugin/models/loadPly";
import { LoadStlAsync } from "../../src/plugin/models/loadStl";
import { Vertices, WritePly } from "../support/plyFiles";
import { CreateSplatCloud } from "../support/splatClouds";
import { CreateSogFiles, WriteKsplat, WriteSpzAsync } from "../support/splatFiles";
import { CreateSplatTable } from "../support/splatScene";
import { DescribeBytes, FuzzAsync } from "./fuzz";

const CORPUS = join(import.meta.dirname, "corpus");
const engine = new NullEngine();
const scene = new Scene(engine);
afterAll(() => engine.dispose());

type Container = Awaited<ReturnType<typeof LoadStlAsync>>["container"];

/** Checks that all positions of the meshes are finite, and frees them. */
function check(container: Container): void {
    for (const mesh of container.meshes) {
        const positions = mesh.getVerticesData("position") ?? [];
        expect(positions.findIndex((value) => !Number.isFinite(value))).toBe(-1);
    }
    container.dispose();
    expect(scene.meshes).toEqual([]);
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

const SQUARE = [
    [0, 0, 0, 200, 10, 10],
    [1, 0, 0, 10, 200, 10],
    [1, 1, 0, 10, 10, 200],
    [0, 1, 0, 90, 90, 90],
];
const CORNERS = Vertices(["float x", "float y", "double z", "uchar red", "uchar green", "uchar blue"], SQUARE);
const FACES = { name: "face", properties: ["list uchar int vertex_indices"], rows: [[[0, 1, 2]], [[0, 1, 2, 3]]] };

const PLY_FILES = {
    "points in ASCII": WritePly([CORNERS], { format: "ascii" }),
    "a mesh in big-endian order": WritePly([CORNERS, FACES], { format: "binary_big_endian" }),
    "a mesh in little-endian order": WritePly([CORNERS, FACES], { lineEnd: "\r\n" }),
};
const OBJ = text(
    "v 0 0 0\nv 1 0 0\nv 1 1 0 1 0 0\nvt 0 0\nvn 0 0 1\ng a\nusemtl b\nf 1/1/1 2/1/1 3/1/1\nf -1// -2// -3//1\n",
);
const STL = text(
    "solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\nendsolid a\n",
);

describe("models", () => {
    it.each([
        ...Object.entries(PLY_FILES).map(([what, bytes]) => [`PLY, ${what}`, bytes, LoadPlyAsync] as const),
        ["OBJ", OBJ, LoadObjAsync] as const,
        ["STL", STL, LoadStlAsync] as const,
    ])("are read or refused with a reason, whatever is changed: %s", async (_, bytes, loadAsync) => {
        const readAsync = async (changed: Uint8Array): Promise<void> =>
            check((await loadAsync(changed, scene, { name: "a" })).container);
        await readAsync(bytes);
        await FuzzAsync<Uint8Array>({
            createAsync: (mutations) => mutations.bytes(bytes),
            readAsync,
            describe: DescribeBytes,
        });
    });

    it.each(readdirSync(CORPUS).filter((name) => name.endsWith(".ply")))(
        "are read or refused with a reason: %s",
        async (name) => {
            const bytes = new Uint8Array(readFileSync(join(CORPUS, name)));
            const loaded = await LoadPlyAsync(bytes, scene, { name }).catch((error: unknown) => error);
            if (loaded instanceof Error) {
                expect(loaded).toBeInstanceOf(UltrametricError);
                expect(loaded.message).toContain(name);
            } else {
                check((loaded as { container: Container }).container);
            }
        },
    );
});

describe("splats", () => {
    const decodeImageAsync = CreateNodeImageDecoder();
    const { splats } = CreateSplatTable(12, 1);

    it.each([
        ["a.spz", () => WriteSpzAsync(splats)],
        ["a.sog", async () => zipSync(CreateSogFiles(splats))],
        ["a.ksplat", async () => WriteKsplat(CreateSplatCloud(12, 1, SPLAT_FRAMES.ply), 1)],
        ["a.splat", async () => new Uint8Array(CreateSplatCloud(12, 0, SPLAT_FRAMES.ply).rows.buffer)],
    ] as const)("are read or refused with a reason, whatever is changed: %s", async (name, createAsync) => {
        const bytes = await createAsync();
        const readAsync = async (changed: Uint8Array): Promise<void> => {
            const { cloud } = await ReadSplatsAsync(changed, name, { decodeImageAsync });
            expect(cloud.count).toBeGreaterThan(0);
            const floats = new Float32Array(cloud.rows.buffer, cloud.rows.byteOffset, cloud.rows.byteLength / 4);
            for (let splat = 0; splat < cloud.count; splat++) {
                const numbers = floats.subarray(8 * splat, 8 * splat + 6); // center and size
                expect(numbers.findIndex((value) => !Number.isFinite(value))).toBe(-1);
            }
        };
        await readAsync(bytes);
        await FuzzAsync<Uint8Array>({
            createAsync: (mutations) => mutations.bytes(bytes),
            readAsync,
            describe: DescribeBytes,
        });
    });

    it.each(readdirSync(CORPUS).filter((name) => /\.(splat|sog)$/.test(name)))("are refused: %s", async (name) => {
        const bytes = new Uint8Array(readFileSync(join(CORPUS, name)));
        await expect(ReadSplatsAsync(bytes, name, { decodeImageAsync })).rejects.toMatchObject({
            name: "UltrametricError",
            message: expect.stringContaining(name),
        });
    });
});
