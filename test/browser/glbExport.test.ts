import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import type { FreeCamera } from "@babylonjs/core/Cameras/freeCamera";
import { HemisphericLight } from "@babylonjs/core/Lights/hemisphericLight";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader";
import { MultiMaterial } from "@babylonjs/core/Materials/multiMaterial";
import { PBRMaterial } from "@babylonjs/core/Materials/PBR/pbrMaterial";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import type { BaseTexture } from "@babylonjs/core/Materials/Textures/baseTexture";
import { Texture } from "@babylonjs/core/Materials/Textures/texture";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { CreateGround } from "@babylonjs/core/Meshes/Builders/groundBuilder";
import { SubMesh } from "@babylonjs/core/Meshes/subMesh";
import type { Scene } from "@babylonjs/core/scene";
import { WebIO } from "@gltf-transform/core";
import "@babylonjs/loaders/glTF/2.0/Extensions/ExtrasAsMetadata";
import "@babylonjs/loaders/glTF/2.0/Extensions/KHR_texture_transform";
import "@babylonjs/loaders/glTF/2.0/glTFLoader";
import "@babylonjs/loaders/glTF/glTFFileLoader";
import { validateBytes } from "gltf-validator";
import { describe, expect, it } from "vitest";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { ExportGlbAsync } from "../../src/plugin/export/exportGlb";
import { ContentLeaves } from "../../src/plugin/parts/model/contentLeaves";
import { CaptureSceneAsync, type SceneCapture } from "../../src/plugin/sceneCapture/sceneCapture";
import { CANVAS_SIZE, CreateBlackScene, DrawAsync, UseBrowserEngine } from "../support/browserScene";
import { DendrogramOfGroups } from "../support/groupedLeaves";

const engine = UseBrowserEngine();

function CreateScene(): Scene {
    const scene = CreateBlackScene(engine());
    const camera = scene.activeCamera as FreeCamera;
    camera.position.set(0, 2, -2);
    camera.setTarget(Vector3.Zero());
    new HemisphericLight("light", new Vector3(0.2, 1, -0.4), scene);
    return scene;
}

/** The color of a pixel in an image of 8 x 8 squares, whose colors encode their position. */
const PICTURE_SIZE = 64;
const ColorAt = (x: number, y: number): [number, number, number] => [
    32 * Math.floor(x / 8) + 16,
    32 * Math.floor(y / 8) + 16,
    (Math.floor(x / 8) + Math.floor(y / 8)) % 2 === 0 ? 255 : 0,
];

function CreatePicture(): string {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = PICTURE_SIZE;
    const context = canvas.getContext("2d")!;
    for (let y = 0; y < PICTURE_SIZE; y += 8) {
        for (let x = 0; x < PICTURE_SIZE; x += 8) {
            context.fillStyle = `rgb(${ColorAt(x, y).join(" ")})`;
            context.fillRect(x, y, 8, 8);
        }
    }
    return canvas.toDataURL("image/png");
}

async function PixelsAsync(image: Uint8Array<ArrayBuffer>): Promise<{ width: number; pixels: Uint8ClampedArray }> {
    const bitmap = await createImageBitmap(new Blob([image]), { colorSpaceConversion: "none" });
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!;
    context.drawImage(bitmap, 0, 0);
    return { width: bitmap.width, pixels: context.getImageData(0, 0, bitmap.width, bitmap.height).data };
}

/**
 * Creates a textured cloth with two sets of texture coordinates and vertex colors, and a box with two materials, one of
 * them textured.
 */
