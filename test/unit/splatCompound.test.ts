import { Ray } from "@babylonjs/core/Culling/ray.core";
import "@babylonjs/core/Culling/ray";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { GaussianSplattingCompoundMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingCompoundMesh";
import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { beforeEach, describe, expect, it } from "vitest";
import { Pacer } from "../../src/compute/base/pacer";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { DEFAULT_SCENE_CONTENT_OPTIONS, ReadSceneContentAsync } from "../../src/plugin/content/readSceneContent";
import type { ContentItem, SceneContent } from "../../src/plugin/content/sceneContent";
import { CountSplats, ReadSplatData, type SplatData } from "../../src/plugin/content/splatData";
import { SplatPlacesOf } from "../../src/plugin/content/splatPlaces";
import { WriteSplatFile } from "../../src/plugin/export/splatFile";
import { PartEditor, type PartEditorHost } from "../../src/plugin/parts/edit/partEditor";
import { ExtractSplats } from "../../src/plugin/parts/extract/extractSplats";
import { ContentLeaves } from "../../src/plugin/parts/model/contentLeaves";
import type { ExtractedPart } from "../../src/plugin/parts/model/extractedPart";
import { LeafOverrides } from "../../src/plugin/parts/model/leafOverrides";
import { PartTree } from "../../src/plugin/parts/model/partTree";
import { SplatPicker } from "../../src/plugin/parts/pick/splatPicking";
import { UseNullScene } from "../support/nullScene";
import { WriteSplatBytes } from "../support/splatBytes";
import { SurfaceSplats } from "../support/splatScene";

const scene = UseNullScene();

beforeEach(() => {
    scene().getEngine().getCaps().maxVertexUniformVectors = 1024; // the null engine's limit allows one part
});

/** Creates a 4 x 4 sheet of splats at (x, 0 .. 1, 0 .. 1), facing x. */
function Sheet(x: number): SplatData {
    return SurfaceSplats(
        Array.from({ length: 16 }, (_, i) => ({
            position: [x, (i % 4) / 3, Math.floor(i / 4) / 3] as const,
            normal: [1, 0, 0] as const,
            color: [10 * i, 255 - 10 * i, 40] as const,
        })),
        0.2,
    );
}

function CreateMesh(name: string, splats: SplatData, flipY = false): GaussianSplattingMesh {
    const mesh = new GaussianSplattingMesh(name, null, scene(), true);
    const harmonics = Uint8Array.from({ length: 16 * 16 }, (_, i) => (7 * i) % 256);
    mesh.updateData(WriteSplatBytes(splats).buffer, [harmonics], { flipY }, undefined, 1);
    return mesh;
}

/** Creates two sheets in places of their own, the second one unevenly scaled. */
function CreateSheets(flipY = false): GaussianSplattingMesh[] {
    const first = CreateMesh("first", Sheet(0), flipY);
    const second = CreateMesh("second", Sheet(0));
    first.position.set(1, 2, 3);
    second.position.set(5, 0, -1);
    second.rotation.set(0.3, -0.5, 0.9);
    second.scaling.set(2, 1, 0.5);
    for (const mesh of [first, second]) {
        mesh.computeWorldMatrix(true); // a compound takes over that of the last frame
    }
    return [first, second];
}

const ReadAsync = (meshes: readonly AbstractMesh[]): Promise<SceneContent> =>
    ReadSceneContentAsync(scene(), meshes, DEFAULT_SCENE_CONTENT_OPTIONS, new Pacer("reading"));

/** Joins the pieces of content. */
function Joined({ pieces }: SceneContent): Record<"positions" | "covariances" | "normals" | "colors", number[]> {
    const join = (key: "positions" | "covariances" | "normals" | "colors"): number[] =>
        pieces.flatMap((piece) => [...piece[key]!]);
    const [positions, covariances] = [join("positions"), join("covariances")];
    return { positions, covariances, normals: join("normals"), colors: join("colors") };
}

function ExpectClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
    expect(actual).toHaveLength(expected.length);
    actual.forEach((value, i) => {
        expect(Math.abs(value - expected[i]), `${i}: ${value}, not ${expected[i]}`).toBeLessThanOrEqual(tolerance);
    });
}

