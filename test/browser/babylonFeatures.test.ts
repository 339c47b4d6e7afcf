import "@babylonjs/core/Culling/ray";
import "@babylonjs/core/Lights/Shadows/shadowGeneratorSceneComponent";
import "@babylonjs/core/Layers/effectLayerSceneComponent";
import "@babylonjs/core/Meshes/instancedMesh";
import "@babylonjs/core/Meshes/thinInstanceMesh";
import "@babylonjs/core/Rendering/outlineRenderer";
import { AssetContainer } from "@babylonjs/core/assetContainer";
import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { Camera } from "@babylonjs/core/Cameras/camera";
import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera";
import { HighlightLayer } from "@babylonjs/core/Layers/highlightLayer";
import { DirectionalLight } from "@babylonjs/core/Lights/directionalLight";
import { HemisphericLight } from "@babylonjs/core/Lights/hemisphericLight";
import { ShadowGenerator } from "@babylonjs/core/Lights/Shadows/shadowGenerator";
import type { Material } from "@babylonjs/core/Materials/material";
import { MultiMaterial } from "@babylonjs/core/Materials/multiMaterial";
import { NodeMaterial } from "@babylonjs/core/Materials/Node/nodeMaterial";
import { OpenPBRMaterial } from "@babylonjs/core/Materials/PBR/openpbrMaterial";
import { PBRMaterial } from "@babylonjs/core/Materials/PBR/pbrMaterial";
import { ShaderLanguage } from "@babylonjs/core/Materials/shaderLanguage";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import { RenderTargetTexture } from "@babylonjs/core/Materials/Textures/renderTargetTexture";
import { Color3, Color4 } from "@babylonjs/core/Maths/math.color";
import { Plane } from "@babylonjs/core/Maths/math.plane";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { Viewport } from "@babylonjs/core/Maths/math.viewport";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { CreatePlane } from "@babylonjs/core/Meshes/Builders/planeBuilder";
import { CreateSphere } from "@babylonjs/core/Meshes/Builders/sphereBuilder";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import { SubMesh } from "@babylonjs/core/Meshes/subMesh";
import { SceneSerializer } from "@babylonjs/core/Misc/sceneSerializer";
import { UtilityLayerRenderer } from "@babylonjs/core/Rendering/utilityLayerRenderer";
import { Scene } from "@babylonjs/core/scene";
import { GLTF2Export } from "@babylonjs/serializers/glTF/2.0/glTFSerializer";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CaptureSceneAsync } from "../../src/plugin/sceneCapture/sceneCapture";
import { AllPixels, CANVAS_SIZE, DrawAsync, ExpectColor, UseBrowserEngine } from "../support/browserScene";
import { CreateEmissiveMaterial } from "../support/coloredMeshes";
import { BindAsync } from "../support/halvedContent";

// The table in docs/babylon-features.md lists these tests.

const engine = UseBrowserEngine(CANVAS_SIZE, CANVAS_SIZE, { stencil: true });
/** Pixels per unit of the scene. */
const SCALE = 16;
const SIZE = 0.8;

let scene: Scene;
let bound: Awaited<ReturnType<typeof BindAsync>>;
let pixel: Awaited<ReturnType<typeof DrawAsync>>;

/** Creates a scene of 8 x 8 units in front of an orthographic camera. */
function CreateStage(options: { useFloatingOrigin?: boolean; isRightHanded?: boolean } = {}): Scene {
    const stage = new Scene(engine(), { useFloatingOrigin: options.useFloatingOrigin ?? false });
    stage.useRightHandedSystem = options.isRightHanded ?? false;
    stage.clearColor = new Color4(0, 0, 0, 1);
    CreateCamera(stage);
    new HemisphericLight("light", new Vector3(0.3, 1, -0.5), stage);
    return stage;
}

function CreateCamera(stage: Scene, center = Vector3.Zero()): FreeCamera {
    const camera = new FreeCamera("camera", center.add(new Vector3(0, 0, stage.useRightHandedSystem ? 9 : -9)), stage);
    camera.setTarget(center);
    camera.mode = Camera.ORTHOGRAPHIC_CAMERA;
    [camera.orthoLeft, camera.orthoRight, camera.orthoBottom, camera.orthoTop] = [-4, 4, -4, 4];
    return camera;
}

