import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { Scene } from "@babylonjs/core/scene";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { FindDendrogramFault } from "../../src/compute/hierarchy/cut/dendrogramFault";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";

/** The leaves of a hierarchy of five levels. */
const LEAVES = 32;

let engine: NullEngine;
let scene: Scene;

beforeEach(() => {
    engine = new NullEngine();
    scene = new Scene(engine);
});

afterEach(() => {
    engine.dispose();
});

/** A hierarchy of leaves on a line, in which pairs of neighbors merge, then pairs of these, and so on. */
function createHierarchy(levels: number): SegmentationHierarchy {
    const leafCount = 1 << levels;
    const merges = { first: [] as number[], second: [] as number[], height: [] as number[] };
    for (let size = 1; size < leafCount; size *= 2) {
        for (let head = 0; head < leafCount; head += 2 * size) {
            merges.first.push(head);
            merges.second.push(head + size);
            merges.height.push(size / leafCount);
        }
    }
    const dendrogram = CreateDendrogram({
        leafCount,
        first: Uint32Array.from(merges.first),
        second: Uint32Array.from(merges.second),
        height: Float64Array.from(merges.height),
    });
    const positions = Float32Array.from({ length: 3 * leafCount }, (_, i) => (i % 3 === 0 ? i / 3 : 0));
    return new SegmentationHierarchy(
        "line",
        positions,
        new Uint8Array(3 * leafCount),
        new Map([["consensus", dendrogram]]),
    );
}

async function showAsync(levels: number): Promise<UltrametricSegmentation> {
    const segmentation = new UltrametricSegmentation(scene, { minStepShare: 0, granularity: 0.5 });
    await segmentation.setHierarchyAsync(createHierarchy(levels));
    return segmentation;
}

const sorted = (leaves: Iterable<number>): number[] => [...leaves].sort((a, b) => a - b);

/** Returns the intervals of leaves in the leaf order that is shown. */
function targetOf({ parts }: UltrametricSegmentation, leaves: readonly number[]): { start: number; end: number }[] {
    return leaves.map((leaf) => {
        const start = parts!.orderIndexOf(leaf);
        return { start, end: start + 1 };
    });
}

/** Returns true if there is a part with exactly these leaves. */
function hasPart({ parts }: UltrametricSegmentation, leaves: readonly number[]): boolean {
    const indices = leaves.map((leaf) => parts!.orderIndexOf(leaf));
    const start = Math.min(...indices);
    const end = Math.max(...indices) + 1;
    return end - start === leaves.length && parts!.partOfInterval({ start, end }) !== null;
}

