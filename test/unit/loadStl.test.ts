import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import { Scene } from "@babylonjs/core/scene";
import { afterAll, describe, expect, it } from "vitest";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { LoadStlAsync } from "../../src/plugin/models/loadStl";

const engine = new NullEngine();
const scene = new Scene(engine);

afterAll(() => engine.dispose());

const TRIANGLES = [
    [0, 0, 0, 1, 0, 0, 0, 1, 0],
    [0, 0, 1, 1, 0, 1, 0, 1, 5],
];

/** Writes a binary STL. */
function Binary(triangles: readonly (readonly number[])[], header = "", count = triangles.length): Uint8Array {
    const view = new DataView(new ArrayBuffer(84 + 50 * triangles.length));
    new Uint8Array(view.buffer).set(new TextEncoder().encode(header));
    view.setUint32(80, count, true);
    triangles.forEach((corners, t) => {
        corners.forEach((value, i) => {
            view.setFloat32(84 + 50 * t + 12 + 4 * i, value, true);
        });
    });
    return new Uint8Array(view.buffer);
}

function Text(triangles: readonly (readonly number[])[], name: string): string {
    const facets = triangles.map((c) => {
        const vertices = [0, 3, 6].map((i) => `      vertex ${c.slice(i, i + 3).join(" ")}\n`).join("");
        return `  facet normal 0 0 1\n    outer loop\n${vertices}    endloop\n  endfacet\n`;
    });
    return `solid ${name}\n${facets.join("")}endsolid ${name}\n`;
}

async function LoadAsync(file: Uint8Array | string) {
    const bytes = typeof file === "string" ? new TextEncoder().encode(file) : file;
    const { container, facts, leftOut } = await LoadStlAsync(bytes, scene, { name: "a.stl" });
    expect(scene.meshes).toEqual([]); // not yet in the scene
    const meshes = container.meshes as Mesh[];
    const corners = meshes.map((mesh) => [...mesh.getVerticesData(VertexBuffer.PositionKind)!]);
    return { meshes, corners, facts, leftOut };
}

describe("LoadStlAsync", () => {
    it.each<[string, Uint8Array | string]>([
        ["binary", Binary(TRIANGLES)],
        ["binary with a header like text", Binary(TRIANGLES, "solid made by hand\nfacet")],
        ["binary with bytes after its facets", Binary([...TRIANGLES, []], "", 2)],
        ["text", Text(TRIANGLES, "part one")],
        ["text without a name, in capitals, with CRLF", Text(TRIANGLES, "").toUpperCase().replaceAll("\n", "\r\n")],
        [
            "text in one line",
            Text(TRIANGLES, "")
                .replace(/^solid.*\n/, "solid\n")
                .replaceAll(/\s+(?=[a-z])/g, " ")
                .replace("solid ", "solid\n"),
        ],
    ])("reads a %s", async (_, file) => {
        const { corners, facts, leftOut, meshes } = await LoadAsync(file);
        expect([facts, leftOut]).toEqual([["1 solid", "2 triangles"], []]);
        expect(corners).toEqual([TRIANGLES.flat()]);
        expect(meshes[0].getTotalIndices()).toBe(6);
    });

    it("turns z up without mirroring", async () => {
        const [mesh] = (await LoadAsync(Binary(TRIANGLES))).meshes;
        const world = mesh.computeWorldMatrix(true);
        const to = (x: number, y: number, z: number): number[] =>
            Vector3.TransformCoordinates(new Vector3(x, y, z), world)
                .asArray()
                .map((value) => Math.round(value) + 0);
        expect([to(0, 0, 1), to(1, 0, 0), to(0, -1, 0)]).toEqual([
            [0, 1, 0],
            [-1, 0, 0],
            [0, 0, 1],
        ]);
    });

    it("makes a mesh of each solid, and leaves facets out that are not finite", async () => {
        const broken = Text(TRIANGLES, "b").replace("vertex 0 0 1", "vertex nan 0 1");
        const { meshes, facts, leftOut } = await LoadAsync(Text(TRIANGLES, "a a") + broken.replace(/endsolid.*/, ""));
        expect(meshes.map(({ name }) => name)).toEqual(["a a", "b"]);
        expect(facts).toEqual(["2 solids", "3 triangles"]);
        expect(leftOut).toEqual([
            "1 facet left out, because coordinates are not finite.",
            "The file has no end of its last solid; facets may be missing.",
        ]);
    });

    it.each<[string, Uint8Array | string, RegExp]>([
        ["that is empty", new Uint8Array(), /it has 0 bytes/],
        ["without facets", Binary([]), /it has no facets/],
        ["that is cut off", Binary(TRIANGLES).subarray(0, -1), /its 2 facets need 100 bytes, but 99 follow/],
        ["that lies", Binary(TRIANGLES, "", 4_000_000_000), /4000000000 facets/],
        ["without finite facets", Binary([TRIANGLES[0].map(() => NaN)]), /none of its 1 facets is finite/],
        ["of text that is cut off", Text(TRIANGLES, "a").slice(0, -60), /line \d+ has no three numbers|has 2 corners/],
        ["of other words", "solid a\nfacets 1 2 3\n", /line 2 has the unknown word "facets"/],
        ["of text without facets", Text([], "a"), /it has no facets/],
    ])("refuses a file %s", async (_, file, message) => {
        const error = await LoadAsync(file).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(UltrametricError);
        expect((error as UltrametricError).message).toMatch(message);
    });
});
