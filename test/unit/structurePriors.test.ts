import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { MultiMaterial } from "@babylonjs/core/Materials/multiMaterial";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import "@babylonjs/core/Meshes/instancedMesh";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { VertexData } from "@babylonjs/core/Meshes/mesh.vertexData";
import { SubMesh } from "@babylonjs/core/Meshes/subMesh";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { Scene } from "@babylonjs/core/scene";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EdgeList } from "../../src/compute/algorithms/edgeList";
import { FindFaceNeighbors } from "../../src/compute/algorithms/faceNeighbors";
import { Pacer } from "../../src/compute/base/pacer";
import { CreateRandom } from "../../src/compute/base/random";
import { HierarchyBuilder } from "../../src/compute/hierarchy/build/hierarchyBuilder";
import type { MaskedView } from "../../src/compute/hierarchy/build/observations";
import { CutAtCount, LabelLeaves } from "../../src/compute/hierarchy/cut/partition";
import { FindShells } from "../../src/compute/hierarchy/priors/faceShells";
import { FindNodeLevels } from "../../src/compute/hierarchy/priors/nodeLevels";
import {
    DEFAULT_PRIOR_WEIGHTS,
    HasPriors,
    ResolvePriors,
    STRUCTURE_PRIORS,
    type StructurePriors,
} from "../../src/compute/hierarchy/priors/structurePriors";
import { FindSurfaceLinks } from "../../src/compute/hierarchy/priors/surfaceLinks";
import { CreateMaskArrangement } from "../../src/compute/masks/maskArrangement";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import type { CaptureGeometry, View } from "../../src/compute/views/capture";
import { NO_FACE, type SurfaceStructure } from "../../src/compute/views/surfaceStructure";
import { ReadContentNodes } from "../../src/plugin/content/contentNodes";
import { SampleContentAsync } from "../../src/plugin/content/contentSamples";
import { ReadContentStructure } from "../../src/plugin/content/contentStructure";
import { DEFAULT_SCENE_CONTENT_OPTIONS, ReadSceneContentAsync } from "../../src/plugin/content/readSceneContent";
import { HierarchyJob } from "../../src/plugin/pipeline/hierarchyJob";
import { CreateCamera } from "../support/cameras";

let engine: NullEngine;
let scene: Scene;
beforeEach(() => {
    engine = new NullEngine();
    scene = new Scene(engine);
    scene.useRightHandedSystem = true;
});
afterEach(() => engine.dispose());

/** Creates points on meshes, like a capture. */
async function SampleAsync(
    meshes: AbstractMesh[],
    count: number,
    seed: number,
): Promise<CaptureGeometry & { structure: SurfaceStructure }> {
    const pacer = new Pacer("Sampling a test's meshes");
    const options = { ...DEFAULT_SCENE_CONTENT_OPTIONS, minSplatClusterShare: 0 };
    const content = await ReadSceneContentAsync(scene, meshes, options, pacer);
    const samples = await SampleContentAsync(content.pieces, { count, seed }, pacer);
    const { positions, normals, faceNormals } = samples;
    const colors = new Uint8Array(positions.length).fill(200);
    return { positions, normals, faceNormals, colors, structure: ReadContentStructure(content, samples) };
}

function CreateBoxAt(name: string, x: number, y = 0, size = 1): Mesh {
    const box = CreateBox(name, { size }, scene);
    box.position.set(x, y, 0);
    box.computeWorldMatrix(true);
    return box;
}

function CreateSurface(name: string, corners: number[][], triangles: number[][]): Mesh {
    const mesh = new Mesh(name, scene);
    const data = new VertexData();
    data.positions = corners.flat();
    data.indices = triangles.flat();
    data.applyToMesh(mesh);
    return mesh;
}

