import { Ray } from "@babylonjs/core/Culling/ray.core";
import { Quaternion, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { describe, expect, it } from "vitest";
import { ReadSplatData, SPLATS_PER_CHUNK, SplatAxes, SplatDataCoroutine } from "../../src/plugin/content/splatData";
import { SplatPicker } from "../../src/plugin/parts/pick/splatPicking";
import { ExpectSameElements } from "../support/arrays";
import { CountRuns } from "../support/countRuns";
import { UseNullScene } from "../support/nullScene";
import { WriteSplatBytes } from "../support/splatBytes";
import { CreateSplatTable, SurfaceSplats } from "../support/splatScene";

const scene = UseNullScene();

function CreateMesh(splats: Parameters<typeof WriteSplatBytes>[0]): GaussianSplattingMesh {
    const mesh = new GaussianSplattingMesh("splats", null, scene(), true);
    mesh.updateData(WriteSplatBytes(splats).buffer, undefined, { flipY: false });
    return mesh;
}

function PickerOf(meshes: GaussianSplattingMesh[]): SplatPicker {
    let firstElement = 0;
    const items = meshes.map((mesh) => {
        const elementCount = ReadSplatData(mesh).count;
        firstElement += elementCount;
        const first = firstElement - elementCount;
        return { mesh, thinInstance: -1, kind: "splats" as const, firstElement: first, elementCount };
    });
    // Every leaf holds two splats.
    return SplatPicker.Create({ items, leafOfElement: Uint32Array.from({ length: firstElement }, (_, i) => i >> 1) });
}

describe("ReadSplatData", () => {
    it("reads what was written, up to rounding", () => {
        const { splats } = CreateSplatTable(200, 4);
        const read = ReadSplatData(CreateMesh(splats));
        expect(read.count).toBe(200);
        expect(read.positions).toEqual(splats.positions);
        expect(read.scales).toEqual(splats.scales);
        expect(read.colors).toEqual(splats.colors);
        const [axes, expected] = [new Float64Array(9), new Float64Array(9)];
        for (let i = 0; i < 200; i++) {
            SplatAxes(read.rotations, i, axes);
            SplatAxes(splats.rotations, i, expected);
            axes.forEach((value, a) => {
                expect(Math.abs(value - expected[a])).toBeLessThan(0.03); // rotation components are off by up to 1/255
            });
        }
    });
});

describe("SplatDataCoroutine", () => {
    it("reads the same in time slices", () => {
        const mesh = CreateMesh(CreateSplatTable(SPLATS_PER_CHUNK + 1, 4).splats);
        const { runs, value } = CountRuns(SplatDataCoroutine(mesh));
        expect(runs).toBe(3); // the part before the first, and two
        ExpectSameElements(value.rotations, ReadSplatData(mesh).rotations);
    });
});

describe("SplatPicker", () => {
    it("finds the objects on a rotated, mirrored and stretched table", () => {
        const { splats, objects } = CreateSplatTable(8000, 1);
        const mesh = CreateMesh(splats);
        mesh.position = new Vector3(3, -2, 5);
        mesh.rotationQuaternion = Quaternion.FromEulerAngles(0.3, -1.1, 0.8);
        mesh.scaling = new Vector3(2, -1, 0.5);
        const picker = PickerOf([mesh]);
        const world = mesh.computeWorldMatrix(true);
        // From above: the ball, the box, the can, and the bare table top.
        const above: [number, number, number][] = [
            [-0.5, -0.4, 5],
            [0.5, -0.4, 6],
            [0.5, 0.4, 7],
            [-0.5, 0.5, 0],
        ];
        const heights = [0.6, 0.4, 0.6, 0];
        above.forEach(([x, z, object], i) => {
            const origin = Vector3.TransformCoordinates(new Vector3(x, 3, z), world);
            const direction = Vector3.TransformNormal(new Vector3(0, -0.5, 0), world);
            const hit = picker.pick(new Ray(origin, direction))!;
            expect(objects[hit.element]).toBe(object);
            expect(hit.leaf).toBe(hit.element >> 1);
            // In units of the direction, half a unit of the table each; flat splats deviate from the ball by up to
            // 0.03.
            expect(Math.abs(hit.distance - 2 * (3 - heights[i]))).toBeLessThan(0.06);
        });
        const beside = Vector3.TransformCoordinates(new Vector3(5, 3, 0), world);
        expect(picker.pick(new Ray(beside, Vector3.TransformNormal(new Vector3(0, -1, 0), world)))).toBeNull();
        // Splats behind a ray's origin are not hit.
        const top = Vector3.TransformCoordinates(new Vector3(-0.5, 3, 0.5), world);
        expect(picker.pick(new Ray(top, Vector3.TransformNormal(new Vector3(0, 1, 0), world)))).toBeNull();
    });

    it("picks the splat behind which less than half of the light is left, and skips ignored splats", () => {
        const points = [3, 2, 1, 0].map((z) => ({
            position: [0, 0, z] as const,
            normal: [0, 0, 1] as const,
            color: [255, 255, 255] as const,
        }));
        const thin = SurfaceSplats(points, 0.5, 0.3);
        const picker = PickerOf([CreateMesh(thin)]);
        const ray = new Ray(new Vector3(0.01, 0, -5), new Vector3(0, 0, 1));
        // From z = 0 on: 0.7, then 0.49 pass.
        expect(picker.pick(ray)).toMatchObject({ element: 2, leaf: 1 });
        expect(picker.pick(ray)!.distance).toBeCloseTo(6, 2);
        expect(picker.pick(ray, (leaf) => leaf === 1)).toMatchObject({ element: 0 });
        // One splat alone never absorbs half of the light.
        const lone = { ...SurfaceSplats(points.slice(0, 2), 0.5, 0.3) };
        expect(PickerOf([CreateMesh(lone)]).pick(new Ray(new Vector3(0, 0, 2.5), new Vector3(0, 0, 1)))?.element).toBe(
            0,
        );
        const faint = SurfaceSplats(points.slice(0, 1), 0.5, 0.05);
        expect(PickerOf([CreateMesh(faint)]).pick(ray)).toBeNull();
    });

    it("distinguishes meshes, and skips disabled ones", () => {
        const point = { position: [0, 0, 0], normal: [0, 0, 1], color: [9, 9, 9] } as const;
        const [near, far] = [CreateMesh(SurfaceSplats([point, point], 0.3)), CreateMesh(SurfaceSplats([point], 0.3))];
        near.position.z = -1;
        const picker = PickerOf([far, near]);
        const ray = new Ray(new Vector3(0, 0, -5), new Vector3(0, 0, 1));
        expect(picker.pick(ray)).toMatchObject({ element: 1 });
        near.setEnabled(false);
        expect(picker.pick(ray)).toMatchObject({ element: 0 });
        near.setEnabled(true);
        near.dispose();
        expect(picker.pick(ray)).toMatchObject({ element: 0 });
    });
});
