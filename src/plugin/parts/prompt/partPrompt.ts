import type { Ray } from "@babylonjs/core/Culling/ray.core";
import { Observable } from "@babylonjs/core/Misc/observable";
import type { RunOptions } from "../../../compute/base/progress";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import type { Criterion, SegmentationHierarchy } from "../../../compute/hierarchy/cut/segmentationHierarchy";
import type { LeafInterval } from "../model/leafInterval";
import type { Part } from "../model/part";
import type { CommitOptions } from "../model/partCommits";
import type { PartTree } from "../model/partTree";
import type { SelectionTools } from "../select/selectionTools";
import { CreateAnswer, LadderOf } from "./answerLadder";
import type {
    Notifier,
    PromptAnswer,
    PromptBox,
    PromptInput,
    PromptLeaves,
    PromptPoint,
    PromptSource,
    PromptStroke,
} from "./promptAnswer";
import { type PromptStep, TreeSession } from "./treeSession";

/** The origin of an answer without a {@link PromptSource}. */
const FROM_TREE = "from the tree";

/** A leaf, a position on screen as `scene.pointerX` and `scene.pointerY`, or a ray of the scene. */
export type PromptTarget = number | { readonly x: number; readonly y: number } | Ray;

/** Makes sets of leaves parts of the hierarchy; PartEditor is one. */
export interface PartCommitter {
    /** See PartEditor.commitAsync. */
    commitAsync(target: readonly LeafInterval[], options?: CommitOptions): Promise<Part>;
}

/** The segmentation that a {@link PartPrompt} asks; UltrametricSegmentation is one. */
export interface PromptedSegmentation {
    /** Null without a hierarchy; so are the next two. */
    readonly parts: PartTree | null;
    readonly selectionTools: Pick<SelectionTools, "leafAt"> | null;
    readonly editor: PartCommitter | null;
    readonly onHierarchyChangedObservable: Observable<SegmentationHierarchy | null>;
    readonly onCriterionChangedObservable: Observable<Criterion>;
    readonly onDisposeObservable: Notifier;
}

/**
 * Finds the part that a person means by clicks, strokes and a box, and commits it as a part of the hierarchy.
 *
 *     const prompt = new PartPrompt(segmentation);
 *     prompt.onAnswerObservable.add((answer) => segmentation.selection.replace(answer?.intervals ?? []));
 *     prompt.addPoint({ x: scene.pointerX, y: scene.pointerY });
 *     prompt.addPoint({ x: 200, y: 120 }, false); // not this
 *     const wheel = await prompt.commitAsync("wheel");
 *
 * The tree of parts answers at once, and a {@link source} may improve on it later. Another hierarchy or criterion, also
 * by undoing a commit, clears the input.
 */
export class PartPrompt {
    /** Notified with each other answer; null when there is none any more. */
    public readonly onAnswerObservable = new Observable<PromptAnswer | null>();
    /** Notified when {@link source} failed; the answer of the tree stays. Abortion is no failure. */
    public readonly onSourceFailedObservable = new Observable<Error>();

    private readonly _observers: { remove(defer?: boolean): void }[];
    private _inputs: PromptStep[] = [];
    private _session: TreeSession | null = null;
    private _ladder: readonly PromptLeaves[] = [];
    private _rung = 0;
    private _answer: PromptAnswer | null = null;
    private _source: PromptSource | null = null;
    private _asking: AbortController | null = null;
    private _sourceObserver: { remove(): void } | null = null;
    private _isChosen = false;
    private _isDisposed = false;

    /** @param _segmentation the segmentation whose parts are meant, an UltrametricSegmentation */
    public constructor(private readonly _segmentation: PromptedSegmentation) {
        const { onHierarchyChangedObservable, onCriterionChangedObservable, onDisposeObservable } = _segmentation;
        this._observers = [
            onHierarchyChangedObservable.add(() => this.clear()),
            onCriterionChangedObservable.add(() => this.clear()),
            onDisposeObservable.add(() => this.dispose()),
        ];
    }

    /** The clicks, strokes and the box. */
    public get input(): PromptInput {
        return {
            points: this._inputs.filter((input): input is PromptPoint => "leaf" in input),
            strokes: this._inputs.filter((input): input is PromptStroke => "leaves" in input && "isPositive" in input),
            box: this._inputs.findLast((input): input is PromptBox => !("isPositive" in input)) ?? null,
        };
    }

