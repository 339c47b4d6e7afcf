import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { VertexData } from "@babylonjs/core/Meshes/mesh.vertexData";
import { describe, expect, it } from "vitest";
import { GpuArray } from "../../src/compute/gpu/gpuArray";
import { CheckGpuAsync } from "../../src/compute/gpu/gpuErrors";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { CutRankForCount } from "../../src/compute/hierarchy/cut/partition";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { PointCloudBinding } from "../../src/plugin/display/pointCloudBinding";
import { PickLeaf } from "../../src/plugin/parts/pick/picking";
import { CreateBlackScene, DrawAsync, ExpectColor, UseBrowserEngine } from "../support/browserScene";
import { CreateSquare, MIDDLE, PIXELS } from "../support/square";

const engine = UseBrowserEngine();

describe.each([false, true])("PointCloudBinding, right-handed scene: %s", (isRightHanded) => {
    it("draws every leaf at its position, in the color of its part", async () => {
        const scene = CreateBlackScene(engine(), isRightHanded);
        const hierarchy = CreateSquare();
        const dendrogram = hierarchy.dendrogram("distance");
        const binding = await PointCloudBinding.CreateAsync(scene, hierarchy, { pointRadius: 0.2 });
        for (const [count, starts] of [
            [4, [0, 1, 2, 3]],
            [2, [0, 0, 2, 2]],
            [1, [0, 0, 0, 0]],
        ] as const) {
            binding.cutRank = CutRankForCount(dendrogram, count);
            const pixel = await DrawAsync(scene);
            starts.forEach((start, leaf) => {
                ExpectColor(pixel(...PIXELS[leaf]), binding.colorOf(start), `${count} parts, leaf ${leaf}`);
            });
            expect(pixel(MIDDLE, MIDDLE)).toEqual([0, 0, 0]);
        }
        await CheckGpuAsync(engine());
        scene.dispose();
        binding.dispose();
    });

    it("finds the leaf under a pixel", async () => {
        const scene = CreateBlackScene(engine(), isRightHanded);
        const hierarchy = CreateSquare();
        const binding = await PointCloudBinding.CreateAsync(scene, hierarchy, { pointRadius: 0.2 });
        await DrawAsync(scene);
        const pick = (x: number, y: number): number =>
            PickLeaf(scene, hierarchy.positions, binding.worldMatrix, x, y, { pointRadius: 0.2 });
        PIXELS.forEach(([x, y], leaf) => {
            expect(pick(x, y)).toBe(leaf);
            expect(pick(x + 5, y - 3)).toBe(leaf);
        });
        expect(pick(MIDDLE, MIDDLE)).toBe(-1);
        binding.root!.position.x += 10;
        expect(pick(...PIXELS[1])).toBe(-1);
        binding.dispose();
        scene.dispose();
    });
});

