import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { Matrix } from "@babylonjs/core/Maths/math.vector";
import { Scene } from "@babylonjs/core/scene";
import { describe, expect, it } from "vitest";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { PartEditor } from "../../src/plugin/parts/edit/partEditor";
import { CondensedParts } from "../../src/plugin/parts/model/condensedParts";
import { LeafOverrides } from "../../src/plugin/parts/model/leafOverrides";
import { PartTree } from "../../src/plugin/parts/model/partTree";
import { Selection } from "../../src/plugin/parts/model/selection";

/**
 * Two halves of 4 leaves, and 1 small fragment that joins the first half last: ((0 1)(2 3))(4) and ((5 6)(7 8)).
 */
function CreateTree(): PartTree {
    const dendrogram = CreateDendrogram({
        leafCount: 9,
        first: Uint32Array.of(0, 2, 5, 7, 0, 5, 0, 0),
        second: Uint32Array.of(1, 3, 6, 8, 2, 7, 4, 5),
        height: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    });
    const hierarchy = new SegmentationHierarchy("nine", new Float32Array(27), new Uint8Array(27), new Map());
    return new PartTree(hierarchy, dendrogram);
}

/** Creates an editor in a new scene. */
function CreateEditor(tree: PartTree, condensed: CondensedParts): PartEditor {
    return new PartEditor({
        scene: new Scene(new NullEngine()),
        tree,
        overrides: new LeafOverrides(9),
        content: null,
        worldMatrix: Matrix.Identity(),
        pointRadius: 0.1,
        partCount: 2,
        minStepLeaves: 2,
        condensed,
        selectPart: () => {},
        colorOf: () => [0, 0.5, 1],
    });
}

describe("CondensedParts", () => {
    const tree = CreateTree();
    const parts = new CondensedParts(tree, 2);

    it("has all parts but small fragments, with their children and depths", () => {
        expect(parts.nodes.map(({ start, end }) => [start, end])).toEqual([
            [0, 9],
            [0, 5],
            [0, 2],
            [2, 4],
            [5, 9],
            [5, 7],
            [7, 9],
        ]);
        expect(parts.roots).toEqual([0]);
        expect(parts.children).toEqual([[1, 4], [2, 3], [], [], [5, 6], [], []]);
        expect([...parts.depth]).toEqual([0, 1, 2, 2, 1, 2, 2]);
        expect([...parts.partOf(4).leaves]).toEqual([5, 6, 7, 8]);
    });

    it("finds the node around an interval, and the node that equals it but for small fragments", () => {
        expect(parts.nodeOf({ start: 0, end: 4 })).toBe(1);
        expect(parts.nodeOf({ start: 3, end: 4 })).toBe(3);
        expect(parts.nodeOf({ start: 4, end: 6 })).toBe(0);
        expect(parts.mainNodeOf({ start: 0, end: 4 })).toBe(1);
        expect(parts.mainNodeOf({ start: 4, end: 5 })).toBe(-1);
    });

    it("returns the nodes that a selection contains", () => {
        const selected = (...intervals: [number, number][]) => [
            ...parts.selectedNodes({ intervals: intervals.map(([start, end]) => ({ start, end })) }),
        ];
        expect(selected([0, 9])).toEqual([0]);
        expect(selected([5, 9])).toEqual([4]);
        expect(selected([2, 4], [7, 9])).toEqual([3, 6]);
        expect(selected([4, 5])).toEqual([1]);
        expect(selected([2, 7]).sort()).toEqual([3, 5]);
        expect(selected()).toEqual([]);
        // Nearly all leaves of a side count as that side, not as the whole.
        const lopsided = CreateDendrogram({
            leafCount: 40,
            first: new Uint32Array(39),
            second: Uint32Array.from({ length: 39 }, (_, i) => i + 1),
            height: Float64Array.from({ length: 39 }, (_, i) => i),
        });
        const hierarchy = new SegmentationHierarchy("forty", new Float32Array(120), new Uint8Array(120), new Map());
        const many = new CondensedParts(new PartTree(hierarchy, lopsided), 1);
        const large = many.nodeOf({ start: 0, end: 39 });
        expect([...many.selectedNodes({ intervals: [{ start: 0, end: 39 }] })]).toEqual([large]);
        expect(large).not.toBe(0);
    });

    it("keeps the name of a part when small fragments separate from it", () => {
        const editor = CreateEditor(tree, parts);
        const whole = { start: 0, end: 5 };
        const withoutCrumb = { start: 0, end: 4 };
        expect([editor.nameOf(whole), editor.nameOf(withoutCrumb)]).toEqual(["part 1", "part 1"]);
        expect(editor.nameOf({ start: 4, end: 5 })).toBe("piece of part 1");
        editor.rename(withoutCrumb, "arm");
        expect([editor.nameOf(whole), editor.nameOf({ start: 4, end: 5 })]).toEqual(["arm", "piece of arm"]);
        editor.undo();
        expect(editor.nameOf(whole)).toBe("part 1");
    });

    it("counts hidden and locked parts after each edit", () => {
        const editor = CreateEditor(tree, parts);
        editor.hide({ start: 5, end: 7 });
        editor.lock({ start: 0, end: 2 });
        const after = editor.leafStates;
        expect([0, 1, 2, 4, 5].map((node) => after.hiddenIn(parts.nodes[node]))).toEqual([2, 0, 0, 2, 2]);
        expect([0, 1, 2, 4, 5].map((node) => after.lockedIn(parts.nodes[node]))).toEqual([2, 2, 2, 0, 0]);
        editor.recolor({ start: 7, end: 8 }, { r: 1, g: 0, b: 0.2 });
        expect([editor.leafStates.colorAt(7), editor.leafStates.colorAt(8)]).toEqual([[1, 0, 0.2], null]);
        editor.undo();
        editor.undo();
        expect(editor.leafStates.lockedIn(parts.nodes[0])).toBe(0);
    });

    it("edits all parts of a selection", () => {
        const editor = CreateEditor(tree, parts);
        const selection = new Selection(() => 9);
        selection.replace({ start: 5, end: 9 });
        expect(editor.nameOf(selection)).toBe("part 2");
        editor.hide(selection);
        expect([editor.leafStates.hiddenIn({ start: 0, end: 9 }), editor.history.names]).toEqual([4, ["Hide part 2"]]);
        expect([...editor.leavesOf(selection)]).toEqual([5, 6, 7, 8]);
    });

    it("acts on an extracted part until it is removed from the scene", () => {
        const editor = CreateEditor(tree, parts);
        const told: (string | null)[] = [];
        editor.onActiveChangedObservable.add((part) => told.push(part?.name ?? null));
        editor.active = editor.extract({ start: 5, end: 7 });
        editor.undo();
        expect(editor.active).toBeNull();
        expect(told).toEqual(["part 2", null]);
    });
});