function WorldCenters(mesh: GaussianSplattingMesh): Vector3[] {
    const { positions, count } = ReadSplatData(mesh);
    const { placeOf, worlds } = SplatPlacesOf(mesh);
    return Array.from({ length: count }, (_, i) =>
        Vector3.TransformCoordinates(Vector3.FromArray(positions, 3 * i), worlds[placeOf ? placeOf[i] : 0]),
    );
}

describe("a compound of splats", () => {
    it("is content with the place and the visibility of each part", async () => {
        const meshes = CreateSheets();
        const apart = Joined(await ReadAsync(meshes));
        const compound = new GaussianSplattingCompoundMesh("compound", null, scene(), true);
        const proxies = compound.addParts(meshes, true);
        const content = await ReadAsync([compound, ...proxies]);
        expect(content.items.map(({ kind, elementCount }) => [kind, elementCount])).toEqual([["splats", 32]]);
        expect(content.items[0].mesh === compound).toBe(true);
        const together = Joined(content);
        for (const key of ["positions", "covariances", "normals", "colors"] as const) {
            ExpectClose(together[key], apart[key]);
        }

        proxies[1].position.x += 10; // not yet computed by a frame
        proxies[0].visibility = 0.5;
        const moved = Joined(await ReadAsync([compound]));
        ExpectClose(
            moved.positions,
            apart.positions.map((value, i) => value + (i >= 48 && i % 3 === 0 ? 10 : 0)),
        );
        expect(moved.colors[3]).toBeCloseTo(apart.colors[3] / 2, 2);
        proxies[0].setEnabled(false);
        const { bounds, pieces } = await ReadAsync([compound]);
        expect(pieces[0].colors!.filter((_, i) => i % 4 === 3 && i < 64).every((alpha) => alpha === 0)).toBe(true);
        expect(bounds.low[0]).toBeGreaterThan(12); // without the hidden part
        // A part proxy has no splats.
        await expect(ReadAsync([proxies[0]])).rejects.toThrow(/GaussianSplattingPartProxyMesh.*compound/);
    });

    it("is picked where its parts are, and hidden ones are not hit", () => {
        const compound = new GaussianSplattingCompoundMesh("compound", null, scene(), true);
        const proxies = compound.addParts([CreateMesh("a", Sheet(0)), CreateMesh("b", Sheet(0))], true);
        proxies[1].position.x = 2;
        const picker = SplatPicker.Create({
            items: [{ mesh: compound, thinInstance: -1, kind: "splats", firstElement: 0, elementCount: 32 }],
            leafOfElement: Uint32Array.from({ length: 32 }, (_, i) => i),
        });
        const along = new Ray(new Vector3(10, 1 / 3, 1 / 3), new Vector3(-1, 0, 0));
        expect(picker.pick(along)).toMatchObject({ element: 16 + 5, distance: expect.closeTo(8, 3) });
        proxies[1].position.y = 5;
        expect(picker.pick(along)).toMatchObject({ element: 5, distance: expect.closeTo(10, 3) });
        proxies[0].visibility = 0;
        expect(picker.pick(along)).toBeNull();
        along.origin.y += 5;
        expect(picker.pick(along)).toMatchObject({ element: 16 + 5 });
    });

    it("gives out the splats of one part as a mesh, and refuses a file", () => {
        const meshes = CreateSheets();
        const compound = new GaussianSplattingCompoundMesh("compound", null, scene(), true);
        compound.addParts(meshes, false);
        const part = ExtractSplats(compound, [17, 20]);
        expect(part.isCompound).toBe(false);
        const [a, b] = WorldCenters(part);
        const expected = WorldCenters(meshes[1]);
        expect(a.subtract(expected[1]).length()).toBeLessThan(1e-5);
        expect(b.subtract(expected[4]).length()).toBeLessThan(1e-5);
        expect(() => ExtractSplats(compound, [3, 20])).toThrow(/splats 3 and 20 .* parts 0 and 1/);
        expect(() => WriteSplatFile(compound)).toThrow(/compound.*2 parts/);
        expect(CountSplats(compound)).toBe(32);
    });
});

