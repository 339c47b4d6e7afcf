import { Matrix } from "@babylonjs/core/Maths/math.vector";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { LeafCarrier, type SurfaceLook } from "../../src/compute/hierarchy/cut/leafCarrier";
import { CovarianceAxes } from "../../src/plugin/content/covarianceAxes";
import { SplatAxes } from "../../src/plugin/content/splatData";
import { CarryLeavesAsync } from "../../src/plugin/parts/model/carriedLeaves";
import { GroupedHierarchy } from "../support/groupedHierarchy";
import { UseNullScene } from "../support/nullScene";
import { WriteSplatBytes } from "../support/splatBytes";
import { LookOfFlatSplats } from "../support/splatLook";
import { CreateSplatTable, type SplatTable } from "../support/splatScene";

const coarse = CreateSplatTable(2000, 3);
const fine = CreateSplatTable(10000, 5);

/** Returns the splats that are no floaters. */
const SolidOf = ({ objects }: SplatTable): number[] => [...objects.keys()].filter((splat) => objects[splat] >= 0);

/** Returns the share of splats of the fine level that follow a leaf of their own object. */
function Accuracy(leafOfSplat: ArrayLike<number>, leaves: readonly number[], splats: readonly number[]): number {
    const right = splats.filter((splat, i) => coarse.objects[leaves[leafOfSplat[i]]] === fine.objects[splat]);
    return right.length / splats.length;
}

/** Adds noise of a deviation to the colors. */
function Noisy({ colors, ...look }: SurfaceLook, deviation: number): SurfaceLook {
    const random = CreateRandom(9);
    const noise = (): number => 2 * deviation * (random() + random() + random() - 1.5);
    return { ...look, colors: colors!.map((value) => Math.max(0, Math.min(255, value + noise()))) };
}

describe("LeafCarrier", () => {
    it("carries leaves to a level five times as fine, and color and normals make it better", () => {
        const [leaves, splats] = [SolidOf(coarse), SolidOf(fine)];
        const [from, to] = [LookOfFlatSplats(coarse.splats, leaves), LookOfFlatSplats(fine.splats, splats)];
        const measure = (a: SurfaceLook, b: SurfaceLook): number =>
            Accuracy(LeafCarrier.Create(a).carry(b), leaves, splats);
        const nearest = measure({ ...from, colors: null }, { ...to, normals: null });
        const like = measure({ ...from, normals: null }, to);
        const noisy = measure({ ...Noisy(from, 60), normals: null }, Noisy(to, 60));
        const withNormals = measure(Noisy(from, 60), Noisy(to, 60));
        expect(nearest).toBeLessThan(0.97);
        expect(like).toBeGreaterThan(0.995);
        expect(noisy).toBeGreaterThan(0.97);
        expect(withNormals).toBeGreaterThan(noisy);
    });

    it("carries to fewer leaves than candidates, and to none of no points", () => {
        const one = { positions: Float32Array.of(1, 2, 3), colors: null, normals: null };
        const carrier = LeafCarrier.Create(one);
        expect([...carrier.carry({ ...one, positions: new Float32Array(6) })]).toEqual([0, 0]);
        expect(carrier.carry({ ...one, positions: new Float32Array(0) })).toHaveLength(0);
    });
});

describe("CovarianceAxes", () => {
    it("finds the axes and the deviations of any splat", () => {
        const random = CreateRandom(4);
        const axes = new CovarianceAxes();
        const [scales, rotations, out] = [new Float32Array(3), new Float32Array(4), new Float64Array(9)];
        for (let n = 0; n < 200; n++) {
            const size = Array.from({ length: 3 }, (_, c) => (n % 7 === c ? 0 : 10 ** (4 * random() - 3)));
            const q = Float32Array.from({ length: 4 }, () => random() - 0.5);
            const length = Math.hypot(...q);
            SplatAxes(
                q.map((value) => value / length),
                0,
                out,
            );
            const entry = (a: number, b: number): number =>
                size.reduce((sum, s, c) => sum + s * s * out[3 * a + c] * out[3 * b + c], 0);
            const pairs = [
                [0, 0],
                [0, 1],
                [0, 2],
                [1, 1],
                [1, 2],
                [2, 2],
            ];
            const covariance = pairs.map(([a, b]) => entry(a, b));
            axes.write(covariance, 0, 0, scales, rotations);
            SplatAxes(rotations, 0, out);
            const largest = Math.max(...size);
            for (const [i, [a, b]] of pairs.entries()) {
                const rebuilt = scales.reduce((sum, s, c) => sum + s * s * out[3 * a + c] * out[3 * b + c], 0);
                expect(Math.abs(rebuilt - covariance[i])).toBeLessThan(1e-5 * largest * largest);
            }
            expect(Math.hypot(...rotations)).toBeCloseTo(1, 5);
        }
    });
});

describe("CarryLeavesAsync", () => {
    const scene = UseNullScene();

    it("finds the leaves that the splats of another level follow, wherever both are", async () => {
        const leaves = SolidOf(coarse);
        const { positions, colors } = LookOfFlatSplats(coarse.splats, leaves);
        const hierarchy = GroupedHierarchy("table", positions, colors!, new Uint8Array(leaves.length));
        const mesh = new GaussianSplattingMesh("fine", null, scene(), true);
        mesh.updateData(WriteSplatBytes(fine.splats).buffer, undefined, { flipY: false });
        mesh.position.set(5, -2, 1);
        mesh.rotation.set(0.4, 1.2, -0.7);
        mesh.scaling.setAll(3);
        const content = await CarryLeavesAsync(hierarchy, mesh.computeWorldMatrix(true), [mesh]);
        expect(content.items.map(({ mesh: { name }, elementCount }) => [name, elementCount])).toEqual([
            ["fine", 10000],
        ]);
        const solid = SolidOf(fine);
        const carried = solid.map((splat) => content.leafOfElement[splat]);
        expect(Accuracy(carried, leaves, solid)).toBeGreaterThan(0.995);
        const [own] = content.elementsOf(Uint32Array.from(carried.slice(0, 10)));
        expect(solid.slice(0, 10).every((splat) => own.includes(splat))).toBe(true);

        await expect(CarryLeavesAsync(hierarchy, Matrix.Identity(), [])).rejects.toThrow(/no splats/);
        await expect(CarryLeavesAsync(hierarchy, Matrix.Identity(), [CreateBox("box", {}, scene())])).rejects.toThrow(
            /"box" is a Mesh/,
        );
        const signal = AbortSignal.abort();
        await expect(CarryLeavesAsync(hierarchy, Matrix.Identity(), [mesh], { signal })).rejects.toThrow(/cancel/);
        mesh.dispose();
        await expect(CarryLeavesAsync(hierarchy, Matrix.Identity(), [mesh])).rejects.toThrow(/disposed/);
    });
});