    /** True if there are no clicks, no strokes and no box. */
    public get isEmpty(): boolean {
        return this._inputs.length === 0;
    }

    /** The answer to the input; null as long as nothing in it says what belongs to the part. */
    public get answer(): PromptAnswer | null {
        return this._answer;
    }

    /** True if {@link source} is looking for a better answer. */
    public get isAsking(): boolean {
        return this._asking !== null;
    }

    /** A second source of answers, which is asked after each change of the input; null for the tree alone. */
    public get source(): PromptSource | null {
        return this._source;
    }

    public set source(value: PromptSource | null) {
        this._sourceObserver?.remove();
        this._sourceObserver = value?.onChangedObservable?.add(() => this._askAgain()) ?? null;
        this._source = value;
        this._update();
    }

    /**
     * Adds a click. Another click on the same leaf replaces it.
     *
     * @param isPositive whether the part has the leaf. Default true
     * @returns whether something was hit
     * @throws UltrametricError "input" without a hierarchy, or for a leaf that it does not have; "disposed"
     */
    public addPoint(at: PromptTarget, isPositive = true): boolean {
        const leaf = this._leafAt(at);
        if (leaf < 0) {
            return false;
        }
        this._inputs = this._inputs.filter((input) => !("leaf" in input && input.leaf === leaf));
        this._add({ leaf, isPositive });
        return true;
    }

    /**
     * Adds the leaves under a brush. Where strokes and clicks disagree, the last one counts.
     *
     * @param isPositive whether the part has the leaves. Default true
     * @returns whether there are leaves
     * @throws UltrametricError "input" without a hierarchy, or for a leaf that it does not have; "disposed"
     */
    public addStroke(leaves: ArrayLike<number>, isPositive = true): boolean {
        const checked = this._checkLeaves(leaves);
        if (checked.length > 0) {
            this._add({ leaves: checked, isPositive });
        }
        return checked.length > 0;
    }

    /**
     * Sets the box around the part in place of the present one.
     *
     * @param leaves the leaves inside
     * @returns whether there are leaves
     * @throws UltrametricError "input" without a hierarchy, or for a leaf that it does not have; "disposed"
     */
    public setBox(leaves: ArrayLike<number>): boolean {
        const checked = this._checkLeaves(leaves);
        if (checked.length > 0) {
            this._inputs = this._inputs.filter((input) => "isPositive" in input);
            this._add({ leaves: checked });
        }
        return checked.length > 0;
    }

    /** Takes back the last click, stroke or box. @returns whether there was one */
    public removeLast(): boolean {
        const removed = this._inputs.pop();
        this._update();
        return removed !== undefined;
    }

    /** Takes back everything. */
    public clear(): void {
        if (!this.isEmpty || this._answer) {
            this._inputs = [];
            this._update();
        }
    }

    /**
     * Returns the answer that the tree would give with one more click, and changes nothing; null without one.
     *
     * @throws UltrametricError as {@link addPoint}
     */
    public preview(at: PromptTarget, isPositive = true): PromptAnswer | null {
        const leaf = this._leafAt(at);
        if (leaf < 0) {
            return null;
        }
        const others = this._inputs.filter((input) => !("leaf" in input && input.leaf === leaf));
        const [ladder, rung] = this._sessionOfTree()!.preview([...others, { leaf, isPositive }]);
        return CreateAnswer(ladder, rung, FROM_TREE);
    }

    /** Makes the next larger (1) or smaller (-1) alternative the answer. @returns whether there is one */
    public step(direction: 1 | -1): boolean {
        const rung = this._rung + direction;
        if (!this._answer || !this._ladder[rung]) {
            return false;
        }
        this._abort();
        this._isChosen = true; // by a person
        if (this._answer.source === FROM_TREE) {
            this._session?.choose(rung);
        }
        this._show(this._ladder, rung, this._answer.source);
        return true;
    }