function CreateItem(x: number, y: number, material?: Material | null): Mesh {
    const box = CreateBox(`box ${x} ${y}`, { size: SIZE }, scene);
    box.position.set(x, y, 0);
    box.material = material ?? CreateEmissiveMaterial(`plain ${x} ${y}`, new Color3(0.2, 0.2, 0.2), scene);
    return box;
}

async function ShowAsync(count = 2, samples = 1000): Promise<void> {
    bound = await BindAsync(scene, { lamp: 0, outline: 0 }, samples);
    bound.cut(count * bound.capture.items.length);
}

const at = (x: number, y: number): [number, number] => [
    Math.round(CANVAS_SIZE / 2 + SCALE * x),
    Math.round(CANVAS_SIZE / 2 - SCALE * y),
];

/** Expects the colors of the two parts of a box at a place, as they are picked there. */
function ExpectParts(x: number, y: number, note: string, alpha = 1): void {
    const colors = [-0.2, 0.2].map((side) => {
        const place = at(x + side, y);
        const leaf = bound.binding.pickLeaf(...place);
        expect(leaf, `${note}: leaf`).toBeGreaterThanOrEqual(0);
        const color = bound.binding.colorOf(bound.startOf(leaf)).map((value) => value * alpha);
        ExpectColor(pixel(...place), color, `${note} ${side}`);
        return color;
    });
    expect(colors[0], note).not.toEqual(colors[1]);
}

/** Draws until shaders that Babylon compiles on use are there. */
async function SettleAsync(isThere: () => boolean): Promise<void> {
    for (let frame = 0; frame < 100; frame++) {
        pixel = await DrawAsync(scene);
        if (isThere()) {
            return;
        }
    }
}

async function ExpectDrawnAsync(x: number, y: number, note: string): Promise<void> {
    pixel = await DrawAsync(scene);
    ExpectParts(x, y, note);
}

beforeEach(() => {
    scene = CreateStage();
});

afterEach(() => {
    scene.dispose();
});