/** Creates a host whose leaves 0 .. n - 1 are the splats of meshes, with the cut into `partCount` equal intervals. */
function CreateHost(meshes: readonly AbstractMesh[], counts: readonly number[], partCount: number): PartEditorHost {
    const leafCount = counts.reduce((sum, count) => sum + count, 0);
    const size = leafCount / partCount;
    const merges: [number, number][] = [];
    for (let leaf = 0; leaf < leafCount; leaf++) {
        if (leaf % size > 0) {
            merges.push([leaf - (leaf % size), leaf]);
        }
    }
    for (let part = 1; part < partCount; part++) {
        merges.push([0, part * size]);
    }
    const dendrogram = CreateDendrogram({
        leafCount,
        first: Uint32Array.from(merges, ([first]) => first),
        second: Uint32Array.from(merges, ([, second]) => second),
        height: Float64Array.from(merges, (_, m) => m),
    });
    const positions = new Float32Array(3 * leafCount);
    const hierarchy = new SegmentationHierarchy(
        "splats",
        positions,
        new Uint8Array(3 * leafCount),
        new Map([["distance", dendrogram]]),
    );
    let firstElement = 0;
    const items = meshes.map((mesh, m): ContentItem => {
        const first = firstElement;
        firstElement += counts[m];
        const kind = mesh instanceof GaussianSplattingMesh ? "splats" : "faces";
        return { mesh, thinInstance: -1, kind, firstElement: first, elementCount: counts[m] };
    });
    const elements = Uint32Array.from({ length: leafCount }, (_, i) => i);
    const links = { name: "splats", items, elements, barycentrics: new Float32Array(2 * leafCount) };
    return {
        scene: scene(),
        tree: new PartTree(hierarchy, dendrogram),
        overrides: new LeafOverrides(leafCount),
        content: ContentLeaves.Restore(links, elements),
        worldMatrix: Matrix.Identity(),
        pointRadius: 0.1,
        partCount,
        minStepLeaves: 1,
        selectPart: () => {},
        colorOf: () => [0, 0, 0],
    };
}

