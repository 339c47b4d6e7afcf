import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { CreateCylinder } from "@babylonjs/core/Meshes/Builders/cylinderBuilder";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import { Scene } from "@babylonjs/core/scene";
import { afterEach, describe, expect, it } from "vitest";
import { FitRigidMotion } from "../../src/compute/algorithms/rigidFit";
import { CreateRandom } from "../../src/compute/base/random";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { ExtractParts } from "../../src/plugin/parts/edit/extractParts";
import { CommonName, GroupLikeParts } from "../../src/plugin/parts/edit/groupLikeParts";
import { PartEditor, type PartEditorHost } from "../../src/plugin/parts/edit/partEditor";
import { ContentLeaves } from "../../src/plugin/parts/model/contentLeaves";
import { LeafOverrides } from "../../src/plugin/parts/model/leafOverrides";
import { PartTree } from "../../src/plugin/parts/model/partTree";
import { FindLikePartsAsync } from "../../src/plugin/parts/select/likeParts";
import { DendrogramOfGroups } from "../support/groupedLeaves";

type Box = readonly [x: number, y: number, z: number, width: number, height: number, depth: number];

/** Three arms of different lengths: it differs from its mirror image. */
const TRIPOD: readonly Box[] = [
    [0, 0, 0, 3, 0.4, 0.4],
    [0, 0, 0, 0.4, 2, 0.4],
    [2.6, 0, 0, 0.4, 0.4, 1.2],
];
const SLAB: readonly Box[] = [[0, 0, 0, 3, 2, 0.4]];

interface Shape {
    readonly boxes: readonly Box[];
    readonly turn: number;
    readonly isMirrored?: boolean;
    readonly scale?: number;
    readonly color?: number;
    readonly points?: number;
}

/** Draws points inside boxes, and puts shape after shape beside each other, each turned by angles around all axes. */
function createTree(shapes: readonly Shape[]): PartTree {
    const random = CreateRandom(5);
    const positions: number[] = [];
    const colors: number[] = [];
    const groups: number[] = [];
    shapes.forEach(({ boxes, turn, isMirrored = false, scale = 1, color = 200, points = 400 }, s) => {
        const matrix = Matrix.Scaling(isMirrored ? -scale : scale, scale, scale)
            .multiply(Matrix.RotationYawPitchRoll(turn, 2 * turn, 3 * turn))
            .multiply(Matrix.Translation(10 * s, 0, 0));
        const volumes = boxes.map(([, , , w, h, d]) => w * h * d);
        const all = volumes.reduce((sum, volume) => sum + volume, 0);
        for (let i = 0; i < points; i++) {
            let choice = random() * all;
            let box = 0;
            while (box < boxes.length - 1 && choice >= volumes[box]) {
                choice -= volumes[box++];
            }
            const [x, y, z, w, h, d] = boxes[box];
            const point = Vector3.TransformCoordinates(
                new Vector3(x + w * random(), y + h * random(), z + d * random()),
                matrix,
            );
            positions.push(point.x, point.y, point.z);
            colors.push(color, 100, 100);
            groups.push(s);
        }
    });
    const dendrogram = DendrogramOfGroups(
        groups,
        shapes.slice(1).map((_, s) => [0, s + 1] as const),
    );
    const hierarchy = new SegmentationHierarchy(
        "shapes",
        Float32Array.from(positions),
        Uint8Array.from(colors),
        new Map([["consensus", dendrogram]]),
    );
    return new PartTree(hierarchy, dendrogram);
}

const shapes: readonly Shape[] = [
    { boxes: TRIPOD, turn: 0 },
    { boxes: TRIPOD, turn: 1 },
    { boxes: SLAB, turn: 0.3 },
    { boxes: TRIPOD, turn: 2, isMirrored: true },
    { boxes: TRIPOD, turn: 0.5, scale: 1.5 },
    { boxes: TRIPOD, turn: 0.7, color: 20 },
    { boxes: TRIPOD, turn: 2.5, points: 300 },
];

