import { Camera } from "@babylonjs/core/Cameras/camera";
import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera";
import { Ray } from "@babylonjs/core/Culling/ray.core";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { Scene } from "@babylonjs/core/scene";
import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { CutAtCount } from "../../src/compute/hierarchy/cut/partition";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import type { LeafInterval } from "../../src/plugin/parts/model/leafInterval";
import { PartTree } from "../../src/plugin/parts/model/partTree";
import { Selection } from "../../src/plugin/parts/model/selection";
import { PickLeafOnRay } from "../../src/plugin/parts/pick/picking";
import { PartNeighbors } from "../../src/plugin/parts/select/partNeighbors";
import { BoxPolygon, LeavesInPolygon, PartsInRegion } from "../../src/plugin/parts/select/regionSelection";
import { VisibleLeaves } from "../../src/plugin/parts/select/visibleLeaves";

/** Creates `groups` runs of `size` leaves: each merges into one part first, then they merge from left to right. */
function CreateRuns(groups: number, size: number, positions: Float32Array, colors?: Uint8Array): PartTree {
    const first: number[] = [];
    const second: number[] = [];
    for (let g = 0; g < groups; g++) {
        for (let i = 1; i < size; i++) {
            first.push(g * size);
            second.push(g * size + i);
        }
    }
    for (let g = 1; g < groups; g++) {
        first.push(0);
        second.push(g * size);
    }
    const dendrogram = CreateDendrogram({
        leafCount: groups * size,
        first: Uint32Array.from(first),
        second: Uint32Array.from(second),
        height: Float64Array.from(first, (_, m) => m),
    });
    const hierarchy = new SegmentationHierarchy(
        "runs",
        positions,
        colors ?? new Uint8Array(positions.length),
        new Map([["distance", dendrogram]]),
    );
    return new PartTree(hierarchy, dendrogram);
}

describe("Selection", () => {
    it("behaves like a set of order indices, in normal form, and notifies of changes only", () => {
        const seed = 21;
        const random = CreateRandom(seed);
        const count = 60;
        const selection = new Selection(() => count);
        let reference = new Set<number>();
        let told = 0;
        selection.onChangedObservable.add(() => told++);
        for (let round = 0; round < 500; round++) {
            const intervals: LeafInterval[] = Array.from({ length: 1 + Math.floor(3 * random()) }, () => {
                const start = Math.floor(count * random());
                return { start, end: start + 1 + Math.floor((count - start) * random() * 0.4) };
            });
            const indices = intervals.flatMap(({ start, end }) =>
                Array.from({ length: end - start }, (_, i) => start + i),
            );
            const before = [...reference].sort().join();
            const operation = (["add", "remove", "toggle", "replace"] as const)[Math.floor(4 * random())];
            const told0 = told;
            const isRemoved =
                operation === "remove" || (operation === "toggle" && indices.every((index) => reference.has(index)));
            if (operation === "replace") {
                reference = new Set(indices);
            } else {
                for (const index of indices) {
                    isRemoved ? reference.delete(index) : reference.add(index);
                }
            }
            selection[operation](intervals);
            const note = `seed ${seed}, round ${round}, ${operation}`;
            for (let index = 0; index < count; index++) {
                expect(selection.contains(index), `${note}, index ${index}`).toBe(reference.has(index));
            }
            expect(selection.size, note).toBe(reference.size);
            expect(told - told0, note).toBe([...reference].sort().join() === before ? 0 : 1);
            selection.intervals.forEach(({ start }, i) => {
                expect(i === 0 || start > selection.intervals[i - 1].end, note).toBe(true);
            });
            const [probe] = intervals;
            let inProbe = 0;
            for (let index = probe.start; index < probe.end; index++) {
                inProbe += reference.has(index) ? 1 : 0;
            }
            expect(selection.countIn(probe), note).toBe(inProbe);
            expect(selection.contains(probe), note).toBe(inProbe === probe.end - probe.start);
        }
        selection.clear();
        expect([selection.isEmpty, selection.size]).toEqual([true, 0]);
    });

    it("throws on invalid intervals of the leaf order, and stays unchanged", () => {
        const selection = new Selection(() => 10);
        selection.add({ start: 2, end: 4 });
        for (const bad of [
            { start: 3, end: 3 },
            { start: -1, end: 2 },
            { start: 5, end: 11 },
            { start: 0.5, end: 2 },
        ]) {
            expect(() => selection.add([{ start: 0, end: 1 }, bad])).toThrow(
                /not an interval of the leaf order, which has 10/,
            );
        }
        expect(selection.intervals).toEqual([{ start: 2, end: 4 }]);
    });
});