/** Returns the face of a box that a point lies on. */
function FaceAt(corners: Float32Array, [x, y, z]: readonly number[], first = 0, end = corners.length / 9): number {
    for (let face = first; face < end; face++) {
        const corner = (c: number): Vector3 => Vector3.FromArray(corners, 9 * face + 3 * c);
        const [a, b, c, p] = [corner(0), corner(1), corner(2), new Vector3(x, y, z)];
        const area = (u: Vector3, v: Vector3, w: Vector3): number => v.subtract(u).cross(w.subtract(u)).length();
        if (area(p, a, b) + area(p, b, c) + area(p, c, a) < area(a, b, c) + 1e-5) {
            return face;
        }
    }
    throw new Error(`No face at ${x}, ${y}, ${z}.`);
}

/** Returns the shell of each sample. */
function ShellsOf({ faces, corners }: SurfaceStructure): Uint32Array {
    const shells = FindShells(FindFaceNeighbors(corners));
    return faces.map((face) => shells[face]);
}

describe("the structure of content", () => {
    const seed = 3;

    it("finds the shells of boxes that touch, in one mesh or in several", async () => {
        // Each face of a box has its own vertices, which only share positions.
        const single = await SampleAsync([CreateBoxAt("single", 0)], 60, seed);
        expect(new Set(ShellsOf(single.structure)).size).toBe(1);
        // The second box touches the first with half a face, the third with a whole face, so that all four edges
        // coincide.
        const boxes = [CreateBoxAt("a", 0), CreateBoxAt("b", 1, 0.5), CreateBoxAt("c", -1)];
        const apart = await SampleAsync(boxes, 300, seed);
        expect(new Set(ShellsOf(apart.structure)).size).toBe(3);
        const merged = await SampleAsync([Mesh.MergeMeshes(boxes, true)!], 300, seed);
        expect(new Set(merged.structure.nodes).size).toBe(1);
        const shells = ShellsOf(merged.structure);
        expect(new Set(shells).size).toBe(3);
        shells.forEach((shell, i) => {
            const x = merged.positions[3 * i];
            if (Math.abs(Math.abs(x) - 0.5) > 0.01) {
                expect(shell, `seed ${seed}, leaf ${i} at x = ${x}`).toBe(x > 0.5 ? 1 : x < -0.5 ? 2 : 0);
            }
        });
    });

    it("finds one shell in connected surfaces of several meshes and materials", async () => {
        const left = CreateSurface(
            "left",
            [
                [0, 0, 0],
                [1, 0, 0],
                [0, 1, 0],
            ],
            [[0, 1, 2]],
        );
        const right = CreateSurface(
            "right",
            [
                [1, 0, 0],
                [1, 1, 0],
                [0, 1, 0],
            ],
            [[0, 1, 2]],
        );
        const { structure } = await SampleAsync([left, right], 20, seed);
        expect(new Set(structure.nodes).size).toBe(2);
        expect(new Set(ShellsOf(structure)).size).toBe(1);
    });

    it("finds the materials of a box with two", async () => {
        const box = CreateBoxAt("box", 0);
        const both = new MultiMaterial("both", scene);
        both.subMaterials = [new StandardMaterial("one", scene), new StandardMaterial("other", scene)];
        box.material = both;
        box.releaseSubMeshes();
        new SubMesh(0, 0, 24, 0, 18, box);
        new SubMesh(1, 0, 24, 18, 18, box);
        const other = CreateBoxAt("other", 3);
        other.material = both.subMaterials[1];
        const { structure } = await SampleAsync([box, other], 100, seed);
        expect(new Set(structure.materials).size).toBe(2);
        structure.faces.forEach((face, i) => {
            expect(structure.materials[i]).toBe(face < 6 ? 0 : 1);
        });
    });

    it("finds the nodes of meshes and instances below their parents, and one node for all primitives", async () => {
        const root = new TransformNode("root", scene);
        const group = new TransformNode("group", scene);
        group.parent = root;
        const box = CreateBoxAt("box", 0);
        box.parent = group;
        const twin = box.createInstance("twin");
        twin.position.x = 3;
        twin.parent = root;
        const other = CreateBoxAt("other", 6);
        other.parent = group;
        const node = new Mesh("node", scene);
        node.parent = root;
        const primitives = [0, 1].map((i) => CreateBoxAt(`node_primitive${i}`, 9 + 2 * i));
        for (const primitive of primitives) {
            primitive.parent = node;
        }
        const { structure } = await SampleAsync([box, twin, other, ...primitives], 5 * 24, seed);
        const { faces, nodes, nodeParents } = structure;
        const nodeOf = [0, 1, 2, 3, 4].map((item) => nodes[faces.findIndex((face) => Math.floor(face / 12) === item)]);
        expect(new Set(nodeOf).size).toBe(4);
        expect(nodeOf[4]).toBe(nodeOf[3]);
        const above = (item: number): number => nodeParents[nodeOf[item]];
        expect(above(2)).toBe(above(0));
        expect([above(1), above(3)]).toEqual([nodeParents[above(0)], nodeParents[above(0)]]);
        expect(nodeParents[above(1)]).toBe(-1);
        // Below the root: the group, the instance, the node; then the two of the group.
        const levels = FindNodeLevels(nodes, nodeParents).map((ids) => new Set(ids).size);
        expect(levels).toEqual([3, 4]);
        expect(FindNodeLevels(Uint32Array.of(2, 2), Int32Array.of(-1, 0, 1))).toEqual([]);
    });

    it("treats thin instances as nodes below their mesh", () => {
        const mesh = CreateBoxAt("thin", 0);
        const { ofItem, parents } = ReadContentNodes([
            { mesh, thinInstance: 0 },
            { mesh, thinInstance: 1 },
        ]);
        expect(new Set(ofItem).size).toBe(2);
        expect(parents[ofItem[0]]).toBe(parents[ofItem[1]]);
        expect(parents[parents[ofItem[0]]]).toBe(-1);
    });

    it("has no faces for points", async () => {
        const cloud = new Mesh("cloud", scene);
        cloud.setVerticesData("position", [0, 3, 0, 0, 4, 0, 0, 5, 0], false, 3);
        cloud.isUnIndexed = true;
        const material = new StandardMaterial("points", scene);
        material.pointsCloud = true;
        cloud.material = material;
        const { structure } = await SampleAsync([CreateBoxAt("box", 0), cloud], 24, seed);
        expect([...structure.faces.subarray(24)]).toEqual([NO_FACE, NO_FACE, NO_FACE]);
        expect(structure.corners.length).toBe(9 * 12);
        expect(new Set(structure.materials.subarray(24)).size).toBe(1);
        expect(structure.materials[24]).not.toBe(structure.materials[0]);
    });
});

