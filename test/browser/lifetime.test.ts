import { HemisphericLight } from "@babylonjs/core/Lights/hemisphericLight";
import { MultiMaterial } from "@babylonjs/core/Materials/multiMaterial";
import { PBRMaterial } from "@babylonjs/core/Materials/PBR/pbrMaterial";
import { ShaderLanguage } from "@babylonjs/core/Materials/shaderLanguage";
import { ShaderMaterial } from "@babylonjs/core/Materials/shaderMaterial";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import { RawTexture } from "@babylonjs/core/Materials/Textures/rawTexture";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { CreateSphere } from "@babylonjs/core/Meshes/Builders/sphereBuilder";
import "@babylonjs/core/Meshes/instancedMesh";
import "@babylonjs/core/Meshes/thinInstanceMesh";
import { Bone } from "@babylonjs/core/Bones/bone";
import { Skeleton } from "@babylonjs/core/Bones/skeleton";
import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { SubMesh } from "@babylonjs/core/Meshes/subMesh";
import type { Scene } from "@babylonjs/core/scene";
import { describe, expect, it } from "vitest";
import { AttachGizmos } from "../../src/plugin/parts/edit/partGizmos";
import type { UltrametricSegmentationOptions } from "../../src/plugin/saved/segmentationOptions";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { AllPixels, CANVAS_SIZE, CreateBlackScene, DrawAsync, UseBrowserEngine } from "../support/browserScene";
import { Labels, TakeGpuCensus } from "../support/gpuCensus";
import { EngineInventory, Inventory } from "../support/sceneInventory";
import { CreateSplatMeshAsync, CreateSplatTable } from "../support/splatScene";
import { CountWorkers } from "../support/workerCensus";

const engine = UseBrowserEngine();
const ROUNDS = 4;

/**
 * Creates meshes of every kind: a PBR box with a texture, its instance, a box with two materials, a ball with a custom
 * shader, a skinned box and thin instances.
 */
function CreateMeshes(scene: Scene): void {
    new HemisphericLight("light", new Vector3(0.3, 1, -0.5), scene);
    const metal = new PBRMaterial("metal", scene);
    const checks = Uint8Array.from({ length: 4 * 16 }, (_, i) => (i % 4 === 3 || (i >> 2) % 2 === 0 ? 255 : 90));
    metal.albedoTexture = RawTexture.CreateRGBATexture(checks, 4, 4, scene, false);
    metal.metallic = 0.2;
    metal.roughness = 0.6;
    const box = CreateBox("metal box", { size: 0.6 }, scene);
    box.material = metal;
    box.position.set(-1.1, 0.6, 0);
    box.createInstance("twin").position.set(-1.1, -0.6, 0);

    const halves = new MultiMaterial("halves", scene);
    halves.subMaterials = [Color3.Red(), Color3.Green()].map((color, i) => {
        const half = new StandardMaterial(`half ${i}`, scene);
        half.diffuseColor = color;
        return half;
    });
    const split = CreateBox("split box", { size: 0.6 }, scene);
    split.material = halves;
    split.position.set(0, 0.6, 0);
    split.subMeshes = [];
    new SubMesh(0, 0, split.getTotalVertices(), 0, 18, split);
    new SubMesh(1, 0, split.getTotalVertices(), 18, 18, split);

    const own = new ShaderMaterial(
        "own",
        scene,
        {
            vertexSource:
                "attribute position : vec3f;\nuniform worldViewProjection : mat4x4f;\n@vertex\nfn main(input : VertexInputs) -> FragmentInputs {\nvertexOutputs.position = uniforms.worldViewProjection * vec4f(vertexInputs.position, 1.0);\n}",
            fragmentSource:
                "@fragment\nfn main(input : FragmentInputs) -> FragmentOutputs {\nfragmentOutputs.color = vec4f(0.2, 0.4, 0.9, 1.0);\n}",
        },
        { attributes: ["position"], uniforms: ["worldViewProjection"], shaderLanguage: ShaderLanguage.WGSL },
    );
    const ball = CreateSphere("shader ball", { diameter: 0.6, segments: 6 }, scene);
    ball.material = own;
    ball.position.set(0, -0.6, 0);

    const skinned = CreateBox("skinned box", { size: 0.5 }, scene);
    const skeleton = new Skeleton("skeleton", "skeleton", scene);
    const bone = new Bone("bone", skeleton, null, Matrix.Identity());
    bone.setPosition(new Vector3(0, 0.1, 0));
    const corners = skinned.getTotalVertices();
    skinned.setVerticesData(VertexBuffer.MatricesIndicesKind, new Float32Array(4 * corners));
    skinned.setVerticesData(
        VertexBuffer.MatricesWeightsKind,
        Float32Array.from({ length: 4 * corners }, (_, i) => (i % 4 === 0 ? 1 : 0)),
    );
    skinned.skeleton = skeleton;
    skinned.position.set(1.1, 0.6, 0);

    const thin = CreateBox("thin box", { size: 0.25 }, scene);
    thin.thinInstanceAdd([Matrix.Translation(0.9, -0.6, 0), Matrix.Translation(1.3, -0.6, 0)]);
}