describe("committing a part", () => {
    it("makes any leaves a part that is shown, selected and named, and undoes it", async () => {
        const segmentation = await showAsync(5);
        const { hierarchy } = segmentation;
        const editor = segmentation.editor!;
        const granularity = segmentation.granularity;
        const part = await editor.commitAsync(targetOf(segmentation, [1, 2, 9]), { name: "odd" });
        expect(sorted(part.leaves)).toEqual([1, 2, 9]);
        expect(editor.nameOf(part)).toBe("odd");
        expect(segmentation.selectedPart?.equals(part)).toBe(true);
        expect(segmentation.partCount).toBeGreaterThanOrEqual(part.minPartCount);
        expect(segmentation.partCount).toBeLessThanOrEqual(part.maxPartCount);
        expect(editor.history.names).toEqual(["Commit odd"]);
        expect(FindDendrogramFault(segmentation.hierarchy!.dendrogram("consensus"))).toBe(null);

        editor.undo();
        expect(segmentation.hierarchy).toBe(hierarchy);
        expect(hasPart(segmentation, [1, 2, 9])).toBe(false);
        expect(sorted(segmentation.selection.leaves(segmentation.parts!.dendrogram.order))).toEqual([1, 2, 9]);
        editor.redo();
        expect(hasPart(segmentation, [1, 2, 9])).toBe(true);
        expect(granularity).toBeCloseTo(0.5);
    });

    it("refuses a part that crosses an earlier one, names that, and accepts parts inside and around it", async () => {
        const segmentation = await showAsync(5);
        const editor = segmentation.editor!;
        await editor.commitAsync(targetOf(segmentation, [1, 2, 9]), { name: "odd" });
        const before = segmentation.hierarchy;
        await expect(editor.commitAsync(targetOf(segmentation, [2, 3]))).rejects.toMatchObject({
            kind: "input",
            message: expect.stringContaining('"odd"'),
        });
        expect(segmentation.hierarchy).toBe(before);
        expect(editor.history.names).toEqual(["Commit odd"]);
        await editor.commitAsync(targetOf(segmentation, [1, 9]), { name: "inner" });
        await editor.commitAsync(targetOf(segmentation, [1, 2, 9, 30]), { name: "outer" });
        for (const leaves of [
            [1, 2, 9],
            [1, 9],
            [1, 2, 9, 30],
        ]) {
            expect(hasPart(segmentation, leaves)).toBe(true);
        }
        expect(
            editor.nameOf(
                segmentation.parts!.partOfInterval(editor.intervalsOf(targetOf(segmentation, [1, 2, 9]))[0])!,
            ),
        ).toBe("odd");
    });

    it("keeps colors, names, locks, hidden and extracted leaves of other parts", async () => {
        const segmentation = await showAsync(5);
        segmentation.partCount = 8;
        const editor = segmentation.editor!;
        const partAt = (leaf: number) => segmentation.parts!.partOfLeaf(leaf, 32 - 8);
        const colorOf = (leaf: number) => segmentation.pointCloud!.colorOf(partAt(leaf).start);
        editor.rename(partAt(16), "kept");
        editor.recolor(partAt(20), { r: 1, g: 0, b: 0 });
        editor.lock(partAt(24));
        editor.hide(partAt(28));
        const extracted = editor.extract(partAt(12));
        const colors = [16, 20, 24, 28].map(colorOf);
        const part = await editor.commitAsync(targetOf(segmentation, [0, 1, 2, 3, 4]), { name: "five" });
        segmentation.partCount = Math.max(8, part.minPartCount);
        expect([16, 20, 24, 28].map(colorOf)).toEqual(colors);
        expect(editor.nameOf(partAt(16))).toBe("kept");
        expect(editor.isLocked(partAt(24))).toBe(true);
        expect(editor.isHidden(partAt(28))).toBe(true);
        expect(editor.extracted).toEqual([extracted]);
        await expect(editor.commitAsync(targetOf(segmentation, [24, 0]))).rejects.toMatchObject({ kind: "input" });
        expect(segmentation.pointCloud!.colorOf(part.start)).not.toEqual(
            segmentation.pointCloud!.colorOf(part.start - 1),
        );
    });

    it("is canceled, and refuses no leaves", async () => {
        const segmentation = await showAsync(5);
        const editor = segmentation.editor!;
        const before = segmentation.hierarchy;
        const canceled = editor.commitAsync(targetOf(segmentation, [1, 2]), { signal: AbortSignal.abort() });
        await expect(canceled).rejects.toMatchObject({ kind: "aborted" });
        await expect(editor.commitAsync([])).rejects.toMatchObject({ kind: "input" });
        expect(segmentation.hierarchy).toBe(before);
        expect(editor.history.canUndo).toBe(false);
    });

    it("survives random sequences of commits and edits, undone, redone, saved and opened", async () => {
        const seed = Math.floor(1e6 * Math.random());
        console.log(`random seed of commits: ${seed}`);
        const random = CreateRandom(seed);
        let segmentation = await showAsync(5);
        /** The committed sets, as a person expects them; a history of these, and the present step. */
        let states: { sets: string[]; hidden: string }[] = [{ sets: [], hidden: "" }];
        let at = 0;
        const keyOf = (leaves: Iterable<number>): string => sorted(leaves).join(" ");
        const push = (state: { sets: string[]; hidden: string }): void => {
            states = [...states.slice(0, at + 1), state].slice(-101);
            at = states.length - 1;
        };
        for (let step = 0; step < 1000; step++) {
            const editor = segmentation.editor!;
            const choice = random();
            if (choice < 0.45) {
                const center = Math.floor(LEAVES * random());
                const reach = 1 + 6 * random();
                const leaves = Array.from({ length: LEAVES }, (_, leaf) => leaf).filter(
                    (leaf) => Math.abs(leaf - center) < reach && random() < 0.8,
                );
                if (leaves.length === 0) {
                    continue;
                }
                const { sets, hidden } = states[at];
                const crossed = sets.some((key) => {
                    const other = key.split(" ").map(Number);
                    const shared = other.filter((leaf) => leaves.includes(leaf)).length;
                    return shared > 0 && shared < other.length && shared < leaves.length;
                });
                const outcome = await editor.commitAsync(targetOf(segmentation, leaves)).then(
                    () => true,
                    ({ kind }) => (kind === "input" ? false : kind),
                );
                expect(outcome, `seed ${seed}, step ${step}`).toBe(!crossed);
                const key = keyOf(leaves);
                if (outcome === true && !sets.includes(key)) {
                    push({ sets: [...sets, key], hidden });
                }
            } else if (choice < 0.6) {
                const leaf = Math.floor(LEAVES * random());
                const target = targetOf(segmentation, [leaf]);
                const isHidden = editor.isHidden(target);
                if (isHidden) {
                    editor.show(target);
                } else {
                    editor.hide(target);
                }
                const others = states[at].hidden.split(" ").filter((key) => key !== "" && Number(key) !== leaf);
                push({ ...states[at], hidden: keyOf(isHidden ? others.map(Number) : [...others.map(Number), leaf]) });
            } else if (choice < 0.8) {
                expect(editor.undo()).toBe(at > 0);
                at = Math.max(0, at - 1);
            } else if (choice < 0.96) {
                expect(editor.redo()).toBe(at < states.length - 1);
                at = Math.min(states.length - 1, at + 1);
            } else {
                const saved = random() < 0.5 ? await segmentation.saveAsync() : await segmentation.serializeAsync();
                segmentation.dispose();
                segmentation = await UltrametricSegmentation.ParseAsync(saved, scene);
                segmentation.editor!.history.clear(); // opening restores the edits as steps
                states = [states[at]];
                at = 0;
            }
            const { sets, hidden } = states[at];
            expect(FindDendrogramFault(segmentation.parts!.dendrogram)).toBe(null);
            const lost = sets.filter((key) => !hasPart(segmentation, key.split(" ").map(Number)));
            expect(lost, `seed ${seed}, step ${step}`).toEqual([]);
            const { leafStates } = segmentation.editor!;
            const hiddenNow = Array.from({ length: LEAVES }, (_, leaf) => leaf).filter((leaf) => {
                const start = segmentation.parts!.orderIndexOf(leaf);
                return leafStates.hiddenIn({ start, end: start + 1 }) > 0;
            });
            expect(keyOf(hiddenNow)).toBe(hidden);
        }
    });
});