describe("parts like each other", () => {
    const tree = createTree(shapes);
    // The dendrogram links group after group.
    const partOf = (shape: number) => {
        const leaf = 400 * shape;
        const start = tree.orderIndexOf(leaf);
        return { start, end: start + (shapes[shape].points ?? 400) };
    };

    it("are found turned, mirrored and with fewer leaves, and not those of another shape, size or color", async () => {
        const found = await FindLikePartsAsync(tree, partOf(0));
        const ids = found.map(({ start }) => Math.floor(tree.dendrogram.order[start] / 400));
        expect(found[0]).toMatchObject({ ...partOf(0), distance: 0, isMirrored: false });
        expect(ids.slice().sort()).toEqual([0, 1, 3, 6]);
        expect(found.map(({ isMirrored }) => isMirrored)[ids.indexOf(3)]).toBe(true);
        expect(found.map(({ isMirrored }) => isMirrored)[ids.indexOf(1)]).toBe(false);
        // Up to the small fragments of a chain of single leaves.
        for (const [i, { start, end }] of found.entries()) {
            expect(Math.abs(end - start - (partOf(ids[i]).end - partOf(ids[i]).start))).toBeLessThan(20);
        }
    });

    it("are found in any color with a larger distance, and none with a distance of zero", async () => {
        expect(await FindLikePartsAsync(tree, partOf(0), { maxColorDistance: 1 })).toHaveLength(5);
        expect(await FindLikePartsAsync(tree, partOf(0), { maxDistance: -1 })).toHaveLength(1);
    });

    it("are none for a single leaf, and the search can be aborted", async () => {
        expect(await FindLikePartsAsync(tree, { start: 3, end: 4 })).toEqual([
            { start: 3, end: 4, distance: 0, isMirrored: false },
        ]);
        const search = FindLikePartsAsync(tree, partOf(0), { signal: AbortSignal.abort() });
        await expect(search).rejects.toMatchObject({ kind: "aborted" });
    });
});

describe("FitRigidMotion", () => {
    it.each([false, true])("returns the motion of points, mirrored: %s", (isMirrored) => {
        const random = CreateRandom(2);
        const from = Float64Array.from({ length: 30 }, () => random());
        const matrix = Matrix.Scaling(isMirrored ? -1 : 1, 1, 1)
            .multiply(Matrix.RotationYawPitchRoll(1, 2, 3))
            .multiply(Matrix.Translation(4, 5, 6));
        const to = Float64Array.from({ length: 30 }, (_, i) => {
            return Vector3.TransformCoordinates(Vector3.FromArray(from, 3 * Math.floor(i / 3)), matrix).asArray()[
                i % 3
            ];
        });
        const { rotation, translation } = FitRigidMotion(from, to, isMirrored);
        for (let i = 0; i < 30; i++) {
            const p = 3 * Math.floor(i / 3);
            const row = 3 * (i % 3);
            const moved = [0, 1, 2].reduce((sum, k) => sum + rotation[row + k] * from[p + k], translation[i % 3]);
            expect(moved).toBeCloseTo(to[i], 5);
        }
    });
});

describe("names of parts that are like each other", () => {
    it("have the words that all share", () => {
        expect(CommonName(["wheel front left", "wheel back left", "wheel back right"])).toBe("wheel");
        expect(CommonName(["part 3", "part 7"])).toBe("part 3");
        expect(CommonName(["piece of part 3", "piece of part 7"])).toBe("piece of part 3");
        expect(CommonName(["roue", "wheel"])).toBe("roue");
        expect(CommonName(["車輪 1", "車輪 2"])).toBe("車輪");
    });
});

