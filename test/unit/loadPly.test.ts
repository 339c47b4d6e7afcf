import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import type { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import { Scene } from "@babylonjs/core/scene";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Pacer } from "../../src/compute/base/pacer";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { DEFAULT_SCENE_CONTENT_OPTIONS, ReadSceneContentAsync } from "../../src/plugin/content/readSceneContent";
import { type LoadedPly, LoadPlyAsync } from "../../src/plugin/models/loadPly";
import { IdleWorker } from "../support/idleWorker";
import { Vertices, WritePly } from "../support/plyFiles";

const engine = new NullEngine();
const scene = new Scene(engine);
/** Materials that Babylon keeps. */
const KEPT_MATERIALS = ["default material", "gaussianSplattingDepth"];

beforeAll(() => {
    vi.stubGlobal("Worker", IdleWorker);
});
afterAll(() => {
    engine.dispose();
    vi.unstubAllGlobals();
});

/** Returns the numbers of things that a failed opening might leave in a scene. */
function Inventory(): number[] {
    const materials = scene.materials.filter(({ name }) => !KEPT_MATERIALS.includes(name));
    return [scene.meshes, materials, scene.textures, scene.geometries].map((things) => things.length);
}

async function LoadAsync(bytes: Uint8Array, options = {}): Promise<LoadedPly & { mesh: Mesh }> {
    const before = Inventory();
    const loaded = await LoadPlyAsync(bytes, scene, { name: "a.ply", ...options });
    // Not yet in the scene. The material of splats is always there.
    const after = loaded.kind === "splats" ? [scene.meshes.length, ...before.slice(1)] : Inventory();
    expect(after).toEqual(before);
    return { ...loaded, mesh: loaded.container.meshes[0] as Mesh };
}

const XYZ = ["float x", "float y", "float z"];
const POINTS = [
    [0, 0, 0],
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 2],
];

