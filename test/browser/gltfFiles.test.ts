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

/** Shows two parts of a capture, by the group of each leaf. */
async function ShowTwoAsync(capture: SceneCapture, groupOf: (x: number) => 0 | 1): Promise<[Part, Part]> {
    const { positions, colors } = capture.geometry;
    const groups: number[] = Array.from(capture.elements, (_, leaf) => groupOf(positions[3 * leaf]));
    const dendrogram = DendrogramOfGroups(groups, [[0, 1]]);
    const hierarchy = new SegmentationHierarchy("two", positions, colors!, new Map([["consensus", dendrogram]]));
    await segmentation.setHierarchyAsync(hierarchy, { content: ContentLeaves.Create(capture, hierarchy) });
    segmentation.partCount = 2;
    const tree = segmentation.parts!;
    return [0, 1].map((group) => tree.partOfLeaf(groups.indexOf(group), groups.length - 2)) as [Part, Part];
}

/** Returns the corners of squares in the plane z = 0 around points of the x axis, with their indices. */
function Squares(...centers: number[]): { positions: number[]; indices: number[] } {
    const corners = [-0.2, -0.2, 0, 0.2, -0.2, 0, 0.2, 0.2, 0, -0.2, 0.2, 0];
    const positions = centers.flatMap((x) => corners.map((value, i) => (i % 3 === 0 ? value + x : value)));
    const indices = centers.flatMap((_, s) => [0, 1, 2, 0, 2, 3].map((corner) => corner + 4 * s));
    return { positions, indices };
}

const UNLIT = { doubleSided: true, extensions: { KHR_materials_unlit: {} } };

/** The squares of {@link AnimatedFile}; those with a positive x move up by 0.5 within a second. */
const STILL_X = -0.9;
const MOVING_X = { node: 0.1, skin: 0.6, morph: 1.1 } as const;

/** Creates a file of squares that move by a node, by a skin and by a morph target. */
function AnimatedFile(): GltfFile {
    const file = new GltfFile();
    file.json.materials.push(UNLIT);
    const square = (x: number, fields: object = {}): number => {
        const { positions, indices } = Squares(x);
        return file.addMesh(positions, indices, { material: 0, ...fields });
    };
    const up = [0, 0, 0, 0, 0.5, 0];
    file.json.nodes.push({ mesh: square(STILL_X) }, { mesh: square(MOVING_X.node) });
    file.addAnimation({ node: 1, path: "translation" }, [0, 1], up, 3);
    const fours = (first: number): number[] => [...Array(4)].flatMap(() => [first, 0, 0, 0]);
    const attributes = { JOINTS_0: file.add(fours(1), 4, "ushort"), WEIGHTS_0: file.add(fours(1), 4) };
    file.json.nodes.push({ mesh: square(MOVING_X.skin, { attributes }), skin: 0 }, { children: [4] }, {});
    file.json.skins.push({ joints: [3, 4] });
    file.addAnimation({ node: 4, path: "translation" }, [0, 1], up, 3);
    const raised = [...Array(4)].flatMap(() => [0, 0.5, 0]);
    file.json.nodes.push({ mesh: square(MOVING_X.morph, { targets: [{ POSITION: file.add(raised, 3) }] }) });
    file.addAnimation({ node: 5, path: "weights" }, [0, 1], [0, 1], 1);
    file.fields.scenes = [{ nodes: [0, 1, 2, 3, 5] }];
    return file;
}

describe("animations of a glTF", () => {
    it("are captured in the pose that is shown, and play with the parts on", async () => {
        const container = await OpenAsync(AnimatedFile().toFile());
        const { animationGroups } = container;
        expect(report.facts).toContain("3 animations");
        expect(animationGroups.some(({ isPlaying }) => isPlaying)).toBe(false);
        const goTo = (share: number): void => {
            for (const animation of animationGroups) {
                animation.goToFrame(animation.from + share * (animation.to - animation.from));
            }
        };
        for (const animation of animationGroups) {
            animation.start();
            animation.pause();
        }
        goTo(1);
        await DrawAsync(scene);
        const capture = await CaptureAsync(container);
        const { positions } = capture.geometry;
        const heights = positions.filter((_, i) => i % 3 === 1 && positions[i - 1] > 0);
        expect(Math.min(...heights)).toBeGreaterThan(0.25);
        const [still, moving] = await ShowTwoAsync(capture, (x) => (x > 0 ? 1 : 0));
        const colorOf = (part: Part): number[] => segmentation.pointCloud!.colorOf(part.start);
        for (const share of [1, 0, 0.5]) {
            goTo(share);
            const pixel = await DrawAsync(scene);
            ExpectColor(pixel(...PixelOf(STILL_X, 0)), colorOf(still), `still at ${share}`);
            for (const [kind, x] of Object.entries(MOVING_X)) {
                const place = PixelOf(x, 0.5 * share);
                ExpectColor(pixel(...place), colorOf(moving), `${kind} at ${share}`);
                expect(pixel(...PixelOf(x, share > 0.5 ? 0.1 : 0.6)), `${kind}, free at ${share}`).toEqual([0, 0, 0]);
                expect(segmentation.pick(...place)?.equals(moving), `${kind} picked at ${share}`).toBe(true);
            }
        }
        segmentation.dispose();
        expect(scene.morphTargetManagers).toHaveLength(1);
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
        const { positions, indices } = Squares(-0.7, 0.7);
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
        const [left] = await ShowTwoAsync(capture, (x) => (x > 0 ? 1 : 0));
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

    it("shows fans, strips, lines, points and splats, and captures those with a surface", async () => {
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
        const splats = file.addMesh(disc, null, {
            mode: GLTF_MODES.points,
            attributes: { "KHR_gaussian_splatting:SCALE": file.add(Array(30).fill(0.1), 3) },
            extensions: { KHR_gaussian_splatting: {} },
        });
        file.json.nodes.push({ mesh: splats, translation: [0, 2, 0] });
        file.fields.extensionsUsed = ["KHR_gaussian_splatting"];
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
            ["splats", 10],
        ]);
        expect(report.facts).toEqual(expect.arrayContaining(["32 triangles", "20 points", "10 splats"]));
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