describe("extracted parts", () => {
    let engine: NullEngine;
    afterEach(() => engine.dispose());

    /** Creates an editor of meshes, each of which is a leaf. */
    function createEditor(create: (scene: Scene) => Mesh[]): PartEditor {
        engine = new NullEngine();
        const scene = new Scene(engine);
        const meshes = create(scene);
        const counts = meshes.map((mesh) => mesh.getIndices()!.length / 3);
        const first = counts.map((_, m) => counts.slice(0, m).reduce((sum, count) => sum + count, 0));
        const items = meshes.map((mesh, m) => {
            return { mesh, thinInstance: -1, kind: "faces", firstElement: first[m], elementCount: counts[m] } as const;
        });
        const dendrogram = DendrogramOfGroups(
            meshes.map((_, m) => m),
            meshes.slice(1).map((_, m) => [0, m + 1] as const),
        );
        const positions = Float32Array.from(meshes.flatMap(({ position }) => position.asArray()));
        const hierarchy = new SegmentationHierarchy(
            "meshes",
            positions,
            new Uint8Array(positions.length),
            new Map([["consensus", dendrogram]]),
        );
        const leafOfElement = Uint32Array.from(counts.flatMap((count, m) => new Array<number>(count).fill(m)));
        const links = { name: "meshes", items, elements: Uint32Array.from(first), barycentrics: new Float32Array(0) };
        return new PartEditor({
            scene,
            tree: new PartTree(hierarchy, dendrogram),
            overrides: new LeafOverrides(meshes.length),
            content: ContentLeaves.Restore(links, leafOfElement),
            worldMatrix: Matrix.Identity(),
            pointRadius: 0.1,
            partCount: meshes.length,
            minStepLeaves: 1,
            selectPart: () => {},
            colorOf: () => [0, 0, 0],
        } as PartEditorHost);
    }

    /** Returns the corners of a mesh in the scene. */
    const cornersOf = (mesh: Mesh): Vector3[] => {
        const world = mesh.computeWorldMatrix(true);
        const data = mesh.getVerticesData(VertexBuffer.PositionKind)!;
        return Array.from({ length: data.length / 3 }, (_, v) => {
            return Vector3.TransformCoordinates(Vector3.FromArray(data, 3 * v), world);
        });
    };

    it("share their vertex data where they are copies, stay in place, and are one step", () => {
        const before: Vector3[][] = [];
        const editor = createEditor((scene) => {
            const meshes = [0, 1, 2, 3].map((i) => {
                const mesh =
                    i === 3
                        ? CreateCylinder("drum", { tessellation: 8 }, scene)
                        : CreateBox(`box ${i}`, { width: 1, height: 2, depth: 3 }, scene);
                mesh.position.set(5 * i, 1, 2);
                mesh.rotation.set(i, 2 * i, 0);
                return mesh;
            });
            meshes[1].bakeCurrentTransformIntoVertices(); // as a file without instances has it
            meshes[2].scaling.set(1, 1, 1);
            before.push(...meshes.map(cornersOf));
            return meshes;
        });
        const targets = [0, 1, 2, 3].map((leaf) => ({ start: leaf, end: leaf + 1 }));
        const parts = ExtractParts(editor, targets);
        const meshes = parts.map((part) => part.meshes[0]);
        expect(meshes[1].geometry).toBe(meshes[0].geometry);
        expect(meshes[2].geometry).toBe(meshes[0].geometry);
        expect(meshes[3].geometry).not.toBe(meshes[0].geometry);
        meshes.forEach((mesh, m) => {
            const corners = cornersOf(mesh);
            expect(corners).toHaveLength(before[m].length);
            // Extracted vertices have another order.
            for (const corner of corners) {
                expect(Math.min(...before[m].map((other) => Vector3.Distance(corner, other)))).toBeLessThan(1e-4);
            }
        });
        expect(editor.history.names).toEqual(["Extract 4 parts"]);
        editor.delete(parts[0]);
        editor.history.clear();
        expect(meshes[1].getTotalVertices()).toBe(24); // lives without the first one
        expect(meshes[1].geometry!.isDisposed()).toBe(false);
    });

    it("have vertex data of their own where that is asked for, and for mirror images", () => {
        const editor = createEditor((scene) => {
            const meshes = [0, 1, 2].map((i) => {
                const mesh = CreateCylinder(`cone ${i}`, { diameterTop: 0, tessellation: 5 }, scene);
                mesh.position.x = 5 * i;
                return mesh;
            });
            const data = meshes[2].getVerticesData(VertexBuffer.PositionKind)!;
            meshes[2].setVerticesData(
                VertexBuffer.PositionKind,
                data.map((value, i) => (i % 3 === 0 ? 2 * value : value)),
            );
            return meshes;
        });
        const targets = [0, 1, 2].map((leaf) => ({ start: leaf, end: leaf + 1 }));
        const own = ExtractParts(editor, targets, { instances: false });
        expect(own[1].meshes[0].geometry).not.toBe(own[0].meshes[0].geometry);
        editor.undo();
        const shared = ExtractParts(editor, targets);
        expect(shared[1].meshes[0].geometry).toBe(shared[0].meshes[0].geometry);
        expect(shared[2].meshes[0].geometry).not.toBe(shared[0].meshes[0].geometry);
        const group = GroupLikeParts(
            createEditor(() => [CreateBox("a"), CreateBox("b")]),
            targets.slice(0, 2),
            "box",
        );
        expect(group.name).toBe("box x 2");
    });
});
