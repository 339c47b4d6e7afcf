import "@babylonjs/core/Loading/loadingScreen";
import "@babylonjs/core/Materials/colorCurves"; // used by parsed scenes
import "@babylonjs/core/Loading/Plugins/babylonFileLoader";
import { AppendSceneAsync } from "@babylonjs/core/Loading/sceneLoader";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { CreateSphere } from "@babylonjs/core/Meshes/Builders/sphereBuilder";
import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import { SceneSerializer } from "@babylonjs/core/Misc/sceneSerializer";
import { Scene } from "@babylonjs/core/scene";
import "@babylonjs/loaders/glTF/2.0/Extensions/ExtrasAsMetadata";
import "@babylonjs/loaders/glTF/2.0/glTFLoader";
import "@babylonjs/loaders/glTF/glTFFileLoader";
import { GLTF2Export } from "@babylonjs/serializers/glTF/2.0/index";
import { describe, expect, it } from "vitest";
import type { UltrametricError } from "../../src/compute/base/ultrametricError";
import type { Dendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { type Criterion, SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { ContentLeaves } from "../../src/plugin/parts/model/contentLeaves";
import type { Part } from "../../src/plugin/parts/model/part";
import type { SerializedSegmentation } from "../../src/plugin/saved/savedSegmentation";
import { CaptureSceneAsync } from "../../src/plugin/sceneCapture/sceneCapture";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { AllPixels, CreateBlackScene, DrawAsync, UseBrowserEngine } from "../support/browserScene";
import { CreateEmissiveMaterial } from "../support/coloredMeshes";
import { DendrogramOfGroups } from "../support/groupedLeaves";
import { WriteSplatBytes } from "../support/splatBytes";
import { CreateSplatMeshAsync, CreateSplatTable } from "../support/splatScene";
import { CreateSquare, PIXELS } from "../support/square";

const engine = UseBrowserEngine();

async function OpenAsync(file: Blob, pluginExtension: string, scene: Scene): Promise<void> {
    const url = URL.createObjectURL(file);
    await AppendSceneAsync(url, scene, { pluginExtension });
    URL.revokeObjectURL(url);
}

/** Creates a scene with two boxes and a ball, all named "thing". */
function CreateThings(): { scene: Scene; things: Mesh[] } {
    const scene = CreateBlackScene(engine());
    const things = [
        CreateBox("thing", { size: 0.9 }, scene),
        CreateBox("thing", { size: 0.9 }, scene),
        CreateSphere("thing", { diameter: 0.9, segments: 8 }, scene),
    ];
    things.forEach((thing, t) => {
        thing.position.set(1.1 * (t - 1), 0.2 * t, 0);
        thing.rotation.y = 0.5;
        thing.material = CreateEmissiveMaterial(
            `material ${t}`,
            [Color3.Red(), Color3.Green(), Color3.Blue()][t],
            scene,
        );
    });
    return { scene, things };
}

/**
 * Segments each thing as a part of two halves by height. The first two things merge first; by "volume" the last two.
 */
async function SegmentThingsAsync(scene: Scene, things: readonly Mesh[], display: "meshes" | "points") {
    const capture = await CaptureSceneAsync(scene, things, { views: 1, size: 32, samples: 3000 });
    const { elements, geometry } = capture;
    const halves = Array.from(elements, (element, leaf) => {
        const item = capture.itemOfElement(element);
        return 2 * item + (geometry.positions[3 * leaf + 1] > 0.2 * item ? 1 : 0);
    });
    const within = [
        [0, 1],
        [2, 3],
        [4, 5],
    ] as const;
    const hierarchy = new SegmentationHierarchy(
        "things",
        geometry.positions,
        geometry.colors!,
        new Map<Criterion, Dendrogram>([
            ["consensus", DendrogramOfGroups(halves, [...within, [0, 2], [0, 4]])],
            ["volume", DendrogramOfGroups(halves, [...within, [2, 4], [0, 2]])],
        ]),
    );
    const segmentation = new UltrametricSegmentation(scene, {
        display,
        upAxis: "y",
        palette: "colorBlindSafe",
        outline: 3,
    });
    await segmentation.setHierarchyAsync(hierarchy, { content: ContentLeaves.Create(capture, hierarchy) });
    const partOf = (...which: number[]): Part => {
        const tree = segmentation.parts!;
        const indices = halves.flatMap((half, leaf) => (which.includes(half) ? [tree.orderIndexOf(leaf)] : []));
        return tree.partOfInterval({ start: Math.min(...indices), end: Math.max(...indices) + 1 })!;
    };
    return { segmentation, partOf };
}

/** Makes an edit of every kind. */
function Edit({ segmentation, partOf }: Awaited<ReturnType<typeof SegmentThingsAsync>>): void {
    const { scene } = segmentation;
    const editor = segmentation.editor!;
    segmentation.criterion = "volume";
    segmentation.partCount = 3;
    editor.rename(partOf(0, 1), "left box");
    partOf(0).recolor({ r: 1, g: 0.5, b: 0 });
    const [group] = editor.split(partOf(2, 3));
    editor.rename(group, "lower half");
    editor.hide(partOf(1));
    const ball = editor.setMaterial(partOf(5), CreateEmissiveMaterial("gold", new Color3(1, 0.8, 0.1), scene));
    editor.transform(ball, { position: new Vector3(0, -0.8, 0), scaling: new Vector3(1.5, 1, 1) });
    editor.rename(ball, "dome");
    const copy = editor.duplicate(ball);
    editor.transform(copy, { position: new Vector3(0, 1.2, 0) });
    editor.lock(copy);
    editor.delete(partOf(4));
    editor.lock(editor.groups[1]);
}

const Json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Returns the edits as an application sees them. */
function Describe({
    editor,
    criterion,
    granularity,
    partCount,
    colorMode,
    parts,
    selection,
}: UltrametricSegmentation): unknown {
    return {
        selected: selection.intervals.map(({ start, end }) => [start, end]),
        cut: [criterion, granularity, partCount, colorMode],
        groups: editor!.groups.map((group) => [
            group.name,
            [...group.leaves].sort((a, b) => a - b),
            editor!.isLocked(group),
        ]),
        parts: editor!.extracted.map((part) => [part.name, part.isLocked, part.meshes.map((m) => m.material!.name)]),
        names: parts!.roots.flatMap((root) => root.children.map((part) => editor!.nameOf(part))),
    };
}

describe("a saved segmentation", () => {
    it("is restored with its edits in a saved and loaded scene, pixel for pixel", async () => {
        const { scene, things } = CreateThings();
        const made = await SegmentThingsAsync(scene, things, "meshes");
        Edit(made);
        const { segmentation, partOf } = made;
        segmentation.selection.replace([partOf(0), partOf(3)]);
        const shot = AllPixels(await DrawAsync(scene));
        const wanted = Describe(segmentation);
        const data = Json(await segmentation.serializeAsync());
        const file = Json(SceneSerializer.Serialize(scene) as object) as Record<
            "meshes" | "transformNodes",
            { name: string }[]
        >;
        expect(file.transformNodes.map(({ name }) => name)).toEqual(["dome", "dome (copy)"]);
        expect(file.meshes).toHaveLength(3 + 2); // neither points nor proxy meshes
        expect(segmentation.editor!.history.names).toHaveLength(13);

        const again = new Scene(engine());
        await OpenAsync(new Blob([JSON.stringify(file)]), ".babylon", again);
        const problems: UltrametricError[] = [];
        const options = { onProblem: (problem: UltrametricError) => problems.push(problem) };
        const reopened = await UltrametricSegmentation.ParseAsync(data, again, options);
        expect(problems).toEqual([]);
        expect(Describe(reopened)).toEqual(wanted);
        expect(AllPixels(await DrawAsync(again))).toEqual(shot);
        // The extracted parts are the meshes of the scene, without duplicates.
        expect(reopened.editor!.extracted.map(({ root }) => again.transformNodes.includes(root))).toEqual([true, true]);
        expect(again.transformNodes.filter(({ name }) => name.startsWith("dome"))).toHaveLength(2);
        const steps = ["Rename", "Merge", "Recolor", "Hide", "Delete", "Lock", "Extract dome", "Duplicate dome (copy)"];
        expect(reopened.editor!.history.names).toEqual(steps);
        expect(() => reopened.editor!.hide(reopened.editor!.groups[1])).toThrow(/locked/);
        // All edits can be undone and redone.
        const seen: (readonly [number, number])[] = [];
        while (reopened.editor!.undo()) {
            seen.push([reopened.editor!.extracted.length, again.transformNodes.length]);
        }
        expect(seen.slice(0, 3).map(([parts]) => parts)).toEqual([1, 0, 0]);
        const editor = reopened.editor!;
        expect([editor.groups, editor.namesOf(reopened.parts!.dendrogram).size]).toEqual([[], 0]);
        const tree = reopened.parts!;
        const everything = { start: 0, end: tree.dendrogram.leafCount };
        expect([editor.leafStates.hiddenIn(everything), editor.leafStates.lockedIn(everything)]).toEqual([0, 0]);
        while (reopened.editor!.redo()) {}
        expect(Describe(reopened)).toEqual(wanted);
        expect(AllPixels(await DrawAsync(again))).toEqual(shot);
        // Save and load once more, as a file.
        const bytes = await reopened.saveAsync();
        expect((await SegmentationHierarchy.ParseAsync(bytes)).criteria).toEqual(["consensus", "volume"]);
        reopened.dispose();
        const third = await UltrametricSegmentation.ParseAsync(new Blob([bytes]), again, options);
        expect(problems).toEqual([]);
        expect(Describe(third)).toEqual(wanted);
    });

    it("recreates extracted parts when the scene was loaded without them", async () => {
        const first = CreateThings();
        const made = await SegmentThingsAsync(first.scene, first.things, "meshes");
        Edit(made);
        const shot = AllPixels(await DrawAsync(first.scene));
        const wanted = Describe(made.segmentation);
        const data = JSON.stringify(await made.segmentation.serializeAsync());
        const second = CreateThings();
        CreateEmissiveMaterial("gold", new Color3(1, 0.8, 0.1), second.scene);
        const reopened = await UltrametricSegmentation.ParseAsync(new Blob([data]), second.scene);
        expect(Describe(reopened)).toEqual(wanted);
        expect(AllPixels(await DrawAsync(second.scene))).toEqual(shot);
    });

    it("reports missing and changed content, and shows the rest", async () => {
        const first = CreateThings();
        const made = await SegmentThingsAsync(first.scene, first.things, "meshes");
        Edit(made);
        const data = await made.segmentation.serializeAsync();
        const { scene, things } = CreateThings();
        things[0].dispose();
        things[1].name = things[1].id = "other";
        things[2].dispose();
        const ball = CreateSphere("thing", { segments: 6 }, scene);
        ball.material = CreateEmissiveMaterial("material 2", Color3.Blue(), scene);
        CreateBox("thing", { size: 0.9 }, scene).material = CreateEmissiveMaterial("material 0", Color3.Red(), scene);
        const problems: string[] = [];
        const reopened = await UltrametricSegmentation.ParseAsync(data, scene, {
            onProblem: ({ message }) => problems.push(message),
        });
        expect(reopened.content!.items.map(({ mesh }) => mesh)).toEqual([
            scene.meshes.find((mesh) => mesh.getTotalIndices() === 36 && mesh.name === "thing"),
        ]);
        expect(problems).toHaveLength(4);
        expect(problems[0]).toMatch(/"thing" has changed: it has \d+ faces, and had 12 faces/);
        expect(problems[1]).toMatch(/"thing" is not in the scene/);
        expect(problems[2]).toMatch(/"dome" could not be created again and is shown in place: No element/);
        expect(reopened.editor!.extracted).toEqual([]);
        expect(reopened.criterion).toBe("volume");
        await DrawAsync(scene);
    });

    it("finds its meshes and extracted parts in a GLB", async () => {
        const { scene, things } = CreateThings();
        things.forEach((thing, t) => {
            thing.name = thing.id = `thing ${t}`;
        });
        const made = await SegmentThingsAsync(scene, things, "meshes");
        Edit(made);
        const data = Json(await made.segmentation.serializeAsync()) as SerializedSegmentation;
        const wanted = Describe(made.segmentation);
        const { files } = await GLTF2Export.GLBAsync(scene, "things");
        const again = CreateBlackScene(engine());
        await OpenAsync(files["things.glb"] as Blob, ".glb", again);
        const problems: string[] = [];
        const reopened = await UltrametricSegmentation.ParseAsync(data, again, {
            onProblem: ({ message }) => problems.push(message),
        });
        expect(problems).toEqual([]);
        expect(Describe(reopened)).toEqual(wanted);
        expect(reopened.content!.items.map(({ mesh }) => mesh.name)).toEqual(["thing 0", "thing 1", "thing 2"]);
        await DrawAsync(again);
    });

    it("finds splats, and reports splats that did not keep their data", async () => {
        const scene = CreateBlackScene(engine());
        const { splats } = CreateSplatTable(400, 5);
        const table = await CreateSplatMeshAsync("table", splats, scene);
        const capture = await CaptureSceneAsync(scene, [table], { views: 1, size: 32, splatOpacity: 0.5 });
        const count = capture.elements.length;
        const hierarchy = new SegmentationHierarchy(
            "table",
            capture.geometry.positions,
            capture.geometry.colors!,
            new Map([["consensus", DendrogramOfGroups(new Array<number>(count).fill(0), [])]]),
        );
        const segmentation = new UltrametricSegmentation(scene, { upAxis: "y" });
        await segmentation.setHierarchyAsync(hierarchy, { content: ContentLeaves.Create(capture, hierarchy) });
        const place = [{ start: 0, end: 100 }];
        segmentation.editor!.extract(place);
        const data = Json(await segmentation.serializeAsync());
        segmentation.dispose();
        const again = CreateBlackScene(engine());
        const same = await CreateSplatMeshAsync("table", splats, again);
        const reopened = await UltrametricSegmentation.ParseAsync(data, again);
        expect(reopened.splatMeshes).toEqual([same]);
        expect(reopened.content!.leafOfElement).toEqual(ContentLeaves.Create(capture, hierarchy).leafOfElement);
        expect(reopened.editor!.extracted[0].leaves).toEqual(hierarchy.dendrogram("consensus").order.slice(0, 100));
        await DrawAsync(again);
        const forgetful = new GaussianSplattingMesh("table", null, again, false);
        await forgetful.updateDataAsync(WriteSplatBytes(splats).buffer);
        const problems: string[] = [];
        await reopened.loadAsync(data, {
            meshes: [forgetful],
            onProblem: ({ message }) => problems.push(message),
        });
        expect(problems[0]).toMatch(/did not keep its splats/);
        expect(reopened.editor!.extracted).toHaveLength(1); // as a point cloud of its leaves
    });

    it("keeps edits and transforms of points without content, and prefers given options to the file's", async () => {
        const scene = CreateBlackScene(engine());
        const segmentation = new UltrametricSegmentation(scene, { pointRadius: 0.2 });
        await expect(segmentation.serializeAsync()).rejects.toMatchObject({ kind: "input" });
        await segmentation.setHierarchyAsync(CreateSquare(["distance", "area"]));
        segmentation.partCount = 4;
        await DrawAsync(scene);
        const at = (leaf: number) => segmentation.pick(...PIXELS[leaf])!;
        segmentation.colorMode = "tint";
        at(3).hide();
        const cloud = at(0).extract();
        segmentation.editor!.transform(cloud, { position: cloud.transform.position.add(new Vector3(0.5, 0.7, 0)) });
        segmentation.pointCloud!.root!.position.x = 0.1;
        const shot = AllPixels(await DrawAsync(scene));
        const bytes = await segmentation.saveAsync();
        segmentation.dispose();
        const reopened = await UltrametricSegmentation.ParseAsync(bytes, scene);
        expect([reopened.partCount, reopened.colorMode, reopened.content]).toEqual([4, "tint", null]);
        expect(AllPixels(await DrawAsync(scene))).toEqual(shot);
        reopened.dispose();
        const other = await UltrametricSegmentation.ParseAsync(bytes, scene, { pointRadius: 0.3, display: "both" });
        expect(other.pointCloud!.pointRadius).toBe(0.3);
        // Loading into an existing segmentation restores the cut and the edits.
        other.partCount = 1;
        await other.loadAsync(bytes);
        expect([other.partCount, other.editor!.extracted.length]).toEqual([4, 1]);
        // A file with only a hierarchy loads, too.
        await other.loadAsync(await CreateSquare().serializeAsync());
        expect([other.partCount, other.criterion, other.editor!.extracted.length]).toEqual([4, "distance", 0]);
        const damaged = await other.serializeAsync();
        for (const wrong of [
            { ...damaged, hierarchy: "?" },
            { ...damaged, version: 9 },
            { ...damaged, edits: { ...damaged.edits, leaves: [[0, 99, 1]] } },
            { ...damaged, customType: "Mesh" },
        ]) {
            await expect(other.loadAsync(wrong as SerializedSegmentation)).rejects.toMatchObject({ kind: "input" });
        }
    });
});
