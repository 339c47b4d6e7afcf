import { describe, expect, it } from "vitest";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { PromptTree } from "../../src/compute/hierarchy/prompt/promptTree";
import type { PromptCandidate, TreeAnswer } from "../../src/compute/hierarchy/prompt/treePrompt";
import { PartTree } from "../../src/plugin/parts/model/partTree";
import { TreeSession } from "../../src/plugin/parts/prompt/treeSession";

const PART = 64;

/** Four parts of 64 leaves on a line; the first two, and the last two, merge before the whole. */
function createHierarchy(): SegmentationHierarchy {
    const leafCount = 4 * PART;
    const merges: [number, number, number][] = [];
    for (let size = 1; size < PART; size *= 2) {
        for (let head = 0; head < leafCount; head += 2 * size) {
            merges.push([head, head + size, 0.002 * size]);
        }
    }
    merges.push([0, PART, 0.6], [2 * PART, 3 * PART, 0.6], [0, 2 * PART, 0.9]);
    const dendrogram = CreateDendrogram({
        leafCount,
        first: Uint32Array.from(merges, ([first]) => first),
        second: Uint32Array.from(merges, ([, second]) => second),
        height: Float64Array.from(merges, ([, , height]) => height),
    });
    const positions = Float32Array.from({ length: 3 * leafCount }, (_, i) => (i % 3 === 0 ? i / 3 : 0));
    const colors = new Uint8Array(3 * leafCount);
    return new SegmentationHierarchy("line", positions, colors, new Map([["consensus", dendrogram]]));
}

const hierarchy = createHierarchy();
const dendrogram = hierarchy.dendrogram("consensus");
const tree = new PromptTree(dendrogram, hierarchy.positions);
const bestOf = ({ candidates, best }: TreeAnswer): PromptCandidate => candidates[best];
const rangesOf = ({ intervals }: Pick<PromptCandidate, "intervals">): number[][] =>
    intervals.map(({ start, end }) => [start, end]);

describe("PromptTree", () => {
    it("takes the part that is a thing of its own at one click, with larger and smaller alternatives", () => {
        const answer = tree.answer(null, [], { orderIndex: 32, isPositive: true });
        expect(rangesOf(bestOf(answer))).toEqual([[0, 64]]);
        expect(rangesOf(answer.candidates[answer.best + 1])).toEqual([[0, 128]]);
        expect(answer.best).toBeGreaterThan(0);
        expect(answer.candidates.reduce((sum, { confidence }) => sum + confidence, 0)).toBeLessThanOrEqual(1 + 1e-9);
    });

    it("adds a part that is far away, and takes away a part of it", () => {
        const first = bestOf(tree.answer(null, [], { orderIndex: 32, isPositive: true }));
        const marks = [{ orderIndex: 32, isPositive: true }];
        const both = bestOf(tree.answer(first, marks, { orderIndex: 224, isPositive: true }));
        expect(rangesOf(both)).toEqual([
            [0, 64],
            [192, 256],
        ]);
        const less = bestOf(
            tree.answer(both, [...marks, { orderIndex: 224, isPositive: true }], {
                orderIndex: 200,
                isPositive: false,
            }),
        );
        const isIn = (leaf: number): boolean => less.intervals.some(({ start, end }) => leaf >= start && leaf < end);
        expect([32, 224, 200].map(isIn)).toEqual([true, true, false]);
    });

    it("gives no answer to negative marks alone, and keeps an answer that is right already", () => {
        expect(tree.answer(null, [], { orderIndex: 5, isPositive: false }).candidates).toEqual([]);
        const first = bestOf(tree.answer(null, [], { orderIndex: 32, isPositive: true }));
        const marks = [{ orderIndex: 32, isPositive: true }];
        expect(bestOf(tree.answer(first, marks, { orderIndex: 100, isPositive: false }))).toBe(first);
    });

    it("takes the parts inside a box", () => {
        const box = Uint32Array.from({ length: 70 }, (_, i) => 60 + i);
        expect(rangesOf(bestOf(tree.answerBox(box)))).toEqual([[64, 128]]);
    });
});

describe("TreeSession", () => {
    it("keeps each answer, so that taking back an input brings the last one back", () => {
        const session = new TreeSession(new PartTree(hierarchy, dendrogram));
        const first = { leaf: 32, isPositive: true };
        const before = session.answer([first]);
        session.answer([first, { leaf: 224, isPositive: true }]);
        expect(session.answer([first])).toEqual(before);
        expect(session.answer([])).toEqual([[], 0]);
    });

    it("has exactly the painted leaves of strokes in and out", () => {
        const session = new TreeSession(new PartTree(hierarchy, dendrogram));
        const added = { leaves: Uint32Array.of(30, 31, 100), isPositive: true };
        const removed = { leaves: Uint32Array.of(31, 40), isPositive: false };
        const [ladder, rung] = session.answer([added, removed]);
        const isIn = (leaf: number): boolean => {
            return ladder[rung].intervals.some(({ start, end }) => leaf >= start && leaf < end);
        };
        expect([30, 100, 31, 40].map(isIn)).toEqual([true, true, false, false]);
    });

    it("changes the alternative that was chosen", () => {
        const session = new TreeSession(new PartTree(hierarchy, dendrogram));
        const first = { leaf: 32, isPositive: true };
        const [ladder, rung] = session.answer([first]);
        session.choose(rung + 1);
        const [next, best] = session.answer([first, { leaf: 100, isPositive: true }]);
        expect(next[best].size).toBe(ladder[rung + 1].size);
    });
});
