import { Observable } from "@babylonjs/core/Misc/observable";
import { describe, expect, it, vi } from "vitest";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { type Criterion, SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { PromptTree } from "../../src/compute/hierarchy/prompt/promptTree";
import type { PromptCandidate, TreeAnswer } from "../../src/compute/hierarchy/prompt/treePrompt";
import { PartTree } from "../../src/plugin/parts/model/partTree";
import { PartPrompt } from "../../src/plugin/parts/prompt/partPrompt";
import type { PromptAnswer, PromptInput } from "../../src/plugin/parts/prompt/promptAnswer";
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

/** A prompt about the parts of the line, and a source whose questions wait for an answer. */
function createPrompt() {
    const segmentation = {
        parts: new PartTree(hierarchy, dendrogram) as PartTree | null,
        selectionTools: null,
        editor: null,
        onHierarchyChangedObservable: new Observable<SegmentationHierarchy | null>(),
        onCriterionChangedObservable: new Observable<Criterion>(),
        onDisposeObservable: new Observable<void>(),
    };
    const questions: {
        input: PromptInput;
        signal: AbortSignal;
        resolve(answer: PromptAnswer | null): void;
        reject(error: Error): void;
    }[] = [];
    const source = {
        answerAsync: (input: PromptInput, _fromTree: PromptAnswer, signal: AbortSignal) =>
            new Promise<PromptAnswer | null>((resolve, reject) => questions.push({ input, signal, resolve, reject })),
    };
    const prompt = new PartPrompt(segmentation);
    prompt.source = source;
    const failed: Error[] = [];
    prompt.onSourceFailedObservable.add((error) => failed.push(error));
    return { segmentation, questions, prompt, failed };
}

const improved: PromptAnswer = {
    intervals: [{ start: 3, end: 9 }],
    size: 6,
    confidence: 1,
    smaller: null,
    larger: null,
    source: "from a test",
};

describe("PartPrompt", () => {
    it("shows the better answer of a source, and keeps that of the tree when the source fails", async () => {
        const { questions, prompt, failed } = createPrompt();
        prompt.addPoint(32);
        expect(rangesOf(prompt.answer!)).toEqual([[0, 64]]);
        expect(prompt.isAsking).toBe(true);
        questions[0].resolve(improved);
        await vi.waitFor(() => expect(prompt.answer).toMatchObject({ size: 6, source: "from a test" }));
        prompt.addPoint(224);
        const fromTree = prompt.answer;
        questions[1].reject(new Error("no connection"));
        await vi.waitFor(() => expect(failed.map(({ message }) => message)).toEqual(["no connection"]));
        expect(prompt.answer).toBe(fromTree);
        expect(prompt.isAsking).toBe(false);
    });

    it("aborts a question at the next click, and takes neither its late answer nor its failure", async () => {
        const { questions, prompt, failed } = createPrompt();
        prompt.addPoint(32);
        prompt.addPoint(224);
        prompt.removeLast();
        expect(questions.map(({ signal }) => signal.aborted)).toEqual([true, true, false]);
        expect(questions[2].input.points).toEqual([{ leaf: 32, isPositive: true }]);
        const fromTree = prompt.answer;
        questions[0].resolve(improved);
        questions[1].reject(new Error("aborted"));
        await Promise.allSettled([Promise.resolve()]);
        expect(prompt.answer).toBe(fromTree);
        expect(failed).toEqual([]);
        expect(prompt.isAsking).toBe(true);
    });

    it("forgets its input with another hierarchy, and asks that one", () => {
        const { segmentation, questions, prompt } = createPrompt();
        const answers: (PromptAnswer | null)[] = [];
        prompt.onAnswerObservable.add((answer) => answers.push(answer));
        prompt.addPoint(32);
        segmentation.parts = null;
        segmentation.onHierarchyChangedObservable.notifyObservers(null);
        expect(prompt.isEmpty).toBe(true);
        expect(answers.at(-1)).toBeNull();
        expect(questions[0].signal.aborted).toBe(true);
        expect(() => prompt.addPoint(32)).toThrow(/no hierarchy/);
        segmentation.parts = new PartTree(hierarchy, dendrogram);
        prompt.addPoint(224);
        expect(rangesOf(prompt.answer!)).toEqual([[192, 256]]);
        expect(() => prompt.addPoint(4 * PART)).toThrow();
        expect(prompt.input.points).toHaveLength(1);
    });

    it("stops with its segmentation, and leaves no observers", async () => {
        const { segmentation, questions, prompt } = createPrompt();
        const next = vi.fn();
        segmentation.onDisposeObservable.add(next);
        prompt.addPoint(32);
        segmentation.onDisposeObservable.notifyObservers();
        expect(next).toHaveBeenCalledOnce();
        expect(questions[0].signal.aborted).toBe(true);
        expect(prompt.answer).toBeNull();
        questions[0].resolve(improved);
        await Promise.allSettled([Promise.resolve()]);
        expect(prompt.answer).toBeNull();
        expect(() => prompt.addPoint(32)).toThrow(/disposed/);
        await expect(prompt.commitAsync()).rejects.toMatchObject({ kind: "disposed" });
        prompt.dispose();
        // Observers are removed after the notification that they are in.
        await vi.waitFor(() => {
            expect(segmentation.onHierarchyChangedObservable.hasObservers()).toBe(false);
            expect(segmentation.onCriterionChangedObservable.hasObservers()).toBe(false);
        });
    });
});
