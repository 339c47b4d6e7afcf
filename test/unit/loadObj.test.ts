import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import type { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import type { Texture } from "@babylonjs/core/Materials/Textures/texture";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import { Scene } from "@babylonjs/core/scene";
import { afterAll, describe, expect, it } from "vitest";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { ReadMtl } from "../../src/plugin/formats/models/mtlFile";
import { type LoadedObj, LoadObjAsync, type LoadObjOptions } from "../../src/plugin/models/loadObj";

const engine = new NullEngine();
const scene = new Scene(engine);

afterAll(() => engine.dispose());

function Bytes(text: string): Uint8Array {
    return new TextEncoder().encode(text);
}

async function LoadAsync(text: string, options: LoadObjOptions = {}): Promise<LoadedObj & { meshes: Mesh[] }> {
    const loaded = await LoadObjAsync(Bytes(text), scene, { name: "a.obj", ...options });
    expect(scene.meshes).toEqual([]); // not yet in the scene
    return { ...loaded, meshes: loaded.container.meshes as Mesh[] };
}

function Positions(mesh: Mesh): number[] {
    return [...mesh.getVerticesData(VertexBuffer.PositionKind)!];
}

function Lines(...lines: string[]): string {
    return `${lines.join("\n")}\n`;
}

const SQUARE = "v 0 0 0\nv 2 0 0\nv 2 2 0\nv 0 2 0\nv 1 0.5 0\n";

describe("LoadObjAsync", () => {
    it("reads faces with any corners, shared where all indices are equal", async () => {
        const text = `# by hand\r\n${SQUARE}vt 0 0\nvt 1 0\nvt 1 1 0\nvn 0 0 1\nvn 0 0 -1\n
f 1/1/1 2/2/1 3/3/1 4/1/1
f 1/1/1 2/2/1 -1/3/1 # a comment
f 1/1/2 5/3/2 \\
  2/2/2
`;
        const { meshes, facts, leftOut } = await LoadAsync(text);
        expect([facts, leftOut, meshes.length]).toEqual([["3 faces", "4 triangles"], [], 1]);
        const [mesh] = meshes;
        expect([...mesh.getIndices()!]).toEqual([0, 1, 2, 0, 2, 3, 0, 1, 4, 5, 6, 7]);
        expect(Positions(mesh).slice(0, 15)).toEqual([0, 0, 0, 2, 0, 0, 2, 2, 0, 0, 2, 0, 1, 0.5, 0]);
        expect([...mesh.getVerticesData(VertexBuffer.NormalKind)!].slice(12, 18)).toEqual([0, 0, 1, 0, 0, -1]);
        expect([...mesh.getVerticesData(VertexBuffer.UVKind)!].slice(0, 6)).toEqual([0, 0, 1, 0, 1, 1]);
        expect(mesh.scaling.asArray()).toEqual([-1, 1, 1]);
    });

    it("makes a mesh of each object, group and material, and reads colors of vertices", async () => {
        const colored = SQUARE.replaceAll(/^v .*$/gm, (line) => `${line} 1 0.5 0`);
        const text = Lines(
            colored,
            "o car",
            "g wheel",
            "usemtl red",
            "f 1 2 3",
            "g body",
            "f 1 3 4",
            "usemtl blue",
            "f 1 2 5",
            "g wheel",
            "usemtl red",
            "f 2 3 5",
        );
        const { meshes, leftOut } = await LoadAsync(text);
        expect(meshes.map((mesh) => [mesh.name, mesh.material!.name, mesh.getTotalIndices()])).toEqual([
            ["car wheel", "red", 6],
            ["car body", "red", 3],
            ["car body", "blue", 3],
        ]);
        expect(meshes[0].material).toBe(meshes[1].material);
        expect([...meshes[2].getVerticesData(VertexBuffer.ColorKind)!].map((c) => Math.round(255 * c))).toEqual([
            255, 128, 0, 255, 255, 128, 0, 255, 255, 128, 0, 255,
        ]);
        expect(leftOut).toEqual([]);
    });

    it("finds materials and textures by the names in the files, and names those that are missing", async () => {
        const files = new Map([
            [
                "my scene.mtl",
                Lines(
                    "newmtl wood",
                    "Kd 0 0 0",
                    "map_Kd -s 2 3 1 -clamp on maps\\fine wood.png",
                    "d 0.5",
                    ...["newmtl air", "d 0", "map_Bump gone.png"],
                ),
            ],
            ["maps\\fine wood.png", "png"],
        ]);
        const asked: string[] = [];
        const { meshes, leftOut, container } = await LoadAsync(
            Lines(
                ...["mtllib my scene.mtl", "mtllib other.mtl", SQUARE, "vt 0 0"],
                ...["usemtl wood", "f 1/1 2/1 3/1", "usemtl air", "f 1/1 3/1 4/1", "usemtl none", "f 1/1 2/1 5/1"],
                ...["l 1 2", "curv2 1"],
            ),
            {
                readFileAsync: async (name) => {
                    asked.push(name);
                    return files.has(name) ? Bytes(files.get(name)!) : null;
                },
            },
        );
        expect(asked).toEqual(["my scene.mtl", "other.mtl", "other.mtl", "a.mtl", "maps\\fine wood.png", "gone.png"]);
        const [wood, air, none] = meshes.map(({ material }) => material as StandardMaterial);
        const texture = wood.diffuseTexture as Texture;
        expect([texture.uScale, texture.vScale, texture.wrapU, wood.alpha]).toEqual([2, 3, 0, 0.5]);
        expect([wood.diffuseColor.r, air.alpha, none.diffuseTexture]).toEqual([1, 1, null]);
        expect(leftOut).toEqual([
            "1 line left out: lines have no surface.",
            "Lines that start with curv2 are not understood and left out.",
            "The materials of other.mtl are left out, because it is not among the files.",
            "The texture gone.png is left out, because it is not among the files.",
            "Materials that are in no file; their surfaces are gray: none.",
            "Materials that are fully transparent in the file; they are shown opaque: air.",
        ]);
        expect(container.textures).toHaveLength(1);
        container.dispose();
        expect(scene.textures).toEqual([]);
    });

    it("shows vertices without faces as points, and subtracts an offset", async () => {
        const text = "v 500000.125 4000000 10 255 0 0\nv 500001 4000001 11 0 255 0\nv nan 0 0 9 9 9\np 1 2\n";
        const { meshes, facts, leftOut, offset } = await LoadAsync(text);
        expect([facts, meshes[0].getTotalIndices()]).toEqual([["2 points"], 0]);
        expect(Positions(meshes[0]).map((value, i) => value + offset[i % 3])).toEqual([
            500000.125, 4e6, 10, 500001, 4000001, 11,
        ]);
        expect([...meshes[0].getVerticesData(VertexBuffer.ColorKind)!]).toEqual([1, 0, 0, 1, 0, 1, 0, 1]);
        expect(meshes[0].rotation.x).toBeCloseTo(-Math.PI / 2);
        expect(leftOut).toHaveLength(3);
    });

    it("leaves faces out that cannot be shown", async () => {
        const { facts, leftOut } = await LoadAsync(
            `${SQUARE}v inf 0 0\nf 1 2 3\nf 1 2\nf 1 2 9\nf 0 1 2\nf 1 2 6\nf -9 1 2\n`,
        );
        expect(facts).toEqual(["6 faces", "1 triangle"]);
        expect(leftOut).toEqual([
            "4 faces left out, because a vertex does not exist or is not finite.",
            "1 face left out, because they have less than three corners.",
        ]);
    });

    it("joins thousands of groups by material", async () => {
        const groups = Array.from({ length: 1500 }, (_, i) => Lines(`g ${i}`, `usemtl m${i % 3}`, "f 1 2 3"));
        const { meshes, leftOut } = await LoadAsync(SQUARE + groups.join(""));
        expect(meshes.map(({ name }) => name)).toEqual(["m0", "m1", "m2"]);
        expect(leftOut[0]).toBe("The file's 1500 groups are joined by material.");
    });

    it("leaves nothing in the scene when it is canceled between two textures", async () => {
        const count = (): number[] =>
            [scene.meshes, scene.materials, scene.textures, scene.geometries].map((things) => things.length);
        const before = count();
        const controller = new AbortController();
        const readFileAsync = async (name: string): Promise<Uint8Array> => {
            if (name === "a.mtl") {
                return Bytes("newmtl a\nmap_Kd a.png\nnewmtl b\nmap_Kd a.png\nmap_Ke b.png\n");
            }
            if (name === "b.png") {
                expect(scene.meshes).toHaveLength(1);
                controller.abort();
            }
            return new Uint8Array(8);
        };
        const text = `mtllib a.mtl\n${SQUARE}vt 0 0\nusemtl a\nf 1/1 2/1 3/1\nusemtl b\nf 1/1 3/1 4/1\n`;
        const loading = LoadAsync(text, { readFileAsync, signal: controller.signal });
        await expect(loading).rejects.toMatchObject({ kind: "aborted" });
        expect(count()).toEqual(before);
    });

    it.each([
        ["without vertices", "hello world\n", /it has no vertices/],
        ["that is empty", "", /it has no vertices/],
        ["with a broken vertex", "v 1 2\n", /line 1 lacks a number/],
        ["with a broken face", `${SQUARE}f 1 2 x3\n`, /line 6 has the corner "x3"/],
        ["of binary bytes", "v 1 \u0000\u0001", /line 1 lacks a number/],
        ["without finite vertices", "v nan 0 0\n", /no vertex is finite/],
    ])("refuses a file %s", async (_, text, message) => {
        const error = await LoadAsync(text).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(UltrametricError);
        expect((error as UltrametricError).message).toMatch(message);
    });
});

describe("ReadMtl", () => {
    it("reads colors, opacity and textures with options, and ignores what it does not know", () => {
        const materials = ReadMtl(
            Bytes(
                Lines(
                    "Kd 9 9 9",
                    "newmtl a b\r",
                    "\tKd 0.1 .2 3e-1",
                    "Ke 1",
                    "Tr 0.25",
                    "map_d -mm 0 1 -o 0.5 a.png",
                    'norm -bm 0.3 "b c.png"',
                    "Ns 2",
                    "map_Kd",
                    "Kd red",
                ),
            ),
        );
        expect([...materials.keys()]).toEqual(["a b"]);
        expect(materials.get("a b")).toEqual({
            diffuse: [0.1, 0.2, 0.3],
            emissive: [1, 1, 1],
            opacity: 0.75,
            diffuseTexture: null,
            emissiveTexture: null,
            opacityTexture: { file: "a.png", scale: [1, 1], offset: [0.5, 0], isClamped: false, strength: 1 },
            bumpTexture: { file: "b c.png", scale: [1, 1], offset: [0, 0], isClamped: false, strength: 0.3 },
        });
        expect([...ReadMtl(new Uint8Array([...Bytes("newmtl "), 0xe4])).keys()]).toEqual(["ä"]);
    });
});