describe("PointCloudBinding", () => {
    it("shows original colors, tints, and the hovered and selected parts", async () => {
        const scene = CreateBlackScene(engine());
        const binding = await PointCloudBinding.CreateAsync(scene, CreateSquare(), {
            pointRadius: 0.2,
            colorMode: "original",
            highlight: 0.5,
            dimming: 1,
        });
        let pixel = await DrawAsync(scene);
        ExpectColor(pixel(...PIXELS[0]), [1, 0, 0]);
        ExpectColor(pixel(...PIXELS[2]), [0, 0, 1]);
        binding.hovered = { start: 0, end: 1 };
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...PIXELS[0]), [1, 0.5, 0.5]);
        ExpectColor(pixel(...PIXELS[1]), [0, 1, 0]);
        binding.hovered = null;
        binding.selected = { start: 0, end: 2 };
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...PIXELS[0]), [1, 0, 0]);
        ExpectColor(pixel(...PIXELS[3]), [0.4, 0.4, 0.4]);
        binding.dispose();
        scene.dispose();
    });

    it("shows a change in the next frame without reading back, and otherwise does nothing", async () => {
        const scene = CreateBlackScene(engine());
        const hierarchy = CreateSquare();
        const binding = await PointCloudBinding.CreateAsync(scene, hierarchy, { pointRadius: 0.2 });
        await DrawAsync(scene);
        const original = GPUBuffer.prototype.mapAsync;
        const dispatch = GPUComputePassEncoder.prototype.dispatchWorkgroups;
        let maps = 0;
        let dispatches = 0;
        GPUBuffer.prototype.mapAsync = function (...args) {
            maps++;
            return original.apply(this, args);
        };
        GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...args) {
            dispatches++;
            return dispatch.apply(this, args);
        };
        try {
            binding.cutRank = CutRankForCount(hierarchy.dendrogram("distance"), 2);
            engine().beginFrame();
            scene.render();
            engine().endFrame();
            expect([maps, dispatches]).toEqual([0, 3]);
            binding.cutRank = CutRankForCount(hierarchy.dendrogram("distance"), 2);
            engine().beginFrame();
            scene.render();
            engine().endFrame();
            expect([maps, dispatches]).toEqual([0, 3]);
        } finally {
            GPUBuffer.prototype.mapAsync = original;
            GPUComputePassEncoder.prototype.dispatchWorkgroups = dispatch;
        }
        binding.dispose();
        scene.dispose();
    });

    it("colors a given mesh, and restores its colors", async () => {
        const scene = CreateBlackScene(engine());
        const hierarchy = CreateSquare();
        const mesh = new Mesh("own", scene);
        const data = new VertexData();
        // Four vertices and two triangles make one square.
        data.positions = [-1, -1, 0, 1, -1, 0, -1, 1, 0, 1, 1, 0];
        data.indices = [0, 1, 2, 1, 3, 2];
        data.colors = [1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1];
        data.applyToMesh(mesh);
        const material = new StandardMaterial("plain", scene);
        material.disableLighting = true;
        material.emissiveColor = Color3.White();
        material.backFaceCulling = false;
        mesh.material = material;
        const before = mesh.getVertexBuffer(VertexBuffer.ColorKind);
        ExpectColor((await DrawAsync(scene))(MIDDLE, MIDDLE), [1, 1, 0]);

        const binding = await PointCloudBinding.CreateAsync(scene, hierarchy, { mesh });
        binding.cutRank = CutRankForCount(hierarchy.dendrogram("distance"), 1);
        ExpectColor((await DrawAsync(scene))(MIDDLE, MIDDLE), binding.colorOf(0));
        binding.dispose();
        expect(mesh.isDisposed()).toBe(false);
        expect(mesh.getVertexBuffer(VertexBuffer.ColorKind)).toBe(before);
        ExpectColor((await DrawAsync(scene))(MIDDLE, MIDDLE), [1, 1, 0]);
        await CheckGpuAsync(engine());

        const three = new Mesh("three", scene);
        const triangle = new VertexData();
        triangle.positions = [0, 0, 0, 1, 0, 0, 0, 1, 0];
        triangle.indices = [0, 1, 2];
        triangle.applyToMesh(three);
        await expect(PointCloudBinding.CreateAsync(scene, hierarchy, { mesh: three })).rejects.toThrow(
            /"three" has 3 vertices, and the hierarchy "square" has 4 leaves/,
        );
        scene.dispose();
    });

    it("frees everything", async () => {
        const scene = CreateBlackScene(engine());
        const contents = (): number[] => [
            scene.onBeforeRenderTargetsRenderObservable.observers.length,
            scene.meshes.length,
            scene.transformNodes.length,
            // Babylon creates its default material on first use, and keeps it.
            scene.materials.filter((material) => material.name !== "default material").length,
            scene.geometries.length,
        ];
        await DrawAsync(scene);
        const before = contents();
        const storages = engine()._storageBuffers.length;
        const created = new Set<GPUBuffer>();
        const destroyed = new Set<GPUBuffer>();
        const create = GPUDevice.prototype.createBuffer;
        const destroy = GPUBuffer.prototype.destroy;
        GPUDevice.prototype.createBuffer = function (descriptor) {
            const buffer = create.call(this, descriptor);
            if (descriptor.usage & GPUBufferUsage.STORAGE) {
                created.add(buffer);
            }
            return buffer;
        };
        GPUBuffer.prototype.destroy = function () {
            destroyed.add(this);
            return destroy.call(this);
        };
        try {
            const binding = await PointCloudBinding.CreateAsync(scene, CreateSquare(), { pointRadius: 0.2 });
            await DrawAsync(scene);
            binding.dispose();
            binding.dispose();
            expect(() => {
                binding.cutRank = 1;
            }).toThrow(/"square" has been disposed/);
            await DrawAsync(scene);
            expect(contents()).toEqual(before);
            expect(engine()._storageBuffers.length).toBe(storages);
            expect(created.size).toBeGreaterThan(5);
            expect([...created].filter((buffer) => !destroyed.has(buffer)).map((buffer) => buffer.label)).toEqual([]);
        } finally {
            GPUDevice.prototype.createBuffer = create;
            GPUBuffer.prototype.destroy = destroy;
        }
        await CheckGpuAsync(engine());
        scene.dispose();
    });

    it("accepts no leaves", async () => {
        const scene = CreateBlackScene(engine());
        const empty = CreateDendrogram({
            leafCount: 0,
            first: new Uint32Array(0),
            second: new Uint32Array(0),
            height: new Float64Array(0),
        });
        const hierarchy = new SegmentationHierarchy(
            "nothing",
            new Float32Array(0),
            new Uint8Array(0),
            new Map([["distance", empty]]),
        );
        const binding = await PointCloudBinding.CreateAsync(scene, hierarchy);
        expect((await DrawAsync(scene))(MIDDLE, MIDDLE)).toEqual([0, 0, 0]);
        await CheckGpuAsync(engine());
        GpuArray.From(engine(), "u32", Uint32Array.of(1)).dispose();
        binding.dispose();
        scene.dispose();
    });
});
