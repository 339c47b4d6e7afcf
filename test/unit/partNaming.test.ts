import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import { Matrix } from "@babylonjs/core/Maths/math.vector";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { Scene } from "@babylonjs/core/scene";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { DrawLeaves } from "../../src/compute/hierarchy/shapes/leafPicture";
import { NamePartsAsync } from "../../src/plugin/parts/edit/nameParts";
import { PartEditor } from "../../src/plugin/parts/edit/partEditor";
import { CondensedParts } from "../../src/plugin/parts/model/condensedParts";
import { ContentLeaves } from "../../src/plugin/parts/model/contentLeaves";
import { LeafOverrides } from "../../src/plugin/parts/model/leafOverrides";
import type { PartNameRequest } from "../../src/plugin/parts/model/partNamer";
import { NumberParts } from "../../src/plugin/parts/model/partNumbers";
import { PartTree } from "../../src/plugin/parts/model/partTree";
import { ReadableName } from "../../src/plugin/parts/model/readableName";
import { DendrogramOfGroups } from "../support/groupedLeaves";

let scene: Scene;
beforeEach(() => {
    scene = new Scene(new NullEngine());
});
afterEach(() => scene.getEngine().dispose());

/**
 * Creates a tree of groups of ten leaves, which merge in pairs.
 *
 * @param items the mesh of each group; null for a hierarchy without content
 */
function createParts(pairs: readonly (readonly [number, number])[], items: readonly Mesh[] | null) {
    const groupCount = pairs.length + 1;
    const groups = Array.from({ length: 10 * groupCount }, (_, leaf) => Math.floor(leaf / 10));
    const dendrogram = DendrogramOfGroups(groups, pairs);
    const positions = Float32Array.from(groups.flatMap((group, leaf) => [group, leaf % 10, 0]));
    const colors = Uint8Array.from(groups.flatMap((group) => [50 * group, 0, 0]));
    const hierarchy = new SegmentationHierarchy("groups", positions, colors, new Map([["consensus", dendrogram]]));
    const tree = new PartTree(hierarchy, dendrogram);
    const condensed = new CondensedParts(tree, 5);
    const content =
        items &&
        ContentLeaves.Restore(
            {
                name: "groups",
                items: items.map((mesh, i) => {
                    return { mesh, thinInstance: -1, kind: "points", firstElement: 10 * i, elementCount: 10 } as const;
                }),
                elements: Uint32Array.from(groups.keys()),
                barycentrics: new Float32Array(0),
            },
            Uint32Array.from(groups.keys()),
        );
    const editor = new PartEditor({
        scene,
        tree,
        condensed,
        overrides: new LeafOverrides(groups.length),
        content,
        worldMatrix: Matrix.Identity(),
        pointRadius: 0.1,
        partCount: groupCount,
        minStepLeaves: 5,
        selectPart: () => {},
        colorOf: () => [0, 0, 0],
    });
    const segmentation = { scene, condensedParts: condensed, partCount: groupCount, editor, pointCloud: null };
    const partOf = (group: number) =>
        tree.partOfInterval({ start: tree.orderIndexOf(10 * group), end: tree.orderIndexOf(10 * group) + 10 })!;
    return { editor, condensed, segmentation, partOf };
}

function createMesh(name: string, parent: TransformNode | null, material = ""): Mesh {
    const mesh = new Mesh(name, scene);
    mesh.setVerticesData(VertexBuffer.PositionKind, new Float32Array(30));
    mesh.parent = parent;
    mesh.material = material ? new StandardMaterial(material, scene) : null;
    return mesh;
}

describe("ReadableName", () => {
    it.each([
        ["wheel-front-left", "wheel front left"],
        ["WheelFrontLeft.001", "wheel front left"],
        ["3001.dat: Brick 2 x 4", "Brick 2 x 4"],
        ["Café_Entrée", "café entrée"],
        ["車輪", "車輪"],
        ["Mesh_12", ""],
        ["__root__", ""],
        ["Material.003", ""],
        ["12", ""],
        ["", ""],
    ])("makes %j %j", (raw, name) => expect(ReadableName(raw)).toBe(name));

    it("shortens long names at a word", () => {
        const name = ReadableName("a very long name of a node ".repeat(20));
        expect(name.length).toBeLessThan(50);
        expect(name.endsWith("…")).toBe(true);
    });
});

