import type { AssetContainer } from "@babylonjs/core/assetContainer";
import type { PBRMaterial } from "@babylonjs/core/Materials/PBR/pbrMaterial";
import type { Scene } from "@babylonjs/core/scene";
import { KHR_materials_variants } from "@babylonjs/loaders/glTF/2.0/Extensions/KHR_materials_variants";
import { beforeEach, describe, expect, it } from "vitest";
import { GltfReader } from "../../demo/viewer/open/gltfReader";
import { OpenReport } from "../../demo/viewer/open/openReport";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { ContentLeaves } from "../../src/plugin/parts/model/contentLeaves";
import type { Part } from "../../src/plugin/parts/model/part";
import type { SceneCapture } from "../../src/plugin/sceneCapture/sceneCapture";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { PickedFileSource } from "../../src/plugin/sources/pickedFileSource";
import { CANVAS_SIZE, CreateBlackScene, DrawAsync, ExpectColor, UseBrowserEngine } from "../support/browserScene";
import { GLTF_MODES, GltfFile } from "../support/gltfFile";
import { DendrogramOfGroups } from "../support/groupedLeaves";

const engine = UseBrowserEngine();
let scene: Scene;
let segmentation: UltrametricSegmentation;
let report: OpenReport;

beforeEach(() => {
    scene = CreateBlackScene(engine(), true);
    segmentation = new UltrametricSegmentation(scene, { display: "meshes", upAxis: "y", lamp: 0, outline: 0 });
    report = new OpenReport();
});

/** Opens the first of some files as the viewer does. */
async function OpenAsync(...files: File[]): Promise<AssetContainer> {
    const source = PickedFileSource.FromFiles(files);
    const container = await GltfReader.readAsync({ source, path: files[0].name, report }, scene);
    container.addAllToScene();
    return container;
}

/** Returns the pixel of a point in the plane z = 0, which the camera faces. */
function PixelOf(x: number, y: number): [number, number] {
    const perUnit = CANVAS_SIZE / 2 / (4 * Math.tan(0.4));
    return [Math.round(CANVAS_SIZE / 2 + perUnit * x), Math.round(CANVAS_SIZE / 2 - perUnit * y)];
}

const SMALL = { views: 2, size: 32, samples: 400 };

function CaptureAsync({ meshes }: AssetContainer): Promise<SceneCapture> {
    return segmentation.captureSceneAsync(
        meshes.filter((mesh) => mesh.getTotalVertices() > 0),
        SMALL,
    );
}

/** Shows two parts of a capture: the leaves with x below and above 0. */
async function ShowHalvesAsync(capture: SceneCapture): Promise<[left: Part, right: Part]> {
    const { positions, colors } = capture.geometry;
    const groups: number[] = Array.from(capture.elements, (_, leaf) => (positions[3 * leaf] > 0 ? 1 : 0));
    const dendrogram = DendrogramOfGroups(groups, [[0, 1]]);
    const hierarchy = new SegmentationHierarchy("halves", positions, colors!, new Map([["consensus", dendrogram]]));
    await segmentation.setHierarchyAsync(hierarchy, { content: ContentLeaves.Create(capture, hierarchy) });
    segmentation.partCount = 2;
    const tree = segmentation.parts!;
    return [0, 1].map((group) => tree.partOfLeaf(groups.indexOf(group), groups.length - 2)) as [Part, Part];
}

/** Creates two squares in the plane z = 0, around (-0.7, 0) and (0.7, 0). */
function Squares(): { positions: number[]; indices: number[] } {
    const corners = [-0.2, -0.2, 0, 0.2, -0.2, 0, 0.2, 0.2, 0, -0.2, 0.2, 0];
    const moved = (x: number): number[] => corners.map((value, i) => (i % 3 === 0 ? value + x : value));
    return { positions: [...moved(-0.7), ...moved(0.7)], indices: [0, 1, 2, 0, 2, 3, 4, 5, 6, 4, 6, 7] };
}

/** Vertices of the square on the right get 1, others 0, in the given column of [8, size]. */
function RightOnly(size: number, column: number, value = 1): number[] {
    return Array.from({ length: 8 * size }, (_, i) => (i % size === column && i >= 4 * size ? value : 0));
}

const UNLIT = { doubleSided: true, extensions: { KHR_materials_unlit: {} } };

