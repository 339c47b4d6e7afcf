import { HemisphericLight } from "@babylonjs/core/Lights/hemisphericLight";
import { PBRMaterial } from "@babylonjs/core/Materials/PBR/pbrMaterial";
import { ShaderLanguage } from "@babylonjs/core/Materials/shaderLanguage";
import { ShaderMaterial } from "@babylonjs/core/Materials/shaderMaterial";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { CreatePlane } from "@babylonjs/core/Meshes/Builders/planeBuilder";
import { CreateSphere } from "@babylonjs/core/Meshes/Builders/sphereBuilder";
import "@babylonjs/core/Meshes/instancedMesh";
import "@babylonjs/core/Meshes/thinInstanceMesh";
import type { Scene } from "@babylonjs/core/scene";
import { describe, expect, it } from "vitest";
import { CheckGpuAsync } from "../../src/compute/gpu/gpuErrors";
import { CutRankForCount } from "../../src/compute/hierarchy/cut/partition";
import { MeshBinding } from "../../src/plugin/display/meshBinding";
import { ContentLeaves } from "../../src/plugin/parts/model/contentLeaves";
import { LeafOverrides } from "../../src/plugin/parts/model/leafOverrides";
import { CaptureSceneAsync } from "../../src/plugin/sceneCapture/sceneCapture";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import {
    AllPixels,
    CANVAS_SIZE,
    CreateBlackScene,
    DrawAsync,
    ExpectColor,
    UseBrowserEngine,
} from "../support/browserScene";
import { Labels, TakeGpuCensus } from "../support/gpuCensus";
import { BindAsync, CreateHalves } from "../support/halvedContent";
import { EngineInventory, Inventory, PluginsOf } from "../support/sceneInventory";

const engine = UseBrowserEngine();
const ROUNDS = 20;

/** Creates a PBR box on the left, a standard sphere in the middle, and an instance of the box on the right. */
function CreateContent(): { scene: Scene; light: HemisphericLight } {
    const scene = CreateBlackScene(engine());
    const light = new HemisphericLight("light", new Vector3(0.3, 1, -0.5), scene);
    const metal = new PBRMaterial("metal", scene);
    metal.albedoColor = new Color3(0.9, 0.3, 0.2);
    metal.metallic = 0.2;
    metal.roughness = 0.6;
    const plain = new StandardMaterial("plain", scene);
    plain.diffuseColor = new Color3(0.2, 0.7, 0.4);
    const box = CreateBox("box", { size: 0.9 }, scene);
    box.position.x = -1.1;
    box.material = metal;
    const sphere = CreateSphere("sphere", { diameter: 0.9, segments: 12 }, scene);
    sphere.material = plain;
    const twin = box.createInstance("twin");
    twin.position.x = 1.1;
    return { scene, light };
}

/** A pixel of each mesh, and one of the background. */
const PIXELS = { box: [19, 64], sphere: [64, 64], twin: [109, 64], nothing: [64, 5] } as const;

type Pixels = (x: number, y: number) => [number, number, number];