    /**
     * Makes the answer a part of the hierarchy, as a step of the editor's history; see PartEditor.commitAsync. The input
     * is then empty.
     *
     * @param name of the part. Default: one like those of other parts
     * @throws UltrametricError "input" without an answer; otherwise as PartEditor.commitAsync, and the input stays
     */
    public async commitAsync(name?: string, options: RunOptions = {}): Promise<Part> {
        this._checkUsable();
        const { editor } = this._segmentation;
        if (!this._answer || !editor) {
            throw new UltrametricError("input", "There is no part to commit yet; click on what belongs to it first.");
        }
        this._abort();
        const part = await editor.commitAsync(this._answer.intervals, { name, ...options });
        this.clear();
        return part;
    }

    /** Stops asking, and forgets the input. Safe to call again. */
    public dispose(): void {
        this._isDisposed = true;
        this._abort();
        this._sourceObserver?.remove();
        this._inputs = [];
        this._answer = null;
        this._session = null;
        for (const observer of this._observers.splice(0)) {
            observer.remove(true); // so that the notification that this is called in reaches the next observer
        }
        this.onAnswerObservable.clear();
        this.onSourceFailedObservable.clear();
    }

    private _add(input: PromptStep): void {
        this._inputs.push(input);
        this._update();
    }

    private _update(): void {
        this._abort();
        this._isChosen = false;
        if (this._isDisposed) {
            return;
        }
        const [ladder, rung] = this._ask(this._inputs);
        this._show(ladder, rung, FROM_TREE);
        const { _source: source, _answer: answer } = this;
        if (source && answer) {
            void this._askSourceAsync(source, answer);
        }
    }

    /** Asks the source for a better answer than it gave, which stays until then. */
    private _askAgain(): void {
        if (this._source && this._answer && !this._isChosen) {
            this._abort();
            const [ladder, rung] = this._ask(this._inputs);
            const fromTree = CreateAnswer(ladder, rung, FROM_TREE);
            if (fromTree) {
                void this._askSourceAsync(this._source, fromTree);
            }
        }
    }

    private async _askSourceAsync(source: PromptSource, fromTree: PromptAnswer): Promise<void> {
        const asking = new AbortController();
        this._asking = asking;
        try {
            const answer = await source.answerAsync(this.input, fromTree, asking.signal);
            if (this._asking === asking) {
                this._asking = null;
                if (answer) {
                    const [ladder, rung] = LadderOf(answer);
                    this._show(ladder, rung, answer.source);
                }
            }
        } catch (error) {
            if (this._asking === asking) {
                this._asking = null;
                this.onSourceFailedObservable.notifyObservers(error as Error);
            }
        }
    }

    private _ask(inputs: readonly PromptStep[]): [PromptLeaves[], number] {
        return this._sessionOfTree()?.answer(inputs) ?? [[], 0];
    }

    private _show(ladder: readonly PromptLeaves[], rung: number, source: string): void {
        const before = this._answer;
        this._ladder = ladder;
        this._rung = rung;
        this._answer = CreateAnswer(ladder, rung, source);
        if (before || this._answer) {
            this.onAnswerObservable.notifyObservers(this._answer);
        }
    }

    private _sessionOfTree(): TreeSession | null {
        const { parts } = this._segmentation;
        if (this._session?.parts !== parts) {
            this._session = parts && new TreeSession(parts);
        }
        return this._session;
    }

    private _leafAt(at: PromptTarget): number {
        this._checkUsable();
        return typeof at === "number" ? this._checkLeaves([at])[0] : this._tools().leafAt(at);
    }

    private _tools(): Pick<SelectionTools, "leafAt"> {
        const { selectionTools } = this._segmentation;
        if (!selectionTools) {
            throw new UltrametricError("input", "There is no hierarchy yet whose parts could be meant.");
        }
        return selectionTools;
    }

    private _checkLeaves(leaves: ArrayLike<number>): Uint32Array {
        this._checkUsable();
        const { parts } = this._segmentation;
        if (!parts) {
            throw new UltrametricError("input", "There is no hierarchy yet whose leaves could be meant.");
        }
        for (let i = 0; i < leaves.length; i++) {
            parts.orderIndexOf(leaves[i]); // throws
        }
        return Uint32Array.from(leaves);
    }

    private _checkUsable(): void {
        if (this._isDisposed) {
            throw new UltrametricError(
                "disposed",
                "The prompt or its segmentation has been disposed; create a new one.",
            );
        }
    }

    private _abort(): void {
        this._asking?.abort();
        this._asking = null;
    }
}