describe("FindSurfaceLinks", () => {
    it("tells distance along the surface from distance in space", async () => {
        const boxes = [CreateBoxAt("a", 0), CreateBoxAt("b", 1, 0.5)];
        const { structure } = await SampleAsync(boxes, 24, 1);
        const { corners } = structure;
        // On the first box beside an edge, around it, and on the back; on the second box at the contact; and a splat.
        const points = [
            { at: [0.45, 0.5, 0.02], box: 0 },
            { at: [0.5, 0.45, 0.01], box: 0 },
            { at: [0.45, -0.5, 0], box: 0 },
            { at: [0.5, 0.55, 0], box: 1 },
            { at: [0.5, 0.5, 0], box: -1 },
        ].map(({ at, box }) => ({ at, face: box < 0 ? NO_FACE : FaceAt(corners, at, 12 * box, 12 * box + 12) }));
        const pairs = [
            [0, 1, 1],
            [0, 2, 0],
            [0, 3, 0],
            [0, 4, 1],
            [1, 3, 0],
        ];
        const graph: EdgeList = {
            vertexCount: points.length,
            from: Uint32Array.from(pairs, ([a]) => a),
            to: Uint32Array.from(pairs, ([, b]) => b),
        };
        const links = FindSurfaceLinks(
            graph,
            Float32Array.from(points.flatMap(({ at }) => at)),
            Uint32Array.from(points, ({ face }) => face),
            corners,
            FindFaceNeighbors(corners),
        );
        // The path from the top to the back of the box leads over its sides, which all are within reach of that pair.
        expect([...links].filter((_, e) => e !== 1)).toEqual([1, 0, 1, 0]);
        const near = FindSurfaceLinks(
            { ...graph, from: Uint32Array.of(0, 1), to: Uint32Array.of(1, 3) },
            Float32Array.from(points.flatMap(({ at }) => at)),
            Uint32Array.from(points, ({ face }) => face),
            corners,
            FindFaceNeighbors(corners),
        );
        expect([...near]).toEqual([1, 0]);
    });

    it("finds no path through a thin plate", async () => {
        const plate = CreateBoxAt("plate", 0);
        plate.scaling.y = 0.01;
        const { structure } = await SampleAsync([plate], 400, 1);
        const { corners } = structure;
        const link = (x: number): number =>
            FindSurfaceLinks(
                { vertexCount: 2, from: Uint32Array.of(0), to: Uint32Array.of(1) },
                Float32Array.of(x, 0.005, 0.001, x, -0.005, 0.001),
                Uint32Array.of(FaceAt(corners, [x, 0.005, 0.001]), FaceAt(corners, [x, -0.005, 0.001])),
                corners,
                FindFaceNeighbors(corners),
            )[0];
        expect(link(0)).toBe(0);
        expect(link(0.495)).toBe(1);
    });
});