describe("screen regions", () => {
    it("finds the leaves inside a lasso, as the camera shows them", () => {
        const engine = new NullEngine({
            renderWidth: 400,
            renderHeight: 300,
            textureSize: 64,
            deterministicLockstep: false,
            lockstepMaxSteps: 1,
        });
        const scene = new Scene(engine);
        const camera = new FreeCamera("camera", new Vector3(1, 2, -5), scene);
        camera.setTarget(Vector3.Zero());
        const seed = 22;
        const random = CreateRandom(seed);
        const positions = Float32Array.from({ length: 900 }, () => 8 * random() - 4);
        const world = Matrix.Translation(0.5, 0, 0).multiply(Matrix.RotationY(0.4));
        const lasso = [
            { x: 90, y: 60 },
            { x: 320, y: 40 },
            { x: 210, y: 140 }, // a dent
            { x: 330, y: 260 },
            { x: 100, y: 240 },
        ];
        const inside = LeavesInPolygon(scene, positions, world, lasso);
        const viewport = camera.viewport.toGlobal(400, 300);
        let hits = 0;
        for (let leaf = 0; leaf < 300; leaf++) {
            const point = Vector3.FromArray(positions, 3 * leaf);
            const depth = Vector3.TransformCoordinates(
                Vector3.TransformCoordinates(point, world),
                camera.getViewMatrix(),
            ).z;
            const at = Vector3.Project(point, world, camera.getTransformationMatrix(), viewport);
            // The winding number, from the sum of the angles between the directions to the corners.
            let angle = 0;
            lasso.forEach((a, i) => {
                const b = lasso[(i + 1) % lasso.length];
                const [ax, ay, bx, by] = [a.x - at.x, a.y - at.y, b.x - at.x, b.y - at.y];
                angle += Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
            });
            const expected = depth > 0 && Math.abs(angle) > Math.PI ? 1 : 0;
            expect(inside[leaf], `seed ${seed}, leaf ${leaf} at ${at}`).toBe(expected);
            hits += expected;
        }
        expect(hits).toBeGreaterThan(20);
        expect(() => LeavesInPolygon(scene, positions, world, lasso.slice(0, 2))).toThrow(/at least 3 corners/);
        expect(BoxPolygon({ x: 5, y: 9 }, { x: 1, y: 2 })).toContainEqual({ x: 1, y: 9 });
        engine.dispose();
    });

    it.each([
        ["perspective", false],
        ["perspective", true],
        ["orthographic", false],
    ] as const)("finds the leaves that no other leaf hides: %s, right-handed %s", (mode, isRightHanded) => {
        const engine = new NullEngine({ renderWidth: 400, renderHeight: 300, textureSize: 512 } as never);
        const scene = new Scene(engine);
        scene.useRightHandedSystem = isRightHanded;
        const camera = new FreeCamera("camera", new Vector3(0, 0, isRightHanded ? 5 : -5), scene);
        camera.setTarget(Vector3.Zero());
        camera.mode = mode === "perspective" ? Camera.PERSPECTIVE_CAMERA : Camera.ORTHOGRAPHIC_CAMERA;
        [camera.orthoLeft, camera.orthoRight, camera.orthoTop, camera.orthoBottom] = [-2.7, 2.7, 2, -2];
        // A slanted plane of 41 x 41 leaves, 2 wide; one behind it, 3 wide; both turned and scaled by the world.
        const world = Matrix.Scaling(0.5, 0.5, 0.5).multiply(Matrix.RotationY(0.6));
        const toward = isRightHanded ? 1 : -1;
        const plane = (side: number, away: number): number[] =>
            Array.from({ length: 41 * 41 }, (_, i) => [
                ((i % 41) / 20 - 1) * side,
                (Math.floor(i / 41) / 20 - 1) * side,
                -toward * away,
            ]).flat();
        const positions = Float32Array.from([...plane(2, 0), ...plane(3, 1.5)]);
        const isFront = (leaf: number): boolean => leaf < 41 * 41;
        const seen = VisibleLeaves(scene, positions, world, 0.15);
        const share = (of: (leaf: number) => boolean): number => {
            const leaves = [...seen.keys()].filter(of);
            return leaves.filter((leaf) => seen[leaf] === 1).length / leaves.length;
        };
        expect(share(isFront)).toBe(1);
        // Leaves well behind the first plane from straight ahead, and leaves beside it.
        const middle = (leaf: number): boolean =>
            !isFront(leaf) && Math.abs(positions[3 * leaf]) < 0.6 && Math.abs(positions[3 * leaf + 1]) < 1.2;
        const rim = (leaf: number): boolean => !isFront(leaf) && Math.abs(positions[3 * leaf + 1]) > 2.8;
        expect([share(middle), share(rim)]).toEqual([0, 1]);
        // Hidden leaves do not hide others.
        const without = VisibleLeaves(scene, positions, world, 0.15, isFront);
        expect([...without.keys()].every((leaf) => without[leaf] === (isFront(leaf) ? 0 : 1))).toBe(true);
        engine.dispose();
    });

    it("selects parts by more than half or by a touch, without hidden leaves", () => {
        const tree = CreateRuns(3, 4, new Float32Array(36));
        const inside = Uint8Array.of(1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0);
        expect(PartsInRegion(tree, 3, inside)).toEqual([{ start: 0, end: 4 }]);
        expect(PartsInRegion(tree, 3, inside, { minShare: 0 })).toEqual([
            { start: 0, end: 4 },
            { start: 4, end: 8 },
        ]);
        expect(PartsInRegion(tree, 3, inside, { isIgnored: (leaf) => leaf === 6 })).toHaveLength(2);
        expect(PartsInRegion(tree, 1, inside)).toEqual([]);
    });
});