/** Files in which the square on the right moves up by 0.5 within a second. */
const ANIMATED: Readonly<Record<string, () => GltfFile>> = {
    node: () => {
        const file = new GltfFile();
        file.json.materials.push(UNLIT);
        const { positions, indices } = Squares();
        const left = file.addMesh(positions.slice(0, 12), indices.slice(0, 6), { material: 0 });
        const right = file.addMesh(positions.slice(12), indices.slice(0, 6), { material: 0 });
        file.json.nodes.push({ mesh: left }, { mesh: right });
        file.addAnimation({ node: 1, path: "translation" }, [0, 1], [0, 0, 0, 0, 0.5, 0], 3);
        return file;
    },
    skinned: () => {
        const file = new GltfFile();
        file.json.materials.push(UNLIT);
        const { positions, indices } = Squares();
        const joints = file.add(RightOnly(4, 0), 4, "ushort");
        const weights = file.add(
            Array.from({ length: 32 }, (_, i) => (i % 4 === 0 ? 1 : 0)),
            4,
        );
        const attributes = { JOINTS_0: joints, WEIGHTS_0: weights };
        file.json.nodes.push(
            { mesh: file.addMesh(positions, indices, { material: 0, attributes }), skin: 0 },
            { children: [2] },
            {},
        );
        file.json.skins.push({ joints: [1, 2] });
        file.fields.scenes = [{ nodes: [0, 1] }];
        file.addAnimation({ node: 2, path: "translation" }, [0, 1], [0, 0, 0, 0, 0.5, 0], 3);
        return file;
    },
    morphed: () => {
        const file = new GltfFile();
        file.json.materials.push(UNLIT);
        const { positions, indices } = Squares();
        const targets = [{ POSITION: file.add(RightOnly(3, 1, 0.5), 3) }];
        file.json.nodes.push({ mesh: file.addMesh(positions, indices, { material: 0, targets }) });
        file.addAnimation({ node: 0, path: "weights" }, [0, 1], [0, 1], 1);
        return file;
    },
};

describe("animations of a glTF", () => {
    it.each(Object.keys(ANIMATED))("play with the parts on (%s)", async (kind) => {
        const container = await OpenAsync(ANIMATED[kind]().toFile());
        expect(report.facts).toContain("1 animation");
        const [animation] = container.animationGroups;
        expect(animation.isPlaying).toBeFalsy();
        animation.start();
        animation.goToFrame(animation.to);
        animation.pause();
        await DrawAsync(scene);
        const capture = await CaptureAsync(container);
        const rightY = Math.max(...capture.geometry.positions.filter((_, i) => i % 3 === 1));
        expect(rightY, "captured in the pose that is shown").toBeGreaterThan(0.65);
        const [left, right] = await ShowHalvesAsync(capture);
        const colorOf = (part: Part): number[] => segmentation.pointCloud!.colorOf(part.start);
        for (const [frame, y] of [
            [animation.to, 0.5],
            [animation.from, 0],
            [(animation.from + animation.to) / 2, 0.25],
        ]) {
            animation.goToFrame(frame);
            const pixel = await DrawAsync(scene);
            ExpectColor(pixel(...PixelOf(-0.7, 0)), colorOf(left), `left at ${frame}`);
            ExpectColor(pixel(...PixelOf(0.7, y)), colorOf(right), `right at ${frame}`);
            expect(pixel(...PixelOf(0.7, y > 0.25 ? 0 : 0.55)), `free at ${frame}`).toEqual([0, 0, 0]);
            expect(segmentation.pick(...PixelOf(0.7, y))?.equals(right), `picked at ${frame}`).toBe(true);
        }
        expect(() => segmentation.dispose()).not.toThrow();
        expect(scene.morphTargetManagers).toHaveLength(kind === "morphed" ? 1 : 0);
    });
});

