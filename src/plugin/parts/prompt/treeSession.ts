import { PromptTree } from "../../../compute/hierarchy/prompt/promptTree";
import type { PromptCandidate, TreeAnswer, TreeMark } from "../../../compute/hierarchy/prompt/treePrompt";
import { type LeafInterval, NormalizeIntervals, SizeOfIntervals, SubtractIntervals } from "../model/leafInterval";
import type { PartTree } from "../model/partTree";
import type { PromptBox, PromptLeaves, PromptPoint, PromptStroke } from "./promptAnswer";

/** A click, a stroke or a box. */
export type PromptStep = PromptPoint | PromptStroke | PromptBox;

/** The number of leaves of a stroke that the tree is asked about; the others follow from these. */
const ASKED_OF_STROKE = 16;

/** The answers of the tree after an input. */
interface StepState {
    readonly input: PromptStep;
    /** All marks so far. */
    readonly marks: readonly TreeMark[];
    readonly answer: TreeAnswer;
    /** The index of the candidate that counts. */
    rung: number;
}

/** Asks the tree after each input, and keeps its answers, so that one more input costs one more question. */
export class TreeSession {
    private readonly _tree: PromptTree;
    private _states: StepState[] = [];

    public constructor(
        /** The parts that are asked about. */
        public readonly parts: PartTree,
    ) {
        this._tree = new PromptTree(parts.dendrogram, parts.hierarchy.positions, parts.merges);
    }

    /** Returns the sets that may be meant, the smallest first, and the index of the best; none without a positive input. */
    public answer(inputs: readonly PromptStep[]): [ladder: PromptLeaves[], rung: number] {
        this._states = this._follow(inputs);
        return this._ladder(this._states);
    }

    /** Returns what {@link answer} would return, without keeping it. */
    public preview(inputs: readonly PromptStep[]): [ladder: PromptLeaves[], rung: number] {
        return this._ladder(this._follow(inputs));
    }

    /** Makes another set of the last answer the one that the next input changes. */
    public choose(rung: number): void {
        const last = this._states[this._states.length - 1];
        if (last) {
            last.rung = rung;
        }
    }

    private _follow(inputs: readonly PromptStep[]): StepState[] {
        // The clicks refine what a box found, whatever came first.
        const isBox = (input: PromptStep): boolean => !("isPositive" in input);
        const ordered = [...inputs.filter(isBox), ...inputs.filter((input) => !isBox(input))];
        let same = 0;
        while (same < ordered.length && this._states[same]?.input === ordered[same]) {
            same++;
        }
        const states = this._states.slice(0, same);
        for (const input of ordered.slice(same)) {
            states.push(this._next(states[states.length - 1], input));
        }
        return states;
    }

    private _next(before: StepState | undefined, input: PromptStep): StepState {
        const orderIndexOf = (leaf: number): number => this.parts.orderIndexOf(leaf);
        if (!("isPositive" in input)) {
            const answer = this._tree.answerBox(input.leaves.map(orderIndexOf));
            return { input, marks: [], answer, rung: answer.best };
        }
        const { isPositive } = input;
        const added = "leaf" in input ? [input.leaf] : evenly(input.leaves, ASKED_OF_STROKE);
        let marks = before?.marks ?? [];
        let answer: TreeAnswer = before?.answer ?? { candidates: [], best: 0 };
        let rung = before?.rung ?? 0;
        for (const leaf of added) {
            const mark = { orderIndex: orderIndexOf(leaf), isPositive };
            const others = marks.filter(({ orderIndex }) => orderIndex !== mark.orderIndex);
            const next = this._tree.answer(answer.candidates[rung] ?? null, others, mark);
            marks = [...others, mark];
            // A mark that is right already changes nothing, so the alternatives stay.
            if (next.candidates[next.best] !== answer.candidates[rung]) {
                answer = next;
                rung = next.best;
            }
        }
        return { input, marks, answer, rung };
    }

    private _ladder(states: readonly StepState[]): [ladder: PromptLeaves[], rung: number] {
        const last = states[states.length - 1];
        if (!last) {
            return [[], 0];
        }
        const strokes = states.flatMap(({ input }) => ("isPositive" in input && "leaves" in input ? [input] : []));
        const painted = strokes.map(({ leaves, isPositive }) => ({
            intervals: NormalizeIntervals(Array.from(leaves, (leaf) => unit(this.parts.orderIndexOf(leaf)))),
            isPositive,
        }));
        return [last.answer.candidates.map((candidate) => paint(candidate, painted)), last.rung];
    }
}

/** Returns a candidate with the leaves of strokes in or out, as these say. */
function paint(
    { intervals, confidence }: PromptCandidate,
    painted: readonly { readonly intervals: readonly LeafInterval[]; readonly isPositive: boolean }[],
): PromptLeaves {
    let result: readonly LeafInterval[] = intervals;
    for (const stroke of painted) {
        result = stroke.isPositive
            ? NormalizeIntervals(result.concat(stroke.intervals))
            : SubtractIntervals(result, stroke.intervals);
    }
    return { intervals: result, confidence, size: SizeOfIntervals(result) };
}

function unit(start: number): LeafInterval {
    return { start, end: start + 1 };
}

/** Returns `count` values at equal distances, or all if there are fewer. */
function evenly(values: Uint32Array, count: number): number[] {
    const step = Math.max(1, values.length / count);
    return Array.from({ length: Math.min(count, values.length) }, (_, i) => values[Math.floor(i * step)]);
}