describe("growing and shrinking a selection", () => {
    it("adds the adjacent parts, and removes the outer ones", () => {
        // Seven runs in a row along x, each 20 leaves long.
        const positions = new Float32Array(3 * 140);
        for (let leaf = 0; leaf < 140; leaf++) {
            positions[3 * leaf] = leaf;
        }
        const tree = CreateRuns(7, 20, positions);
        expect([...CutAtCount(tree.dendrogram, 7).starts]).toEqual([0, 20, 40, 60, 80, 100, 120, 140]);
        const neighbors = new PartNeighbors(positions);
        const selection = new Selection(() => 140);
        selection.replace({ start: 60, end: 80 });
        selection.replace(neighbors.grown(tree, 7, selection));
        expect(selection.intervals).toEqual([{ start: 40, end: 100 }]);
        selection.replace(neighbors.grown(tree, 7, selection));
        expect(selection.intervals).toEqual([{ start: 20, end: 120 }]);
        selection.replace(neighbors.shrunk(tree, 7, selection));
        expect(selection.intervals).toEqual([{ start: 40, end: 100 }]);
        selection.replace(neighbors.shrunk(tree, 7, selection));
        expect(selection.intervals).toEqual([{ start: 60, end: 80 }]);
        // Since nothing would be left, the larger child is selected.
        selection.replace(neighbors.shrunk(tree, 7, selection));
        expect(selection.intervals).toEqual([{ start: 60, end: 79 }]);
        // Part of a part grows to all of it first, with its neighbors.
        selection.replace({ start: 5, end: 10 });
        selection.replace(neighbors.grown(tree, 7, selection));
        expect(selection.intervals).toEqual([{ start: 0, end: 20 }]);
    });

    it("grows to the parent when no part is adjacent", () => {
        const positions = new Float32Array(3 * 40);
        for (let leaf = 0; leaf < 40; leaf++) {
            positions[3 * leaf] = leaf + (leaf < 20 ? 0 : 1000);
        }
        const tree = CreateRuns(2, 20, positions);
        const selection = new Selection(() => 40);
        selection.replace({ start: 0, end: 20 });
        selection.replace(new PartNeighbors(positions).grown(tree, 2, selection));
        expect(selection.intervals).toEqual([{ start: 0, end: 40 }]);
    });
});

describe("PickLeafOnRay", () => {
    it("hits the leaf on the ray, also when the leaves are moved, and skips ignored leaves", () => {
        const positions = Float32Array.of(0, 0, 0, 0, 0, 2, 1, 0, 0);
        const world = Matrix.Scaling(2, 2, 2).multiply(Matrix.Translation(0, 5, 0));
        const ray = new Ray(new Vector3(0.01, 5, -10), new Vector3(0, 0, 3));
        expect(PickLeafOnRay(positions, world, ray)).toBe(0);
        expect(PickLeafOnRay(positions, world, ray, { isIgnored: (leaf) => leaf === 0 })).toBe(1);
        expect(PickLeafOnRay(positions, world, new Ray(new Vector3(2.2, 5, -10), new Vector3(0, 0, 1)))).toBe(-1);
        const wide = new Ray(new Vector3(2.2, 5, -10), new Vector3(0, 0, 1));
        expect(PickLeafOnRay(positions, world, wide, { pointRadius: 0.11 })).toBe(2);
        expect(PickLeafOnRay(positions, world, new Ray(new Vector3(0, 5, -10), new Vector3(0, 0, -1)))).toBe(-1);
    });
});