describe("a glTF of many kinds", () => {
    it("finds its files among those that were dropped, and shows variants with the parts on", async () => {
        const file = new GltfFile();
        const variant = (material: number): object => ({ material, variants: [material] });
        const extensions = { KHR_materials_variants: { mappings: [variant(0), variant(1)] } };
        file.json.materials.push(
            { ...UNLIT, pbrMetallicRoughness: { baseColorFactor: [1, 0, 0, 1], baseColorTexture: { index: 0 } } },
            { ...UNLIT, pbrMetallicRoughness: { baseColorFactor: [0, 0, 1, 1] } },
        );
        file.json.images.push({ uri: "maps/gone.png" });
        file.json.textures.push({ source: 0 });
        const { positions, indices } = Squares();
        const mesh = file.addMesh(positions, indices, { material: 1, extensions });
        file.json.nodes.push({ mesh }, { extensions: { KHR_lights_punctual: { light: 0 } } });
        file.json.cameras.push({ type: "perspective", perspective: { yfov: 0.8, znear: 0.1 } });
        file.json.nodes.push({ camera: 0, translation: [0, 0, 5] }, { mesh });
        Object.assign(file.fields, {
            scenes: [{ nodes: [0, 1, 2] }, { name: "garage", nodes: [3] }],
            extensionsUsed: ["KHR_lights_punctual", "KHR_materials_variants", "KHR_materials_unlit"],
            extensions: {
                KHR_lights_punctual: { lights: [{ type: "point" }] },
                KHR_materials_variants: { variants: [{ name: "red" }, { name: "blue" }] },
            },
        });
        const text = new File([file.toText("buffers/Two%20Squares.bin")], "my model.gltf");
        const container = await OpenAsync(text, new File([file.buffer], "two squares.BIN"));
        expect(container.cameras).toHaveLength(1);
        expect(container.lights.map((light) => light.isEnabled())).toEqual([false]);
        expect(report.facts).toEqual(expect.arrayContaining(["1 mesh", "4 triangles", "2 materials", "1 camera"]));
        expect(report.leftOut).toEqual([
            expect.stringContaining("maps/gone.png is not among the files"),
            expect.stringContaining('"scene 0" is shown, without garage'),
            expect.stringContaining("1 light of the file off"),
            expect.stringContaining('The variant "red" is shown'),
        ]);
        const capture = await CaptureAsync(container);
        const [left] = await ShowHalvesAsync(capture);
        segmentation.colorMode = "original";
        left.hide();
        const colorsAsync = async (): Promise<number[][]> => {
            const pixel = await DrawAsync(scene);
            return [pixel(...PixelOf(-0.7, 0)), pixel(...PixelOf(0.7, 0))];
        };
        expect(await colorsAsync(), "the first variant").toEqual([
            [0, 0, 0],
            [255, 0, 0],
        ]);
        KHR_materials_variants.SelectVariant(container.meshes[0], "blue");
        expect(await colorsAsync(), "another variant").toEqual([
            [0, 0, 0],
            [0, 0, 255],
        ]);
        const { pluginManager } = container.materials.find(({ name }) => name === "material0") as PBRMaterial;
        expect(pluginManager?.getPlugin("UltrametricPartLook") ?? null).toBeNull();
    });

    it("shows fans, strips, lines and points, and captures those with a surface", async () => {
        const file = new GltfFile();
        const disc = [0, 0, 0];
        for (let i = 0; i <= 8; i++) {
            disc.push(Math.cos((i * Math.PI) / 4), Math.sin((i * Math.PI) / 4), 0);
        }
        const order = [...Array(10).keys()];
        const modes = [GLTF_MODES.fan, GLTF_MODES.strip, GLTF_MODES.lineLoop, GLTF_MODES.lines, GLTF_MODES.points];
        for (const [m, mode] of modes.entries()) {
            for (const indices of [null, order]) {
                const mesh = file.addMesh(disc, indices, { mode });
                file.json.nodes.push({ mesh, translation: [m - 2, indices ? 0.5 : -0.5, 0], scale: [0.3, 0.3, 0.3] });
            }
        }
        const container = await OpenAsync(file.toFile());
        await DrawAsync(scene);
        const { items } = await CaptureAsync(container);
        expect(items.map(({ kind, elementCount }) => [kind, elementCount])).toEqual([
            ["faces", 8],
            ["faces", 8],
            ["faces", 8],
            ["faces", 8],
            ["points", 10],
            ["points", 10],
        ]);
        expect(report.facts).toEqual(expect.arrayContaining(["32 triangles", "20 points"]));
        expect(report.leftOut).toEqual(["4 sets of lines drawn, but in no part: lines have no surface."]);
    });

    it("is refused with the names of what is missing, or with the reason", async () => {
        const file = new GltfFile();
        file.json.nodes.push({ mesh: file.addBox(1) });
        const refused = async (text: string, message: RegExp): Promise<void> => {
            const opened = OpenAsync(new File([text], "model.gltf"));
            await expect(opened).rejects.toMatchObject({ kind: "input", message: expect.stringMatching(message) });
        };
        await refused(file.toText("a%20b.bin"), /^model.gltf needs a b.bin, which is not among the files\. Open all/);
        await refused(file.toText("https://example.com/a.bin"), /needs https:\/\/example.com\/a.bin, which is not/);
        await refused(file.toText().slice(0, 300), /^model.gltf could not be read: it is cut off, or not glTF/);
        Object.assign(file.fields, { extensionsRequired: ["EXT_unknown"] });
        await refused(file.toText(), /could not be read: .*EXT_unknown.* Export it again/);
        expect(scene.meshes.filter((mesh) => mesh.name === "node0")).toEqual([]);
    });
});