describe("StructurePriors", () => {
    const SIZE = 32;
    const seed = 5;
    const FULL_MASK = {
        region: RunLengthMask.FromCounts([0, SIZE * SIZE], SIZE, SIZE),
        predictedIou: 1,
        stability: 1,
    };
    /** A view straight down from z = 4 at the square -1..1 at z = 0. */
    const view: View = {
        name: "above",
        camera: CreateCamera(SIZE, { focal: 2 * SIZE }),
        image: new Uint8Array(4 * SIZE * SIZE).fill(255),
        depth: new Float32Array(SIZE * SIZE).fill(4),
    };
    const masked: MaskedView = {
        view,
        arrangement: CreateMaskArrangement([FULL_MASK], SIZE, SIZE),
        confidence: Float32Array.of(1),
    };

    /** The x of each prior's border. */
    const BORDERS = { shells: -0.4, nodes: 0, slit: 0.4, materials: 0.6 };

    /**
     * Creates plates in a plane whose structure has borders at different x: a shell ends at x = -0.4, a node at 0, a
     * material at 0.6, and at 0.4 a slit separates the surface except for its upper end.
     */
    async function createPlatesAsync(): Promise<CaptureGeometry & { structure: SurfaceStructure }> {
        const left = CreateSurface(
            "left",
            [
                ...[
                    [-0.8, -0.8, 0],
                    [-0.4, -0.8, 0],
                    [-0.4, 0.8, 0],
                    [-0.8, 0.8, 0],
                ],
                ...[
                    [-0.4, -0.79, 0],
                    [0, -0.79, 0],
                    [0, 0.79, 0],
                    [-0.4, 0.79, 0],
                ],
            ],
            [
                [0, 1, 2],
                [0, 2, 3],
                [4, 5, 6],
                [4, 6, 7],
            ],
        );
        const right = CreateSurface(
            "right",
            [
                ...[
                    [0, -0.79, 0],
                    [0.4, -0.79, 0],
                    [0.4, 0.6, 0],
                    [0.4, 0.79, 0],
                    [0, 0.79, 0],
                ],
                ...[
                    [0.4001, -0.79, 0],
                    [0.6, -0.79, 0],
                    [0.6, 0.79, 0],
                ],
                ...[
                    [0.8, -0.79, 0],
                    [0.8, 0.79, 0],
                ],
            ],
            [
                [0, 1, 2],
                [0, 2, 4],
                [2, 3, 4],
                [5, 6, 2],
                [6, 7, 2],
                [7, 3, 2],
                [6, 8, 9],
                [6, 9, 7],
            ],
        );
        const [one, other] = [new StandardMaterial("one", scene), new StandardMaterial("other", scene)];
        left.material = one;
        const both = new MultiMaterial("both", scene);
        both.subMaterials = [one, other];
        right.material = both;
        right.releaseSubMeshes();
        new SubMesh(0, 0, 10, 0, 18, right);
        new SubMesh(1, 0, 10, 18, 6, right);
        const random = CreateRandom(seed);
        const geometry = await SampleAsync([left, right], 1200, seed);
        // The watershed has no basins on a surface without differences.
        return { ...geometry, colors: geometry.colors!.map((value) => value + Math.floor(40 * random())) };
    }

    function build(geometry: CaptureGeometry, priors: StructurePriors): HierarchyBuilder {
        const options = { superpoints: { count: 24 }, priors };
        return new HierarchyBuilder({ name: "plates", views: [view], maskedViews: [masked], geometry }, options);
    }

    /** Returns the superpoints with points on both sides of a border. */
    function countCrossing({ positions }: CaptureGeometry, { superpoints }: HierarchyBuilder, x: number): number {
        const sides = Array.from({ length: superpoints.count }, () => new Set<boolean>());
        superpoints.region.forEach((r, i) => {
            // The slit ends at y = 0.6, where superpoints may extend around it.
            if (positions[3 * i + 1] < 0.1) {
                sides[r].add(positions[3 * i] < x);
            }
        });
        return sides.filter((both) => both.size === 2).length;
    }

    it.each(["none", ...STRUCTURE_PRIORS, "all"])("separate at their own borders only: %s", async (which) => {
        const priors = STRUCTURE_PRIORS.filter((prior) => which === "all" || which === prior);
        const geometry = await createPlatesAsync();
        const builder = build(geometry, Object.fromEntries(priors.map((prior) => [prior, 1])));
        for (const [name, x] of Object.entries(BORDERS)) {
            // The surface ends with the shell, too.
            const isKnown = priors.some((prior) =>
                prior === "edges" ? name === "shells" || name === "slit" : prior === name,
            );
            const crossing = countCrossing(geometry, builder, x);
            expect(crossing > 0, `priors ${priors}, at ${name}: ${crossing} cross, seed ${seed}`).toBe(!isKnown);
        }
    });

    it.each(["shells", "materials", "nodes"] as const)("keep %s together while regions merge", async (prior) => {
        const geometry = await createPlatesAsync();
        const { positions } = geometry;
        const hierarchy = build(geometry, { [prior]: 0.5 }).build(["consensus"], null);
        const labels = LabelLeaves(CutAtCount(hierarchy.dendrogram("consensus"), 2));
        labels.forEach((label, leaf) => {
            const isSame = positions[3 * leaf] < BORDERS[prior] === positions[0] < BORDERS[prior];
            expect(label === labels[0], `seed ${seed}, leaf ${leaf} at x = ${positions[3 * leaf]}`).toBe(isSame);
        });
    });

    it("change nothing at a weight of 0, and can be cloned as plain data", async () => {
        const geometry = await createPlatesAsync();
        const plain = build({ ...geometry, structure: null }, {}).build(["consensus"], null);
        const off = build(geometry, { edges: false, shells: 0 }).build(["consensus"], null);
        expect(off.dendrogram("consensus")).toEqual(plain.dendrogram("consensus"));
        const priors = { edges: true, shells: 0.7, materials: 0.2, nodes: true };
        const here = build(geometry, priors).build(["consensus"], null);
        const input = {
            capture: { name: "plates", views: [view], heldOutViews: [], geometry },
            masks: { views: [{ masks: [FULL_MASK] }] },
            options: { superpoints: { count: 24 }, priors },
        };
        const there = new HierarchyJob(structuredClone(input) as never, () => {}).build(["consensus"], null);
        expect(there.dendrogram("consensus")).toEqual(here.dendrogram("consensus"));
        expect(there.dendrogram("consensus")).not.toEqual(plain.dendrogram("consensus"));
    });

    it("assign hidden leaves to visible leaves on their own side", async () => {
        const plates = await createPlatesAsync();
        const geometry = { ...plates, colors: plates.colors!.map(() => 200) };
        const count = geometry.positions.length / 3;
        // Below the leaves beside the border of the nodes are hidden ones, whose nearest visible leaf is across it.
        const near = [...Array(count).keys()].filter((i) => Math.abs(geometry.positions[3 * i]) < 0.03);
        const moved = near.flatMap((i) => [-geometry.positions[3 * i], geometry.positions[3 * i + 1], -0.01]);
        const extend = <T extends Float32Array | Uint8Array>(values: T, size: number, more: readonly number[]): T => {
            const all = values.slice(0) as T;
            const longer = new (values.constructor as new (size: number) => T)(all.length + size * near.length);
            longer.set(all);
            longer.set(more, all.length);
            return longer;
        };
        const rows = (values: ArrayLike<number>): number[] =>
            near.flatMap((i) => [values[3 * i], values[3 * i + 1], values[3 * i + 2]]);
        const { structure } = geometry;
        const longer = (values: Uint32Array): Uint32Array => Uint32Array.of(...values, ...near.map((i) => values[i]));
        const all: CaptureGeometry = {
            positions: extend(geometry.positions, 3, moved),
            normals: extend(geometry.normals!, 3, rows(geometry.normals!)),
            faceNormals: extend(geometry.faceNormals!, 3, rows(geometry.faceNormals!)),
            colors: extend(geometry.colors!, 3, rows(geometry.colors!)),
            structure: {
                ...structure,
                faces: longer(structure.faces),
                materials: longer(structure.materials),
                nodes: longer(structure.nodes),
            },
        };
        const strays = (priors: StructurePriors): number => {
            const hierarchy = build(all, priors).build(["consensus"], null);
            const labels = LabelLeaves(CutAtCount(hierarchy.dendrogram("consensus"), count));
            const hosts = new Map([...labels.subarray(0, count)].map((label, leaf) => [label, leaf]));
            return near.filter((i, h) => structure.nodes[hosts.get(labels[count + h])!] !== structure.nodes[i]).length;
        };
        expect(near.length).toBeGreaterThan(5);
        expect(strays({}), `seed ${seed}`).toBeGreaterThan(near.length / 2);
        expect(strays({ nodes: 1 }), `seed ${seed}`).toBeLessThan(near.length / 4);
    });

    it("throw on invalid weights and on captures without a structure", async () => {
        expect(ResolvePriors({})).toEqual({ edges: 0, shells: 0, materials: 0, nodes: 0 });
        expect(ResolvePriors({ edges: true, shells: 0.2 })).toEqual({
            edges: DEFAULT_PRIOR_WEIGHTS.edges,
            shells: 0.2,
            materials: 0,
            nodes: 0,
        });
        expect([HasPriors(undefined), HasPriors({ nodes: false }), HasPriors({ nodes: 0.1 })]).toEqual([
            false,
            false,
            true,
        ]);
        expect(() => ResolvePriors({ materials: 1.5 })).toThrow(/"materials" has the weight 1.5/);
        expect(() => ResolvePriors({ edges: Number.NaN })).toThrow(/"edges" has the weight NaN/);
        const geometry = await createPlatesAsync();
        expect(() => build({ ...geometry, structure: null }, { shells: true })).toThrow(
            /has no structure of its content/,
        );
    });
});