describe("LoadPlyAsync", () => {
    it("loads points with their colors, which can be captured", async () => {
        const rows = POINTS.map((point, i) => [...point, 255, 50 * i, 0]);
        const bytes = WritePly([Vertices([...XYZ, "uchar red", "uchar green", "uchar blue"], rows)]);
        const { mesh, kind, facts, leftOut, container } = await LoadAsync(bytes);
        expect([kind, facts, leftOut]).toEqual(["points", ["4 points"], []]);
        expect([...mesh.getVerticesData(VertexBuffer.PositionKind)!]).toEqual(POINTS.flat());
        container.addAllToScene();
        const { pieces, bounds } = await ReadSceneContentAsync(
            scene,
            [mesh],
            DEFAULT_SCENE_CONTENT_OPTIONS,
            new Pacer("Test"),
        );
        expect(pieces[0].kind).toBe("points");
        expect([...pieces[0].colors!].slice(4, 8).map((value) => value.toFixed(4))).toEqual(
            [1, (50 / 255) ** 2.2, 0, 1].map((value) => value.toFixed(4)),
        );
        // Mirrored into the left-handed scene, as a glTF is.
        expect([bounds.low[0], bounds.high[0]].map((x) => Math.round(x * 10) / 10)).toEqual([-1, 0]);
        container.dispose();
        expect(Inventory()).toEqual([0, 0, 0, 0]);
    });

    it("shows points without colors in gray, and tells what was left out and subtracted", async () => {
        const rows = POINTS.map(([x, y, z]) => [5e5 + x, 4e6 + y, z]);
        const bytes = WritePly([Vertices(["double x", "double y", "double z"], [...rows, [0, NaN, 0]])]);
        const { mesh, facts, leftOut, offset } = await LoadAsync(bytes);
        expect([facts, offset]).toEqual([["4 points"], [5e5, 4e6, 0]]);
        expect(leftOut).toEqual([
            "1 point left out, because coordinates are not finite.",
            "The points have no colors; they are gray.",
            expect.stringContaining("500000, 4000000, 0 was subtracted from all x, y, z"),
        ]);
        expect([...mesh.getVerticesData(VertexBuffer.PositionKind)!]).toEqual(POINTS.flat());
        expect((mesh.material as StandardMaterial).emissiveColor.r).toBeGreaterThan(0.4);
        expect((await LoadAsync(bytes, { subtractsOffset: false })).offset).toEqual([0, 0, 0]);
    });

    it("loads a mesh with a texture for each of its numbers, and names textures that are missing", async () => {
        const faces = {
            name: "face",
            properties: ["list uchar int vertex_indices", "list uchar float texcoord", "int texnumber"],
            rows: [
                [[0, 1, 2], [0, 0, 1, 0, 0, 1], 1],
                [[0, 1, 3], [0, 0, 1, 0, 0, 1], 0],
                [[0, 2, 3], [0, 0, 1, 0, 0, 1], 1],
                [[0, 2, 9], [0, 0, 1, 0, 0, 1], 1],
            ],
        };
        const edges = { name: "edge", properties: ["int vertex1"], rows: [[0]] };
        const bytes = WritePly([Vertices(XYZ, POINTS), faces, edges], {
            comments: ["TextureFile maps/a b.png", "TextureFile c.jpg"],
        });
        const asked: string[] = [];
        const { container, kind, facts, leftOut } = await LoadAsync(bytes, {
            readFileAsync: async (name: string) => {
                asked.push(name);
                return name === "c.jpg" ? new Uint8Array(8) : null;
            },
        });
        expect([kind, facts, asked]).toEqual(["mesh", ["4 faces", "3 triangles"], ["c.jpg", "maps/a b.png"]]);
        expect(leftOut).toEqual([
            "1 face left out, because a vertex does not exist or is not finite.",
            "The texture maps/a b.png is left out, because it is not among the files.",
            'The file\'s 1 elements "edge" are not shown.',
        ]);
        expect(container.meshes.map((mesh) => mesh.getTotalIndices())).toEqual([6, 3]);
        expect(container.textures).toHaveLength(1);
        container.dispose();
    });

    it("loads splats that keep their data in memory", async () => {
        const names = ["x", "y", "z", "f_dc_0", "f_dc_1", "f_dc_2", "opacity", "scale_0", "scale_1", "scale_2"];
        const properties = [...names, "rot_0", "rot_1", "rot_2", "rot_3"].map((name) => `float ${name}`);
        const row = [1, 2, 3, 0, 0, 0, 9, -1, -1, -1, 1, 0, 0, 0];
        const { mesh, kind, facts } = await LoadAsync(WritePly([Vertices(properties, [row])]));
        expect([kind, facts]).toEqual(["splats", ["1 splat"]]);
        expect((mesh as GaussianSplattingMesh).splatsData!.byteLength).toBe(32);
        expect(mesh.scaling.asArray()).toEqual([1, -1, 1]); // the file's y is down
        mesh.dispose(false, true);
        expect(Inventory()).toEqual([0, 0, 0, 0]);
    });

    it("shows progress, and ends with an error that leaves the scene as it was", async () => {
        const fractions: number[] = [];
        const bytes = WritePly([Vertices(XYZ, POINTS)]);
        await LoadAsync(bytes, { onProgress: ({ fraction }: { fraction: number }) => fractions.push(fraction) });
        expect(fractions.at(-1)).toBe(1);
        expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
        const before = Inventory();
        await expect(LoadAsync(bytes, { signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: "aborted" });
        await expect(LoadAsync(bytes.subarray(0, -1))).rejects.toMatchObject({ kind: "input" });
        await expect(LoadAsync(WritePly([Vertices(XYZ, [])]))).rejects.toThrow(/has no vertices/);
        expect(Inventory()).toEqual(before);
    });

    it("leaves nothing in the scene when it is canceled between two textures", async () => {
        const faces = {
            name: "face",
            properties: ["list uchar int vertex_indices", "list uchar float texcoord", "int texnumber"],
            rows: [0, 1].map((texture) => [[0, 1, 2], [0, 0, 1, 0, 0, 1], texture]),
        };
        const bytes = WritePly([Vertices(XYZ, POINTS), faces], {
            comments: ["TextureFile a.png", "TextureFile b.png"],
        });
        const before = Inventory();
        const controller = new AbortController();
        const readFileAsync = async (name: string): Promise<Uint8Array> => {
            if (name === "b.png") {
                expect(scene.meshes).toHaveLength(1);
                controller.abort();
            }
            return new Uint8Array(8);
        };
        const loading = LoadAsync(bytes, { readFileAsync, signal: controller.signal });
        await expect(loading).rejects.toMatchObject({ kind: "aborted" });
        expect(Inventory()).toEqual(before);
    });
});

const REPRO = "../shared/data/repro";
const files = existsSync(REPRO) ? readdirSync(REPRO).filter((name) => name.endsWith(".ply")) : [];
if (files.length === 0) {
    console.warn(`The PLY files of ${REPRO} are not there; their tests are skipped.`);
}

describe.skipIf(files.length === 0)("LoadPlyAsync with files of ../shared/data/repro", () => {
    const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(REPRO, name)));
    const positionsOf = ({ mesh }: { mesh: Mesh }): number[] => [...mesh.getVerticesData(VertexBuffer.PositionKind)!];
    const colorsOf = ({ mesh }: { mesh: Mesh }): number[] => [...mesh.getVerticesData(VertexBuffer.ColorKind)!];

    it.each(files.filter((name) => name.startsWith("points_")))("opens %s as points_ok.ply", async (name) => {
        const expected = await LoadAsync(read("points_ok.ply"));
        const loaded = await LoadAsync(read(name));
        expect(loaded.kind).toBe("points");
        const left = name === "points_one_nan.ply" ? 1 : 0;
        expect(loaded.facts).toEqual([`${600 - left} points`]);
        expect(loaded.offset.some((value) => value !== 0)).toBe(name === "points_utm_double.ply");
        // Coordinates of a map projection differ from the others by a vector.
        const shapeOf = (positions: number[]): number[] => positions.map((value, i) => value - positions[i % 3]);
        if (left === 0) {
            const shape = shapeOf(positionsOf(expected));
            shapeOf(positionsOf(loaded)).forEach((value, i) => {
                // The coordinates of the one file were rounded to 32-bit floats when it was made.
                expect(Math.abs(value - shape[i])).toBeLessThan(name === "points_utm_double.ply" ? 0.6 : 1e-5);
            });
        }
        if (name === "points_no_color.ply") {
            expect(loaded.mesh.getVerticesData(VertexBuffer.ColorKind)).toBeNull();
        } else if (left === 0) {
            expect(colorsOf(loaded)).toEqual(colorsOf(expected));
        }
    });

    it.each(files.filter((name) => name.startsWith("mesh_")))("opens %s as mesh_vertex_index_ok.ply", async (name) => {
        const expected = await LoadAsync(read("mesh_vertex_index_ok.ply"));
        const loaded = await LoadAsync(read(name));
        expect([loaded.kind, loaded.leftOut, loaded.facts[1]]).toEqual(["mesh", [], "12 triangles"]);
        const corners = (one: { mesh: Mesh }): string[] => {
            const positions = positionsOf(one);
            return [...one.mesh.getIndices()!].map((v) => positions.slice(3 * v, 3 * v + 3).join());
        };
        expect(new Set(corners(loaded))).toEqual(new Set(corners(expected)));
    });

    const hostile = readdirSync(join(REPRO, "hostile")).filter((name) => name.endsWith(".ply"));

    it.each(hostile)("opens or refuses %s within bounded time and memory", async (name) => {
        const start = performance.now();
        const outcome = await LoadAsync(read(join("hostile", name))).catch((error) => error as unknown);
        const opens = [
            "02-viewer-stuck-ascii-long-comment.ply",
            "02-viewer-stuck-crlf.ply",
            "13-overflows-float32.ply",
        ];
        expect(outcome instanceof UltrametricError).toBe(!opens.includes(name));
        expect(performance.now() - start).toBeLessThan(5000);
    });
});