/** Draws a frame without reading it. */
async function RenderAsync(scene: Scene): Promise<void> {
    await scene.whenReadyAsync();
    engine().beginFrame();
    scene.render();
    engine().endFrame();
}

/** Uses a segmentation as an application does, between its creation and its disposal. */
async function UseAsync(
    segmentation: UltrametricSegmentation,
    saved: Uint8Array<ArrayBuffer> | null,
): Promise<Uint8Array<ArrayBuffer>> {
    const { scene } = segmentation;
    if (saved) {
        await segmentation.loadAsync(saved);
    } else {
        const capture = await segmentation.captureSceneAsync(null, { views: 3, size: 32, samples: 300 });
        const masks = await segmentation.generateMasksAsync(capture);
        await segmentation.segmentAsync(capture, masks, { preview: true });
    }
    segmentation.partCount = 6;
    await RenderAsync(scene);
    const { parts } = segmentation;
    const editor = segmentation.editor!;
    const selectionTools = segmentation.selectionTools!;
    const partOf = (leaf: number) => parts!.partOfLeaf(leaf, parts!.dendrogram.leafCount - 6);
    const part = partOf(0);
    part.select();
    segmentation.hoveredPart = part;
    selectionTools.grow();
    selectionTools.box({ x: 0, y: 0 }, { x: CANVAS_SIZE / 2, y: CANVAS_SIZE });
    await RenderAsync(scene);
    segmentation.colorMode = "tint";
    const last = partOf(parts!.dendrogram.order[parts!.dendrogram.leafCount - 1]);
    last.recolor({ r: 1, g: 0.5, b: 0 });
    last.hide();
    editor.undo();
    const extracted = editor.extracted[0] ?? part.extract(); // a saved one is restored
    const gizmos = AttachGizmos(editor, extracted);
    editor.transform(extracted, { position: extracted.transform.position.add(new Vector3(0, 0.1, 0)) });
    const copy = editor.duplicate(extracted);
    await RenderAsync(scene);
    gizmos.dispose();
    editor.delete(copy);
    editor.undo();
    last.hide();
    await RenderAsync(scene);
    return saved ?? (await segmentation.saveAsync());
}

describe.each<["meshes" | "splats", Partial<UltrametricSegmentationOptions>]>([
    ["meshes", { display: "both", upAxis: "y" }],
    ["splats", { upAxis: "y" }],
])("a segmentation of %s", (kind, options) => {
    it("frees everything and restores the scene after each of many rounds", { timeout: 300_000 }, async () => {
        const census = TakeGpuCensus();
        const workers = CountWorkers();
        const scene = CreateBlackScene(engine());
        if (kind === "meshes") {
            CreateMeshes(scene);
        } else {
            const table = await CreateSplatMeshAsync("table", CreateSplatTable(600, 3).splats, scene);
            table.rotation.x = -0.6;
        }
        let saved: Uint8Array<ArrayBuffer> | null = null;
        const roundAsync = async (from: Uint8Array<ArrayBuffer> | null): Promise<void> => {
            const segmentation = new UltrametricSegmentation(scene, options);
            const file = await UseAsync(segmentation, from);
            saved ??= file;
            segmentation.dispose();
        };
        await DrawAsync(scene);
        const look = AllPixels(await DrawAsync(scene));
        const before = Inventory(scene);
        const ExpectAsBeforeAsync = async (): Promise<void> => {
            await DrawAsync(scene); // released shaders end with the frame
            expect(AllPixels(await DrawAsync(scene))).toEqual(look);
            expect(Inventory(scene)).toEqual(before);
        };
        try {
            await roundAsync(null);
            await roundAsync(saved);
            await ExpectAsBeforeAsync();
            const engineBefore = EngineInventory(engine());
            const [workersBefore, ...memoryBefore] = [workers.alive, census.buffers.size, census.textures.size];
            for (let round = 0; round < ROUNDS; round++) {
                await roundAsync(round === 0 ? null : saved);
            }
            await ExpectAsBeforeAsync();
            expect(EngineInventory(engine())).toEqual(engineBefore);
            expect(workers.alive).toBe(workersBefore);
            expect([census.buffers.size, census.textures.size], Labels(census)).toEqual(memoryBefore);
        } finally {
            census.dispose();
            workers.dispose();
        }
        scene.dispose();
    });
});