describe("MeshBinding", () => {
    it("colors PBR and standard meshes and an instance by their parts, as the cut changes", async () => {
        const { scene } = CreateContent();
        const { binding, cut, startOf } = await BindAsync(scene, { lamp: 0, outline: 0 });
        const colors = new Map<number, number[][]>();
        for (const count of [1, 3, 6]) {
            cut(count);
            const pixels = await DrawAsync(scene);
            for (const name of ["box", "sphere", "twin"] as const) {
                for (const dx of [-6, 6]) {
                    const [x, y] = PIXELS[name];
                    const leaf = binding.pickLeaf(x + dx, y);
                    expect(leaf, `${name} ${dx}`).toBeGreaterThanOrEqual(0);
                    ExpectColor(pixels(x + dx, y), binding.colorOf(startOf(leaf)), `${count} parts, ${name} ${dx}`);
                    colors.set(count, [...(colors.get(count) ?? []), pixels(x + dx, y)]);
                }
            }
            ExpectColor(pixels(...PIXELS.nothing), [0, 0, 0]);
        }
        const different = (count: number): number => new Set(colors.get(count)!.map(String)).size;
        expect([different(1), different(3), different(6)]).toEqual([1, 3, 6]);
        await CheckGpuAsync(engine());
        binding.dispose();
        scene.dispose();
    });

    it("tints, shows the original look, dims, highlights and outlines", async () => {
        const { scene } = CreateContent();
        const unbound = await DrawAsync(scene);
        const { binding, cut } = await BindAsync(scene, { lamp: 0, outline: 2, outlineColor: [1, 0, 1] });
        cut(6);
        binding.colorMode = "original";
        const original = await DrawAsync(scene);
        const [x, y] = PIXELS.sphere;
        expect(AllPixels(original)).toEqual(AllPixels(unbound));

        binding.colorMode = "tint";
        const tint = await DrawAsync(scene);
        const leaf = binding.pickLeaf(x + 6, y);
        const place = binding.dendrogram.order.indexOf(leaf);
        const half = { start: place, end: place + 1 };
        while (binding.dendrogram.rank[half.start] < binding.cutRank) {
            half.start--;
        }
        while (half.end < binding.dendrogram.leafCount && binding.dendrogram.rank[half.end] < binding.cutRank) {
            half.end++;
        }
        const part = binding.colorOf(half.start);
        const look = unbound(x + 6, y).map((value) => value / 255);
        const shade = 0.5 + 0.6 * (0.299 * look[0] + 0.587 * look[1] + 0.114 * look[2]);
        ExpectColor(
            tint(x + 6, y),
            look.map((value, c) => 0.45 * value + 0.55 * part[c] * shade),
            "tint",
        );

        binding.colorMode = "original";
        binding.selected = half;
        const selected = await DrawAsync(scene);
        ExpectColor(selected(x + 6, y), look, "the selected keeps its look");
        const others = unbound(...PIXELS.box).map((value) => value / 255);
        const gray = 0.299 * others[0] + 0.587 * others[1] + 0.114 * others[2];
        ExpectColor(
            selected(...PIXELS.box),
            others.map((value) => (value * 0.3 + gray * 0.7) * 0.58),
            "dimmed",
        );
        // The outline is where the two halves meet, on the selected side.
        const magenta = (pixels: Pixels, from: number, to: number): number => {
            let count = 0;
            for (let column = from; column < to; column++) {
                const [r, g, b] = pixels(column, y);
                count += r > 250 && g < 5 && b > 250 ? 1 : 0;
            }
            return count;
        };
        const atBorder = magenta(selected, x - 5, x + 5);
        expect(atBorder).toBeGreaterThanOrEqual(1);
        expect(atBorder).toBeLessThanOrEqual(5);
        expect(magenta(selected, x + 6, x + 10)).toBe(0);

        binding.selected = null;
        binding.hovered = half;
        const hovered = await DrawAsync(scene);
        ExpectColor(
            hovered(x + 6, y),
            look.map((value) => value * 0.75 + 0.25),
            "hovered",
        );
        ExpectColor(hovered(...PIXELS.box), others, "beside the hovered");
        await CheckGpuAsync(engine());
        binding.dispose();
        scene.dispose();
    });

    it("draws sharp borders across a large face, and picks as it draws", async () => {
        const scene = CreateBlackScene(engine());
        const plane = CreatePlane("plane", { size: 3 }, scene);
        plane.material = new StandardMaterial("plain", scene);
        const { binding, cut, startOf } = await BindAsync(scene, { lamp: 0 }, 4000);
        cut(2);
        const pixels = await DrawAsync(scene);
        let wrong = 0;
        let changes = 0;
        for (let y = 20; y < 108; y += 4) {
            for (let x = 20; x < 108; x++) {
                const expected = binding
                    .colorOf(startOf(binding.pickLeaf(x + 0.5, y + 0.5)))
                    .map((v) => Math.round(255 * v));
                const actual = pixels(x, y);
                wrong += expected.every((value, c) => Math.abs(value - actual[c]) <= 2) ? 0 : 1;
                changes += x > 20 && String(actual) !== String(pixels(x - 1, y)) ? 1 : 0;
            }
        }
        expect(changes, "one border a row").toBe(22);
        expect(wrong, "pixels that are colored otherwise than picked").toBeLessThan(3);
        // The border at x = 0 is off by at most half the distance of samples (3 / 63); 1 pixel is 0.026.
        ExpectColor(pixels(MIDDLE - 3, MIDDLE), binding.colorOf(startOf(binding.pickLeaf(MIDDLE - 20, MIDDLE))));
        ExpectColor(pixels(MIDDLE + 3, MIDDLE), binding.colorOf(startOf(binding.pickLeaf(MIDDLE + 20, MIDDLE))));
        binding.dispose();
        scene.dispose();
    });

    it("colors each thin instance by its own leaves", async () => {
        const scene = CreateBlackScene(engine());
        const box = CreateBox("box", { size: 0.8 }, scene);
        box.material = new StandardMaterial("plain", scene);
        box.thinInstanceAdd([Matrix.Translation(-1, 0, 0), Matrix.Translation(1, 0, 0)]);
        const enabled = box.thinInstanceEnablePicking;
        const { binding, capture, cut, startOf } = await BindAsync(scene, { lamp: 0, outline: 0 });
        expect(capture.items.length).toBe(2);
        cut(4);
        const pixels = await DrawAsync(scene);
        const columns = [-1, 1].map((side) => MIDDLE + Math.round((side * MIDDLE) / (3.6 * Math.tan(0.4))));
        const leaves = columns.map((x) => binding.pickLeaf(x + 3, MIDDLE));
        expect(leaves.map((leaf) => capture.itemOfElement(capture.elements[leaf]))).toEqual([0, 1]);
        leaves.forEach((leaf, i) => {
            ExpectColor(pixels(columns[i] + 3, MIDDLE), binding.colorOf(startOf(leaf)), `instance ${i}`);
        });
        expect(box.thinInstanceEnablePicking).toBe(enabled);
        await CheckGpuAsync(engine());
        binding.dispose();
        scene.dispose();
    });

    it("draws over an unknown material", async () => {
        const scene = CreateBlackScene(engine());
        const box = CreateBox("box", { size: 1 }, scene);
        const own = new ShaderMaterial(
            "own",
            scene,
            {
                vertexSource: `attribute position: vec3f; uniform worldViewProjection: mat4x4f;
@vertex fn main(input: VertexInputs) -> FragmentInputs {
    vertexOutputs.position = uniforms.worldViewProjection * vec4f(vertexInputs.position, 1.0);
}`,
                fragmentSource: `@fragment fn main(input: FragmentInputs) -> FragmentOutputs { fragmentOutputs.color = vec4f(1.0, 0.5, 0.0, 1.0); }`,
            },
            { attributes: ["position"], uniforms: ["worldViewProjection"], shaderLanguage: ShaderLanguage.WGSL },
        );
        box.material = own;
        const unbound = await DrawAsync(scene);
        ExpectColor(unbound(MIDDLE, MIDDLE), [1, 0.5, 0]);
        const { binding, cut, startOf } = await BindAsync(scene, { lamp: 0, outline: 0 });
        cut(1);
        const part = binding.colorOf(startOf(0));
        ExpectColor((await DrawAsync(scene))(MIDDLE, MIDDLE), part, "parts");
        binding.colorMode = "tint";
        ExpectColor(
            (await DrawAsync(scene))(MIDDLE, MIDDLE),
            [1, 0.5, 0].map((value, c) => 0.45 * value + 0.55 * part[c]),
            "tint",
        );
        binding.dispose();
        expect(AllPixels(await DrawAsync(scene))).toEqual(AllPixels(unbound));
        await CheckGpuAsync(engine());
        scene.dispose();
    });

    it("does not draw hidden leaves, and picks the parts behind them", async () => {
        const scene = CreateBlackScene(engine());
        const front = CreatePlane("front", { size: 1 }, scene);
        front.position.z = -1;
        const back = CreatePlane("back", { size: 2 }, scene);
        front.material = back.material = new StandardMaterial("plain", scene);
        const { binding, capture, cut, startOf } = await BindAsync(scene, { lamp: 0 });
        cut(2);
        const itemAt = (): number => capture.itemOfElement(capture.elements[binding.pickLeaf(MIDDLE + 2, MIDDLE + 2)]);
        expect(itemAt()).toBe(0);
        const overrides = new LeafOverrides(capture.elements.length);
        binding.overrides = overrides;
        const { leafOfElement } = binding.content;
        const hidden = [...capture.elements.keys()].filter(
            (leaf) => capture.itemOfElement(capture.elements[leaf]) === 0,
        );
        overrides.write(Uint32Array.from(hidden), new Uint32Array(hidden.length).fill(1 << 25));
        expect(itemAt()).toBe(1);
        const pixels = await DrawAsync(scene);
        const behind = leafOfElement[capture.items[1].firstElement];
        ExpectColor(pixels(MIDDLE + 2, MIDDLE + 2), binding.colorOf(startOf(behind)), "what is behind");
        binding.dispose();
        scene.dispose();
    });

    it("follows the mesh, and is hidden with it", async () => {
        const { scene } = CreateContent();
        const { binding, cut } = await BindAsync(scene, { lamp: 0, outline: 0 });
        cut(1);
        scene.getMeshByName("box")!.position.y = 5;
        scene.getMeshByName("sphere")!.isVisible = false;
        scene.getMeshByName("twin")!.setEnabled(false);
        const pixels = await DrawAsync(scene);
        for (const [x, y] of [PIXELS.box, PIXELS.sphere, PIXELS.twin]) {
            ExpectColor(pixels(x, y), [0, 0, 0], `${x}, ${y}`);
        }
        scene.getMeshByName("sphere")!.isVisible = true;
        scene.getMeshByName("sphere")!.dispose();
        ExpectColor((await DrawAsync(scene))(...PIXELS.sphere), [0, 0, 0], "disposed");
        binding.dispose();
        expect(scene.getMeshByName("box")!.getChildren().length).toBe(0);
        scene.dispose();
        await CheckGpuAsync(engine());
    });

    it("uploads nothing and reads nothing back when the cut changes, with three dispatches", async () => {
        const { scene } = CreateContent();
        const { binding, cut } = await BindAsync(scene);
        cut(2);
        await DrawAsync(scene);
        const { mapAsync } = GPUBuffer.prototype;
        const { dispatchWorkgroups } = GPUComputePassEncoder.prototype;
        const { writeBuffer } = GPUQueue.prototype;
        const counts = { maps: 0, dispatches: 0, largestWrite: 0 };
        GPUBuffer.prototype.mapAsync = function (...args) {
            counts.maps++;
            return mapAsync.apply(this, args);
        };
        GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...args) {
            counts.dispatches++;
            return dispatchWorkgroups.apply(this, args);
        };
        GPUQueue.prototype.writeBuffer = function (this: GPUQueue, ...args: Parameters<typeof writeBuffer>) {
            counts.largestWrite = Math.max(counts.largestWrite, args[4] ?? args[2].byteLength);
            return writeBuffer.apply(this, args);
        } as typeof writeBuffer;
        try {
            cut(5);
            engine().beginFrame();
            scene.render();
            engine().endFrame();
        } finally {
            GPUBuffer.prototype.mapAsync = mapAsync;
            GPUComputePassEncoder.prototype.dispatchWorkgroups = dispatchWorkgroups;
            GPUQueue.prototype.writeBuffer = writeBuffer;
        }
        expect([counts.maps, counts.dispatches]).toEqual([0, 3]);
        // Each frame uploads the uniforms of scene, meshes and materials; colors of 600 leaves would be 2400 bytes.
        expect(counts.largestWrite).toBeLessThan(2000);
        binding.dispose();
        scene.dispose();
    });

    it("restores the scene after each of many rounds", async () => {
        const { scene } = CreateContent();
        const look = AllPixels(await DrawAsync(scene));
        const capture = await CaptureSceneAsync(scene, scene.meshes, { views: 1, size: 32, samples: 300 });
        const hierarchy = CreateHalves(capture);
        const content = ContentLeaves.Create(capture, hierarchy);
        const round = async (): Promise<void> => {
            const binding = await MeshBinding.CreateAsync(scene, hierarchy, content);
            binding.cutRank = CutRankForCount(binding.dendrogram, 3);
            await DrawAsync(scene);
            binding.dispose();
            binding.dispose();
            expect(() => {
                binding.cutRank = 1;
            }).toThrow(/"content" has been disposed/);
        };
        const inventory = () => [Inventory(scene), EngineInventory(engine())];
        const before = inventory();
        const pluginsBefore = scene.materials.map((material) => PluginsOf(material));
        await round();
        await DrawAsync(scene);
        expect(inventory()).toEqual(before);
        expect(AllPixels(await DrawAsync(scene))).toEqual(look);

        const census = TakeGpuCensus();
        try {
            for (let i = 0; i < ROUNDS; i++) {
                await round();
            }
            await DrawAsync(scene);
            await DrawAsync(scene);
        } finally {
            census.dispose();
        }
        expect(inventory()).toEqual(before);
        expect(scene.materials.map((material) => PluginsOf(material))).toEqual(pluginsBefore);
        expect(AllPixels(await DrawAsync(scene))).toEqual(look);
        // The uniforms of the scene's two shaders, which were recreated, and the buffers that Babylon keeps for reuse.
        expect(census.buffers.size, Labels(census)).toBeLessThan(6);
        expect(census.textures.size, Labels(census)).toBe(0);
        await CheckGpuAsync(engine());
        scene.dispose();
    });

    it.each(["meshes", "both"] as const)("shows and picks the parts of the facade (display: %s)", async (display) => {
        const { scene } = CreateContent();
        const unbound = AllPixels(await DrawAsync(scene));
        const capture = await CaptureSceneAsync(scene, scene.meshes, { views: 1, size: 32, samples: 600 });
        const hierarchy = CreateHalves(capture);
        const inventory = Inventory(scene);
        const segmentation = new UltrametricSegmentation(scene, {
            display,
            upAxis: "y",
            lamp: 0,
            outline: 0,
        });
        const content = ContentLeaves.Create(capture, hierarchy);
        await segmentation.setHierarchyAsync(hierarchy, { content });
        // Bind again, over the first binding.
        await segmentation.setHierarchyAsync(hierarchy, { content });
        expect(segmentation.pointCloud!.mesh.isEnabled()).toBe(display === "both");
        expect(segmentation.meshBinding).not.toBeNull();
        segmentation.partCount = 3;
        let pixels = await DrawAsync(scene);
        const [x, y] = PIXELS.twin;
        const part = segmentation.pick(x, y)!;
        expect(part.size).toBe([...capture.elements].filter((element) => capture.itemOfElement(element) === 2).length);
        const color = segmentation.pointCloud!.colorOf(part.start);
        if (display === "meshes") {
            ExpectColor(pixels(x, y), color);
            expect(segmentation.pick(...PIXELS.nothing)).toBeNull();
        }
        // A capture of everything visible skips the proxy meshes.
        const again = await segmentation.captureSceneAsync(null, { views: 1, size: 32, samples: 50 });
        expect(again.items.map(({ mesh }) => mesh.name)).toEqual(["box", "sphere", "twin"]);

        // An invalid one changes nothing.
        const wrong = { ...content, items: again.items, capture: again } as unknown as ContentLeaves;
        await expect(segmentation.setHierarchyAsync(hierarchy, { content: wrong })).rejects.toThrow(
            /content has 50 samples/,
        );
        // Edits show on the meshes.
        part.hide();
        pixels = await DrawAsync(scene);
        ExpectColor(pixels(x, y), [0, 0, 0], "hidden");
        expect(segmentation.pick(x, y)).toBeNull();
        segmentation.editor!.undo();
        segmentation.colorMode = "original";
        segmentation.selectedPart = part;
        pixels = await DrawAsync(scene);
        const at = 3 * (y * CANVAS_SIZE + x);
        if (display === "meshes") {
            ExpectColor(
                pixels(x, y),
                [...unbound.subarray(at, at + 3)].map((value) => value / 255),
            );
        }
        await CheckGpuAsync(engine());
        segmentation.dispose();
        expect(AllPixels(await DrawAsync(scene))).toEqual(unbound);
        expect(Inventory(scene)).toEqual(inventory);
        scene.dispose();
    });

    it("throws on invalid input with a reason", async () => {
        const { scene } = CreateContent();
        const capture = await CaptureSceneAsync(scene, scene.meshes, { views: 1, size: 32, samples: 300 });
        const hierarchy = CreateHalves(capture);
        const content = ContentLeaves.Create(capture, hierarchy);
        const before = Inventory(scene);
        const sphere = scene.getMeshByName("sphere")!;
        const indices = sphere.getIndices()!;
        sphere.setIndices(indices.slice(3), null);
        await expect(MeshBinding.CreateAsync(scene, hierarchy, content)).rejects.toThrow(
            /"sphere" had 784 faces when it was captured and has 783 now/,
        );
        sphere.setIndices(indices, null);
        expect(Inventory(scene)).toEqual(before);
        scene.dispose();
        await expect(MeshBinding.CreateAsync(scene, hierarchy, content)).rejects.toThrow(/disposed/);
    });
});

const MIDDLE = CANVAS_SIZE / 2;