function CreateContent(scene: Scene) {
    const picture = CreatePicture();
    const texture = (name: string, set = 0): Texture => {
        const made = new Texture(picture, scene, false, true, Texture.NEAREST_NEAREST);
        made.name = name;
        made.coordinatesIndex = set;
        return made;
    };
    const cloth = CreateGround("cloth", { width: 3, height: 1.2, subdivisions: 6 }, scene);
    cloth.position.z = -0.4;
    cloth.rotation.y = 0.3;
    const uvs = cloth.getVerticesData(VertexBuffer.UVKind)!;
    cloth.setVerticesData(
        VertexBuffer.UV2Kind,
        uvs.map((value) => 0.5 * value + 0.25),
    );
    const positions = cloth.getVerticesData(VertexBuffer.PositionKind)!;
    cloth.setVerticesData(
        VertexBuffer.ColorKind,
        Array.from({ length: positions.length / 3 }, (_, v) => [1, positions[3 * v] > 0 ? 0.5 : 1, 1, 1]).flat(),
    );
    const weave = new PBRMaterial("weave", scene);
    weave.albedoTexture = texture("colors");
    weave.ambientTexture = texture("shade", 1);
    weave.emissiveTexture = texture("emissive");
    weave.emissiveColor = new Color3(0.4, 0.4, 0.4);
    weave.metallic = 0;
    weave.roughness = 0.9;
    weave.backFaceCulling = false;
    cloth.material = weave;

    const box = CreateBox("box", { size: 0.7 }, scene);
    box.position.set(0.5, 0.2, 0.7);
    const printed = new StandardMaterial("printed", scene);
    printed.diffuseTexture = texture("print");
    printed.specularColor = Color3.Black();
    const plain = new PBRMaterial("plain", scene);
    plain.albedoColor = new Color3(0.9, 0.3, 0.1);
    plain.metallic = 0.2;
    plain.roughness = 0.7;
    const both = new MultiMaterial("both", scene);
    both.subMaterials = [printed, plain];
    box.material = both;
    box.releaseSubMeshes();
    new SubMesh(0, 0, 24, 0, 18, box);
    new SubMesh(1, 0, 24, 18, 18, box);
    return { cloth, box, weave, printed, plain };
}

/** Creates a hierarchy of the cloth's halves and the box; the halves merge first. */
function CreateHierarchy(capture: SceneCapture): SegmentationHierarchy {
    const { elements, geometry, items } = capture;
    const groups = Array.from(elements, (element) =>
        element >= items[1].firstElement ? 2 : element % items[0].elementCount < items[0].elementCount / 2 ? 0 : 1,
    );
    const dendrogram = DendrogramOfGroups(groups, [
        [0, 1],
        [0, 2],
    ]);
    return new SegmentationHierarchy(
        "stall",
        geometry.positions,
        geometry.colors!,
        new Map([["consensus", dendrogram]]),
    );
}