describe("extractAsCompoundAsync", () => {
    it("makes a proxy of each part of the cut at its center, and can be undone", async () => {
        const [mesh] = CreateSheets(true); // and another one
        const before = WorldCenters(mesh);
        const host = CreateHost([mesh], [16], 4);
        const editor = new PartEditor(host);
        editor.rename({ start: 4, end: 8 }, "lid");
        editor.hide({ start: 8, end: 12 });
        const part = await editor.extractAsCompoundAsync();
        const [compound] = part.meshes as GaussianSplattingCompoundMesh[];
        expect(compound).toBeInstanceOf(GaussianSplattingCompoundMesh);
        expect(part.proxies.map(({ name }) => name)).toEqual(["part 0-4", "lid", "part 8-12", "part 12-16"]);
        expect(part.proxies.map(({ visibility }) => visibility)).toEqual([1, 1, 0, 1]);
        WorldCenters(compound).forEach((center, i) => {
            expect(center.subtract(before[i]).length(), `splat ${i}`).toBeLessThan(1e-5);
        });
        for (const [p, proxy] of part.proxies.entries()) {
            const middle = before[4 * p].add(before[4 * p + 3]).scale(0.5);
            expect(proxy.getAbsolutePosition().subtract(middle).length()).toBeLessThan(1e-5);
        }
        expect(compound.shData![0].slice(0, 256)).toEqual(mesh.shData![0].slice(0, 256));

        // Babylon picks and moves the parts.
        const ray = new Ray(new Vector3(9, before[5].y, before[5].z), new Vector3(-1, 0, 0));
        expect(scene().pickWithRay(ray)!.pickedMesh).toBe(part.proxies[1]);
        part.proxies[1].position.x += 4;
        const isMoved = (splat: number): boolean => splat >= 4 && splat < 8;
        WorldCenters(compound).forEach((center, i) => {
            expect(center.x - before[i].x).toBeCloseTo(isMoved(i) ? 4 : 0, 4);
        });
        editor.transform(part, { position: part.root.position.add(new Vector3(0, 1, 0)) });
        WorldCenters(compound).forEach((center, i) => {
            expect(center.y - before[i].y).toBeCloseTo(1, 4);
        });

        const copy = editor.duplicate(part);
        const copied = WorldCenters(copy.meshes[0] as GaussianSplattingMesh);
        WorldCenters(compound).forEach((center, i) => {
            expect(center.subtract(copied[i]).length()).toBeLessThan(1e-4);
        });
        expect(copy.proxies.map(({ name, visibility }) => [name, visibility])).toEqual(
            part.proxies.map(({ name, visibility }) => [name, visibility]),
        );

        const inScene = (extracted: ExtractedPart): number =>
            [...extracted.meshes, ...extracted.proxies].filter((own) => scene().meshes.includes(own)).length;
        expect([inScene(part), inScene(copy)]).toEqual([5, 5]);
        expect(host.overrides.data.every((bits) => bits !== 0)).toBe(true);
        editor.undo();
        editor.undo();
        editor.undo();
        expect([inScene(part), inScene(copy)]).toEqual([0, 0]);
        expect(scene().meshes).toHaveLength(2);
        expect(host.overrides.data.filter((bits) => bits !== 0)).toHaveLength(4); // the hidden part
        editor.redo();
        expect(inScene(part)).toBe(5);
        editor.dispose();
        expect(scene().meshes).toHaveLength(2);
    });

    it("joins splats of several meshes and of compounds, and takes chosen parts", async () => {
        const meshes = CreateSheets();
        const before = meshes.flatMap(WorldCenters);
        const compound = new GaussianSplattingCompoundMesh("compound", null, scene(), true);
        compound.addParts(meshes, true);
        const [third] = CreateSheets();
        before.push(...WorldCenters(third));
        // The third of four parts holds 8 splats of the compound's second part, and 4 of the other mesh.
        const editor = new PartEditor(CreateHost([compound, third], [32, 16], 4));
        const part = await editor.extractAsCompoundAsync([
            { start: 0, end: 8 },
            { start: 24, end: 36 },
        ]);
        const expected = [...before.slice(0, 8), ...before.slice(24, 36)];
        WorldCenters(part.meshes[0] as GaussianSplattingMesh).forEach((center, i) => {
            expect(center.subtract(expected[i]).length()).toBeLessThan(1e-4);
        });
        const [, second, rest] = part.proxies;
        expect(part.proxies).toHaveLength(3);
        expect(rest.parent).toBe(second.parent);
        (second.parent as TransformNode).position.x += 1;
        expect(WorldCenters(part.meshes[0] as GaussianSplattingMesh)[19].x).toBeCloseTo(expected[19].x + 1, 4);
        const copy = editor.duplicate(part);
        const copied = WorldCenters(copy.meshes[0] as GaussianSplattingMesh);
        WorldCenters(part.meshes[0] as GaussianSplattingMesh).forEach((center, i) => {
            expect(center.subtract(copied[i]).length()).toBeLessThan(1e-4);
        });
        const nodes = scene().transformNodes.length;
        editor.undo();
        editor.undo();
        expect(scene().transformNodes).toHaveLength(nodes - 4);
        editor.redo();
        expect(scene().transformNodes).toHaveLength(nodes - 2);
        // The rest of the cut.
        const others = await editor.extractAsCompoundAsync();
        expect(CountSplats(others.meshes[0] as GaussianSplattingMesh)).toBe(28);
    });

    it("says what a compound cannot hold, and changes nothing then", async () => {
        const [mesh] = CreateSheets();
        const host = CreateHost([mesh], [16], 16);
        const editor = new PartEditor(host);
        scene().getEngine().getCaps().maxVertexUniformVectors = 100; // 12 parts
        const count = scene().meshes.length;
        await expect(editor.extractAsCompoundAsync()).rejects.toThrow(/16 parts .* at most 12/);
        await expect(editor.extractAsCompoundAsync([])).rejects.toThrow(/No splat/);
        editor.lock({ start: 3, end: 5 });
        await expect(editor.extractAsCompoundAsync()).rejects.toThrow(/locked/);
        const box = CreateBox("box", {}, scene());
        const mixed = new PartEditor(CreateHost([mesh, box], [16, 12], 2));
        await expect(mixed.extractAsCompoundAsync()).rejects.toThrow(/faces of "box"/);
        expect((await mixed.extractAsCompoundAsync([{ start: 0, end: 14 }])).proxies).toHaveLength(1);
        editor.unlock({ start: 3, end: 5 });
        await expect(new PartEditor({ ...host, content: null }).extractAsCompoundAsync()).rejects.toThrow(/no splats/);
        expect(scene().meshes).toHaveLength(count + 3); // the box, the compound and its proxy
    });
});