describe("names of parts", () => {
    it("are numbers from 1 to the number of parts at each cut", () => {
        const { condensed, editor } = createParts(
            [
                [2, 3],
                [0, 1],
                [0, 2],
            ],
            null,
        );
        const { nodes, children, roots } = condensed;
        const numbers = NumberParts(nodes, children, roots);
        for (let count = 1; count <= 4; count++) {
            const shown = [...nodes.keys()].filter((node) => {
                const [child] = children[node];
                const end = child === undefined ? Number.POSITIVE_INFINITY : condensed.partOf(child).minPartCount;
                return condensed.partOf(node).minPartCount <= count && count < end;
            });
            expect(shown.map((node) => numbers[node]).sort()).toEqual([1, 2, 3, 4].slice(0, count));
        }
        expect(editor.nameOf(condensed.partOf(0))).toBe("part 1");
    });

    it("come from nodes and materials where they mostly agree", () => {
        const root = new TransformNode("__root__", scene);
        const car = new TransformNode("RaceCar", scene);
        car.parent = root;
        const wheel = new TransformNode("wheel-front-left", scene);
        wheel.parent = car;
        const rim = createMesh("wheel-front-left_primitive0", wheel, "Chrome");
        const tire = createMesh("wheel-front-left_primitive1", wheel, "rubber");
        const { editor, condensed, partOf } = createParts(
            [
                [0, 1],
                [2, 3],
                [0, 2],
            ],
            [rim, tire, createMesh("Mesh_3", car, "Material.001"), createMesh("Mesh_4", car, "glass")],
        );
        expect([0, 1, 2, 3].map((group) => editor.nameOf(partOf(group)))).toEqual([
            "chrome",
            "rubber",
            "part 2",
            "glass",
        ]);
        expect(editor.nameOf(partOf(0).parent!)).toBe("wheel front left");
        expect(editor.nameOf(condensed.partOf(0))).toBe("race car");
        editor.rename(partOf(1), "tire");
        expect(editor.nameOf(partOf(1))).toBe("tire");
        editor.undo();
        expect(editor.nameOf(partOf(1))).toBe("rubber");
    });

    it("are numbered where they are equal", () => {
        const names = ["bolt", "bolt", "nut"].map((name) => createMesh(name, null));
        const { editor, partOf } = createParts(
            [
                [0, 1],
                [0, 2],
            ],
            names,
        );
        expect([0, 1, 2].map((group) => editor.nameOf(partOf(group))).sort()).toEqual(["bolt", "bolt (2)", "nut"]);
    });
});

describe("NamePartsAsync", () => {
    const pairs = [
        [2, 3],
        [0, 1],
        [0, 2],
    ] as const;

    it("names parts in one step, cleans answers, and keeps given names and locked parts", async () => {
        const { editor, segmentation, partOf } = createParts(pairs, null);
        editor.rename(partOf(0), "mine");
        editor.lock(partOf(1));
        const requests: PartNameRequest[] = [];
        const { named, left } = await NamePartsAsync(segmentation, {
            nameAsync: async (request) => {
                requests.push(request);
                return requests.length === 1 ? ' "Front  wheel".\nIt is round.' : null;
            },
        });
        expect(named.map(({ name }) => name)).toEqual(["Front wheel"]);
        expect(left.map(({ reason }) => reason).sort()).toEqual(["given", "locked", "unknown"]);
        expect(editor.nameOf(partOf(0))).toBe("mine");
        expect(requests[0].parents.length).toBeGreaterThan(0);
        expect(requests[0].picture.data.some((byte, i) => i % 4 === 0 && byte !== 255)).toBe(true);
        expect(editor.history.names.slice(-1)).toEqual(["Name 1 part"]);
        editor.undo();
        expect(editor.nameOf(named[0].part)).not.toBe("Front wheel");
    });

    it("tells errors and late answers, and names the other parts", async () => {
        const { segmentation, partOf } = createParts(pairs, null);
        const signals: AbortSignal[] = [];
        const { named, left } = await NamePartsAsync(
            segmentation,
            {
                nameAsync: async ({ part }, signal) => {
                    signals.push(signal);
                    if (part.equals(partOf(0))) {
                        throw new Error("offline");
                    }
                    return part.equals(partOf(1)) ? await new Promise<string>(() => {}) : "wheel";
                },
            },
            { timeout: 20 },
        );
        expect(named).toHaveLength(2);
        expect(left.map(({ error }) => error!.message).sort()).toEqual([
            expect.stringMatching(/^Naming part \d did not end within/),
            "offline",
        ]);
        expect(signals.every(({ aborted }) => aborted)).toBe(true);
    });

    it("names nothing when it is aborted, when other parts are shown, or without a hierarchy", async () => {
        const { editor, segmentation } = createParts(pairs, null);
        const controller = new AbortController();
        const namer = {
            nameAsync: async () => {
                controller.abort();
                return "wheel";
            },
        };
        const { signal } = controller;
        await expect(NamePartsAsync(segmentation, namer, { signal })).rejects.toMatchObject({ kind: "aborted" });
        const changing = { ...segmentation };
        const change = {
            nameAsync: async () => {
                changing.condensedParts = null as never;
                return "wheel";
            },
        };
        await expect(NamePartsAsync(changing, change)).rejects.toMatchObject({ kind: "aborted" });
        expect(editor.history.names).toEqual([]);
        const none = { ...segmentation, condensedParts: null, editor: null };
        await expect(NamePartsAsync(none, namer)).rejects.toMatchObject({ kind: "input" });
    });
});

describe("DrawLeaves", () => {
    const all = Uint32Array.of(0, 1);
    const base = { size: 32, shown: all, framed: all, isStrong: null, view: [1, 0, 0, 0, 1, 0, 0, 0, 1], radius: 0.5 };

    it("draws the nearest leaf in front, and pale ones around the part", () => {
        const leaves = { positions: Float32Array.of(0, 0, 1, 0, 0, 0), colors: Uint8Array.of(255, 0, 0, 0, 0, 255) };
        const middle = 4 * (16 * 32 + 16);
        const { data } = DrawLeaves(leaves, base);
        expect([...data.subarray(middle, middle + 4)]).toEqual([0, 0, 255, 255]);
        const pale = DrawLeaves(leaves, { ...base, isStrong: Uint8Array.of(1, 0) }).data;
        expect(pale[middle]).toBeGreaterThan(150);
        expect([...data.subarray(0, 4)]).toEqual([255, 255, 255, 255]);
    });

    it("is empty without an extent", () => {
        const none = Uint32Array.of();
        const leaves = { positions: new Float32Array(0), colors: new Uint8Array(0) };
        expect(DrawLeaves(leaves, { ...base, shown: none, framed: none }).data.every((byte) => byte === 255)).toBe(
            true,
        );
    });
});