describe("a GLB of textured parts", () => {
    it("has textures, texture coordinates and materials for other readers, and looks like the scene", async () => {
        const scene = CreateScene();
        const { cloth, box, weave } = CreateContent(scene);
        const before = await DrawAsync(scene);
        const capture = await CaptureSceneAsync(scene, [cloth, box], { views: 1, size: 32, samples: 2000 });
        const hierarchy = CreateHierarchy(capture);
        const names = new Map([
            [2, "cloth"],
            [3, "half"],
        ]);
        const glb = await ExportGlbAsync(hierarchy, ContentLeaves.Create(capture, hierarchy), scene, {
            levels: [2, 3],
            minShare: 0,
            nameOf: ({ start, end, minPartCount }) =>
                end - start === hierarchy.leafCount ? null : `${names.get(minPartCount)} ${start}`,
        });
        expect(weave.albedoTexture!.isReady()).toBe(true);

        // Validate with the Khronos validator.
        const { issues, info } = await validateBytes(glb);
        expect(issues.numErrors, JSON.stringify(issues.messages)).toBe(0);
        expect(info.totalTriangleCount).toBe(6 * 6 * 2 + 12);

        // Read with a library that does not depend on Babylon.
        const root = (await new WebIO().readBinary(glb)).getRoot();
        const nodes = root.listNodes();
        const parts = nodes.filter((node) => "interval" in node.getExtras());
        const whole = parts.find((node) => node.listChildren().some((child) => "interval" in child.getExtras()))!;
        expect(whole.listChildren().map((node) => node.getName().split(" ")[0])).toEqual(["half", "half"]);
        expect(
            root
                .listNodes()
                .find((node) => node.getName() === "stall")!
                .listChildren(),
        ).toContain(whole);
        expect(parts).toHaveLength(4);
        const used = root.listMaterials().map((material) => material.getName());
        expect(used.sort()).toEqual(["plain", "printed", "weave"]);
        const read = root.listMaterials().find((material) => material.getName() === "weave")!;
        expect(read.getBaseColorTextureInfo()!.getTexCoord()).toBe(0);
        expect(read.getOcclusionTextureInfo()!.getTexCoord()).toBe(1);
        expect(read.getDoubleSided()).toBe(true);
        // The image is upside down, as in Babylon's texture, so texture coordinates do not change.
        for (const image of [read.getBaseColorTexture()!, read.getEmissiveTexture()!]) {
            const { width, pixels } = await PixelsAsync(new Uint8Array(image.getImage()!));
            expect(width).toBe(PICTURE_SIZE);
            for (let p = 0; p < pixels.length / 4; p += 37) {
                expect([...pixels.subarray(4 * p, 4 * p + 3)]).toEqual(
                    ColorAt(p % width, width - 1 - Math.floor(p / width)),
                );
            }
        }
        // Each corner of the cloth keeps its coordinates and its color.
        const key = (...values: number[]): string => values.map((value) => value.toFixed(4)).join(" ");
        const world = cloth.computeWorldMatrix(true);
        const corners = new Map<string, string>();
        const kinds = [VertexBuffer.UVKind, VertexBuffer.UV2Kind, VertexBuffer.ColorKind];
        const [position, uv, uv2, color] = [VertexBuffer.PositionKind, ...kinds].map(
            (kind) => cloth.getVerticesData(kind)!,
        );
        for (let v = 0; v < position.length / 3; v++) {
            const { x, y, z } = Vector3.TransformCoordinates(Vector3.FromArray(position, 3 * v), world);
            const texture = (of: ArrayLike<number>): number[] => [of[2 * v], of[2 * v + 1]];
            // glTF's x is opposite to Babylon's.
            corners.set(key(-x, y, z), key(...texture(uv), ...texture(uv2), color[4 * v + 1]));
        }
        let compared = 0;
        for (const primitive of root.listMeshes().flatMap((mesh) => mesh.listPrimitives())) {
            if (primitive.getMaterial() !== read) {
                continue;
            }
            for (let v = 0; v < primitive.getAttribute("POSITION")!.getCount(); v++) {
                const at = (name: string): number[] => primitive.getAttribute(name)!.getElement(v, []);
                const found = corners.get(key(...at("POSITION")));
                expect(key(...at("TEXCOORD_0"), ...at("TEXCOORD_1"), at("COLOR_0")[1])).toBe(found);
                compared++;
            }
        }
        expect(compared).toBeGreaterThanOrEqual(49);

        // Load in Babylon, in a scene without a segmentation.
        const again = CreateScene();
        const url = URL.createObjectURL(new Blob([glb]));
        await ImportMeshAsync(url, again, { pluginExtension: ".glb" });
        URL.revokeObjectURL(url);
        const stall = again.getNodeByName("stall")!;
        const extras = (node: { metadata: unknown }): Record<string, unknown> =>
            (node.metadata as { gltf?: { extras: Record<string, unknown> } } | null)?.gltf?.extras ?? {};
        expect(extras(stall)).toMatchObject({ criterion: "consensus", leaves: hierarchy.leafCount, levels: [2, 3] });
        const loaded = stall.getDescendants().filter((node) => "interval" in extras(node));
        expect(loaded).toHaveLength(4);
        for (const node of loaded) {
            const [start, end] = extras(node).interval as [number, number];
            expect(extras(node).leaves).toBe(end - start);
        }
        const textures = again.textures.filter((texture: BaseTexture) => texture.getSize().width === PICTURE_SIZE);
        expect(textures.length).toBeGreaterThanOrEqual(3);
        const after = await DrawAsync(again);
        let different = 0;
        let seen = 0;
        for (let y = 0; y < CANVAS_SIZE; y++) {
            for (let x = 0; x < CANVAS_SIZE; x++) {
                const [a, b] = [before(x, y), after(x, y)];
                seen += Math.max(...a) > 0 ? 1 : 0;
                different += a.some((value, c) => Math.abs(value - b[c]) > 12) ? 1 : 0;
            }
        }
        expect(seen).toBeGreaterThan(3000);
        // The printed faces, 9 % of the image, have a standard material, which becomes a PBR one; the rest looks the
        // same.
        expect(different / seen).toBeLessThan(0.12);
    });
});