describe("parts are drawn with", () => {
    it("Standard, PBR, OpenPBR, Node, transparent, frozen and multi-materials", async () => {
        const pbr = new PBRMaterial("pbr", scene);
        const open = new OpenPBRMaterial("open", scene);
        const node = new NodeMaterial("node", scene, { shaderLanguage: ShaderLanguage.WGSL });
        node.setToDefault();
        node.build();
        const clear = new StandardMaterial("clear", scene);
        clear.alpha = 0.5;
        const frozen = new StandardMaterial("frozen", scene);
        frozen.freeze();
        const multi = new MultiMaterial("multi", scene);
        multi.subMaterials = [pbr, new StandardMaterial("second", scene)];
        const materials = [new StandardMaterial("standard", scene), pbr, open, node, clear, frozen, multi];
        const boxes = materials.map((material, i) => CreateItem(i - 3, 0, material));
        const last = boxes[6];
        last.subMeshes = [];
        new SubMesh(0, 0, 24, 0, 18, last);
        new SubMesh(1, 0, 24, 18, 18, last);
        await ShowAsync(2, 3000);
        await SettleAsync(() => pixel(...at(0.2, 0))[0] !== 204);
        materials.forEach(({ name }, i) => {
            ExpectParts(i - 3, 0, name, name === "clear" ? 0.5 : 1);
        });
        bound.binding.colorMode = "original";
        await DrawAsync(scene);
        bound.binding.colorMode = "parts";
        pixel = await DrawAsync(scene);
        materials.forEach(({ name }, i) => {
            ExpectParts(i - 3, 0, `${name} again`, name === "clear" ? 0.5 : 1);
        });
    });

    it("instances and thin instances, in one draw call; added ones look as without parts", async () => {
        const box = CreateItem(-2, 0);
        const twin = box.createInstance("twin");
        twin.position.set(0, 2, 0);
        const mirrored = box.createInstance("mirrored");
        mirrored.position.set(2, 2, 0);
        mirrored.scaling.x = -1; // is drawn alone
        const thin = CreateItem(2, 0);
        thin.thinInstanceAdd([Matrix.Identity(), Matrix.Translation(0, -2, 0)]);
        const calls = async (): Promise<number> => {
            const start = engine()._drawCalls.current;
            pixel = await DrawAsync(scene);
            return engine()._drawCalls.current - start;
        };
        const before = [await calls(), scene.getActiveIndices()];
        await ShowAsync(2, 3000);
        expect([await calls(), scene.getActiveIndices()]).toEqual(before);
        expect(before[0]).toBeGreaterThan(0);
        const places = [
            [-2, 0],
            [0, 2],
            [2, 2],
            [2, 0],
            [2, -2],
        ] as const;
        for (const [x, y] of places) {
            ExpectParts(x, y, `instance at ${x}, ${y}`);
        }
        const late = box.createInstance("late");
        late.position.set(-2, -2, 0);
        thin.thinInstanceAdd(Matrix.Translation(-2, -2, 0));
        twin.position.y = 3;
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...at(-2, -2)), [0.2, 0.2, 0.2], "late instance");
        ExpectColor(pixel(...at(0, -2)), [0.2, 0.2, 0.2], "late thin instance");
        ExpectParts(0, 3, "a moved instance");
        ExpectParts(-2, 0, "the source");
    });

    it("picking, and nothing that an application sees changes", async () => {
        const box = CreateItem(0, 0);
        const texts = (): string[] => [
            JSON.stringify(SceneSerializer.Serialize(scene)),
            JSON.stringify(Object.keys(box).sort()),
        ];
        await DrawAsync(scene);
        const before = texts()[0];
        const glb = async (): Promise<number> => ((await GLTF2Export.GLBAsync(scene, "x")).files["x.glb"] as Blob).size;
        const size = await glb();
        await ShowAsync();
        await ExpectDrawnAsync(0, 0, "picked");
        const hit = scene.pick(...at(0.1, 0.1));
        expect([hit.pickedMesh, hit.faceId >= 0, scene.meshes.length]).toEqual([box, true, 1]);
        expect(texts()[0]).toBe(before);
        expect(await glb()).toBe(size);
        const clone = box.clone("clone");
        clone.position.x = 2;
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...at(2, 0)), [0.2, 0.2, 0.2], "a clone");
        bound.binding.dispose();
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...at(0, 0)), [0.2, 0.2, 0.2], "disposed");
    });

    it("a highlight layer and outlines", async () => {
        const box = CreateItem(-1.5, 0);
        const other = CreateSphere("sphere", { diameter: SIZE }, scene);
        other.position.x = 1.5;
        other.material = box.material;
        await ShowAsync();
        const layer = new HighlightLayer("layer", scene, { blurHorizontalSize: 1, blurVerticalSize: 1 });
        layer.innerGlow = false;
        layer.addMesh(box, Color3.Green());
        other.renderOutline = true;
        other.outlineWidth = 0.2;
        other.outlineColor = Color3.Red();
        await SettleAsync(() => pixel(...at(1.5 + SIZE / 2 + 0.1, 0))[0] > 0 && pixel(...at(-2, 0))[1] > 60);
        ExpectParts(-1.5, 0, "highlighted");
        ExpectParts(1.5, 0, "outlined");
        expect(pixel(...at(-1.5 - SIZE / 2 - 0.1, 0))[1], "halo").toBeGreaterThan(60);
        ExpectColor(pixel(...at(1.5 + SIZE / 2 + 0.1, 0)), [1, 0, 0], "outline");
        layer.dispose();
    });

    it("shadows, and render targets", async () => {
        const box = CreateItem(0, 0);
        await ShowAsync();
        const ground = CreatePlane("ground", { size: 8 }, scene);
        ground.position.z = 2;
        ground.receiveShadows = true;
        const paper = new StandardMaterial("paper", scene);
        paper.specularColor = Color3.Black();
        ground.material = paper;
        scene.getLightByName("light")!.dispose();
        const sun = new DirectionalLight("sun", new Vector3(0.5, 0, 1), scene);
        sun.position.set(-2.5, 0, -5);
        const shadows = new ShadowGenerator(256, sun);
        shadows.addShadowCaster(box);
        const target = new RenderTargetTexture("target", 16, scene);
        target.renderList = [box];
        target.activeCamera = scene.activeCamera;
        scene.customRenderTargets.push(target);
        await SettleAsync(() => pixel(...at(1, 0))[0] < 50);
        ExpectParts(0, 0, "casting");
        expect(pixel(...at(1, 0))[0], "shadow").toBeLessThan(50);
        expect(pixel(...at(-1, 0))[0], "light").toBeGreaterThan(150);
        const image = new Uint8Array((await target.readPixels())!.buffer);
        const leaf = bound.binding.pickLeaf(...at(0.1, 0.1));
        ExpectColor(
            [...image.subarray(4 * (16 * 8 + 8), 4 * (16 * 8 + 8) + 3)] as [number, number, number],
            bound.binding.colorOf(bound.startOf(leaf)),
            "render target",
        );
    });

    it("levels of detail and clip planes", async () => {
        const box = CreateItem(0, 0);
        await ShowAsync();
        const coarse = CreateBox("coarse", { size: SIZE }, scene);
        coarse.material = CreateEmissiveMaterial("red", Color3.Red(), scene);
        scene.activeCamera!.mode = Camera.PERSPECTIVE_CAMERA;
        (scene.activeCamera as FreeCamera).fov = 2 * Math.atan(4 / 9);
        box.addLODLevel(5, coarse);
        pixel = await DrawAsync(scene);
        const leaf = bound.binding.pickLeaf(...at(0.2, 0));
        ExpectColor(pixel(...at(0.2, 0)), bound.binding.colorOf(bound.startOf(leaf)), "level");
        bound.binding.isShown = false;
        await DrawAsync(scene);
        ExpectColor((await DrawAsync(scene))(...at(0.2, 0)), [1, 0, 0], "without parts");
        bound.binding.isShown = true;
        box.removeLODLevel(coarse);
        coarse.dispose();
        box.addLODLevel(5, null);
        ExpectColor((await DrawAsync(scene))(...at(0.2, 0)), [0, 0, 0], "culled");
        box.removeLODLevel(null as unknown as Mesh);
        scene.clipPlane = new Plane(1, 0, 0, 0);
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...at(0.2, 0)), [0, 0, 0], "clipped");
        ExpectColor(
            pixel(...at(-0.2, 0)),
            bound.binding.colorOf(bound.startOf(bound.binding.pickLeaf(...at(-0.2, 0)))),
        );
    });

    it.each([
        ["standard", 0],
        ["fast", 1],
    ])("snapshot rendering (%s), also captures", async (_, mode) => {
        CreateItem(0, 0);
        await DrawAsync(scene);
        engine().snapshotRenderingMode = mode;
        engine().snapshotRendering = true;
        try {
            await DrawAsync(scene);
            await DrawAsync(scene);
            const capture = await CaptureSceneAsync(scene, scene.meshes, { views: 1, size: 32, samples: 50 });
            expect(capture.views[0].depth!.some((depth) => depth > 0)).toBe(true);
            await ShowAsync();
            await DrawAsync(scene);
            await DrawAsync(scene);
            await ExpectDrawnAsync(0, 0, "in a snapshot");
            bound.cut(1);
            pixel = await DrawAsync(scene);
            expect(pixel(...at(-0.2, 0))).toEqual(pixel(...at(0.2, 0)));
            bound.binding.colorMode = "original";
            await DrawAsync(scene);
            ExpectColor((await DrawAsync(scene))(...at(0, 0)), [0.2, 0.2, 0.2], "original");
        } finally {
            engine().snapshotRendering = false;
            engine().snapshotRenderingMode = 0;
        }
    });

    it("several cameras, viewports, and utility layers", async () => {
        CreateItem(0, 0);
        await ShowAsync();
        const left = scene.activeCamera!;
        const right = CreateCamera(scene);
        left.viewport = new Viewport(0, 0, 0.5, 1);
        right.viewport = new Viewport(0.5, 0, 0.5, 1);
        scene.activeCameras = [left, right];
        const layer = new UtilityLayerRenderer(scene);
        const gizmo = CreateBox("gizmo", { size: 1 }, layer.utilityLayerScene);
        gizmo.position.y = 2;
        gizmo.material = CreateEmissiveMaterial("blue", Color3.Blue(), layer.utilityLayerScene);
        pixel = await DrawAsync(scene);
        const colors = [30, 34, 94, 98].map((x) => pixel(x, CANVAS_SIZE / 2));
        expect(colors.slice(0, 2)).toEqual(colors.slice(2));
        expect(new Set(colors.map(String)).size).toBe(2);
        const starts = [...bound.capture.elements.keys()].map((leaf) => bound.startOf(leaf));
        const parts = [...new Set(starts)].map((start) => bound.binding.colorOf(start).map((v) => Math.round(255 * v)));
        expect(new Set(colors.map(String))).toEqual(new Set(parts.map(String)));
        layer.dispose();
    });

    it("asset containers that are removed and added again", async () => {
        const box = CreateItem(0, 0);
        await ShowAsync();
        await DrawAsync(scene);
        const container = new AssetContainer(scene);
        container.meshes.push(box);
        container.materials.push(box.material!);
        container.removeAllFromScene();
        ExpectColor((await DrawAsync(scene))(...at(0, 0)), [0, 0, 0], "removed");
        container.addAllToScene();
        await ExpectDrawnAsync(0, 0, "added");
    });

    it("frozen active meshes, as cut and mode change", async () => {
        const box = CreateItem(0, 0);
        await ShowAsync();
        await DrawAsync(scene);
        scene.freezeActiveMeshes();
        box.freezeWorldMatrix();
        await ExpectDrawnAsync(0, 0, "frozen");
        bound.cut(1);
        pixel = await DrawAsync(scene);
        expect(pixel(...at(-0.2, 0))).toEqual(pixel(...at(0.2, 0)));
        bound.binding.colorMode = "original";
        await DrawAsync(scene);
        ExpectColor((await DrawAsync(scene))(...at(0, 0)), [0.2, 0.2, 0.2], "original");
    });

    it.each([
        ["right-handed scenes", { isRightHanded: true }, 0],
        ["a floating origin", { useFloatingOrigin: true }, 4e6],
    ])("%s", async (_, options, far) => {
        scene.dispose();
        scene = CreateStage(options);
        const box = CreateItem(far, 0);
        const twin = box.createInstance("twin");
        twin.position.set(far, 2, 0);
        scene.activeCamera!.dispose();
        scene.activeCamera = CreateCamera(scene, new Vector3(far, 0, 0));
        await ShowAsync();
        pixel = await DrawAsync(scene);
        const colors = [0, 2].flatMap((y) => [-0.2, 0.2].map((x) => pixel(...at(x, y))));
        const starts = [...bound.capture.elements.keys()].map((leaf) => bound.startOf(leaf));
        const parts = [...new Set(starts)].map((start) => bound.binding.colorOf(start).map((v) => Math.round(255 * v)));
        expect(new Set(colors.map(String))).toEqual(new Set(parts.map(String)));
        expect(colors.length).toBe(4);
    });

    it("vertices that are updated, wireframes, and other materials", async () => {
        const box = CreateItem(0, 0);
        const values = box.getVerticesData(VertexBuffer.PositionKind)!;
        box.setVerticesData(VertexBuffer.PositionKind, values, true);
        await ShowAsync();
        await ExpectDrawnAsync(0, 0, "before");
        box.updateVerticesData(
            VertexBuffer.PositionKind,
            values.map((value, i) => value + (i % 3 === 1 ? 2 : 0)),
        );
        pixel = await DrawAsync(scene);
        ExpectColor(pixel(...at(0, 0)), [0, 0, 0], "moved away");
        expect(pixel(...at(0.2, 2))).not.toEqual([0, 0, 0]);
        box.updateVerticesData(VertexBuffer.PositionKind, values);
        await ExpectDrawnAsync(0, 0, "back");
        box.material!.wireframe = true;
        pixel = await DrawAsync(scene);
        const lit = AllPixels(pixel).filter((value) => value > 0).length;
        expect(lit).toBeGreaterThan(30);
        expect(lit).toBeLessThan(3 * 14 * 14);
        box.material = new PBRMaterial("other", scene);
        await DrawAsync(scene);
        await ExpectDrawnAsync(0, 0, "other material");
    });
});
