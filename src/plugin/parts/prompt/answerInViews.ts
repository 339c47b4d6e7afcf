import type { Pacer } from "../../../compute/base/pacer";
import { type Mask, MaskConfidence } from "../../../compute/masks/maskSet";
import type { SamPrompt } from "../../sam/samSession";
import { type LeafInterval, LeavesOfIntervals, SizeOfIntervals } from "../model/leafInterval";
import type { PartTree } from "../model/partTree";
import { CreateAnswer } from "./answerLadder";
import { CompleteSeenSet } from "./completedSet";
import type { PromptAnswer, PromptInput, PromptLeaves } from "./promptAnswer";
import { PositionInView, type PromptView, UNSEEN_PIXEL } from "./promptView";
import type { ViewMasker } from "./viewMasker";

/** The largest number of points that a stroke gives as a prompt. */
const STROKE_POINTS = 4;
/** The weight of the agreement with the tree beside the confidence of a mask, when it is chosen. */
const TREE_WEIGHT = 0.5;
/** A mask in another view counts from this intersection over union with what the first view says on. */
const LEAST_AGREEMENT = 0.5;
/** The weight of the view that the person looks at; that of another view is at most 1. */
const FIRST_WEIGHT = 1.5;
/** The fewest leaves in another view that make a prompt there. */
const LEAST_SEEN = 8;
/** Two sets are alternatives if their intersection over union is at most this. */
const MOST_ALIKE = 0.9;
/** The depth behind the view's, in tolerances, up to which a click is on the surface that the view shows. */
const CLICK_SLACK = 8;

/** The views that answer clicks, and how. */
export interface ViewsOfClicks {
    readonly parts: PartTree;
    readonly masker: ViewMasker;
    /** The view that the person looks at, prepared. */
    readonly current: PromptView;
    /** Returns prepared views from other sides of some leaves. */
    readonly othersAsync: (leaves: Uint32Array) => Promise<readonly PromptView[]>;
    /** The largest difference to a view's depth at which a leaf is visible, world units. */
    readonly depthTolerance: number;
}

/** A set that a mask stands for. */
interface Candidate {
    readonly votes: Float32Array;
    readonly intervals: LeafInterval[];
    readonly size: number;
    readonly score: number;
    readonly confidence: number;
    readonly followsTree: boolean;
}

/**
 * Answers clicks by masks of views: the view that the person looks at says which of its leaves are meant, the tree
 * completes the set on the other sides, and views from there correct it.
 *
 * @returns null if the view shows none of the clicks inside, or the masker finds nothing
 */
export async function AnswerInViewsAsync(
    input: PromptInput,
    fromTree: PromptAnswer,
    { parts, masker, current, othersAsync, depthTolerance }: ViewsOfClicks,
    pacer: Pacer,
): Promise<PromptAnswer | null> {
    const { positions } = parts.hierarchy;
    const clicks = clicksOf(input);
    const prompt = promptIn(current, positions, clicks, input, CLICK_SLACK * depthTolerance);
    if (!prompt) {
        return null;
    }
    const marks = clicks.map(({ leaf, isPositive }) => ({ orderIndex: parts.orderIndexOf(leaf), isPositive }));
    const treeSets = [fromTree, fromTree.smaller, fromTree.larger].filter((set) => set !== null);
    const masks = await masker.predictAsync(current, prompt);
    const candidates: Candidate[] = [];
    for (const mask of masks) {
        await pacer.yieldIfDueAsync();
        const votes = votesOf(parts, current, mask, FIRST_WEIGHT);
        const ious = treeSets.map(({ intervals }) => seenIou(votes, intervals));
        const followsTree = ious[0] >= LEAST_AGREEMENT;
        const confidence = MaskConfidence(mask);
        const agreement = Math.max(...ious.map((iou, i) => (i === 0 ? iou : 0.8 * iou)));
        const tree = followsTree ? flagsOf(votes.length, fromTree.intervals) : null;
        const intervals = CompleteSeenSet(parts.merges, { votes, fromTree: tree, clicks: marks });
        const size = SizeOfIntervals(intervals);
        if (size > 0) {
            const score = confidence + TREE_WEIGHT * agreement;
            candidates.push({ votes, intervals, size, score, confidence, followsTree });
        }
    }
    if (candidates.length === 0) {
        return null;
    }
    const best = candidates.reduce((a, b) => (b.score > a.score ? b : a));
    const others = await othersAsync(LeavesOfIntervals(parts.dendrogram.order, best.intervals));
    let viewCount = 1;
    for (const view of others) {
        await pacer.yieldIfDueAsync();
        viewCount += Number(await addVotesAsync(view, best, clicks, parts, masker, depthTolerance));
    }
    let { intervals } = best;
    if (viewCount > 1) {
        const tree = best.followsTree ? flagsOf(best.votes.length, fromTree.intervals) : null;
        intervals = CompleteSeenSet(parts.merges, { votes: best.votes, fromTree: tree, clicks: marks });
    }
    const answer: PromptLeaves = { intervals, size: SizeOfIntervals(intervals), confidence: best.confidence };
    return ladderAround(
        answer,
        [
            ...candidates.filter((candidate) => candidate !== best),
            ...treeSets.map((set) => ({ ...set, confidence: set.confidence / 2 })),
        ],
        `from ${masker.name}, ${viewCount} ${viewCount === 1 ? "view" : "views"}`,
    );
}

/** Adds the votes of a view from another side, which is asked for what the set looks like there. */
async function addVotesAsync(
    view: PromptView,
    { votes, intervals }: Candidate,
    clicks: readonly Click[],
    parts: PartTree,
    masker: ViewMasker,
    depthTolerance: number,
): Promise<boolean> {
    const { order } = parts.dendrogram;
    const { width } = view.view.camera;
    const pixels: number[] = [];
    for (const { start, end } of intervals) {
        for (let i = start; i < end; i++) {
            const pixel = view.pixelOfLeaf[order[i]];
            if (pixel !== UNSEEN_PIXEL) {
                pixels.push(pixel);
            }
        }
    }
    if (pixels.length < LEAST_SEEN) {
        return false;
    }
    const xs = Float32Array.from(pixels, (pixel) => pixel % width).sort();
    const ys = Float32Array.from(pixels, (pixel) => Math.floor(pixel / width)).sort();
    // Without the outermost hundredths, which may be leaves of the wrong side of a border.
    const [low, high] = [Math.floor(0.01 * pixels.length), Math.ceil(0.99 * pixels.length) - 1];
    const box = [xs[low], ys[low], xs[high] - xs[low] + 1, ys[high] - ys[low] + 1] as const;
    const middle = innermost(pixels, width, xs[pixels.length >> 1], ys[pixels.length >> 1]);
    const points = [{ x: (middle % width) + 0.5, y: Math.floor(middle / width) + 0.5, inside: true }];
    for (const { leaf, isPositive } of clicks) {
        const at = isPositive
            ? null
            : PositionInView(view, parts.hierarchy.positions, leaf, CLICK_SLACK * depthTolerance);
        if (at) {
            points.push({ ...at, inside: false });
        }
    }
    let bestVotes: Float32Array | null = null;
    let bestIou = LEAST_AGREEMENT;
    for (const mask of await masker.predictAsync(view, { points, box: [...box] })) {
        const other = votesOf(parts, view, mask, 1);
        const iou = seenIou(other, intervals);
        if (iou >= bestIou) {
            bestVotes = other;
            bestIou = iou;
        }
    }
    if (!bestVotes) {
        return false;
    }
    for (let i = 0; i < votes.length; i++) {
        votes[i] += bestIou * bestVotes[i];
    }
    return true;
}

/** A leaf of a click or of a stroke. */
interface Click {
    readonly leaf: number;
    readonly isPositive: boolean;
}

function clicksOf({ points, strokes }: PromptInput): Click[] {
    const ofStrokes = strokes.flatMap(({ leaves, isPositive }) => {
        const count = Math.min(STROKE_POINTS, leaves.length);
        return Array.from({ length: count }, (_, i) => ({
            leaf: leaves[Math.floor(((i + 0.5) * leaves.length) / count)],
            isPositive,
        }));
    });
    return [...ofStrokes, ...points];
}

/** Returns the clicks and the box as a prompt in a view; null if it shows nothing of what belongs to the part. */
function promptIn(
    view: PromptView,
    positions: Float32Array,
    clicks: readonly Click[],
    { box }: PromptInput,
    slack: number,
): SamPrompt | null {
    const points = clicks.flatMap(({ leaf, isPositive }) => {
        const at = PositionInView(view, positions, leaf, slack);
        return at ? [{ ...at, inside: isPositive }] : [];
    });
    const { width } = view.view.camera;
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const leaf of box?.leaves ?? []) {
        const pixel = view.pixelOfLeaf[leaf];
        if (pixel !== UNSEEN_PIXEL) {
            const [x, y] = [pixel % width, Math.floor(pixel / width)];
            [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
        }
    }
    const hasBox = right >= left;
    return points.some(({ inside }) => inside) || hasBox
        ? { points, ...(hasBox && { box: [left, top, right - left + 1, bottom - top + 1] }) }
        : null;
}

/** Returns the [n] votes of a mask by order index: plus or minus the weight for leaves that the view shows. */
function votesOf({ dendrogram }: PartTree, view: PromptView, { region }: Mask, weight: number): Float32Array {
    const { order } = dendrogram;
    const bitmap = region.toBitmap();
    const votes = new Float32Array(order.length);
    for (let i = 0; i < order.length; i++) {
        const pixel = view.pixelOfLeaf[order[i]];
        if (pixel !== UNSEEN_PIXEL) {
            votes[i] = bitmap[pixel] ? weight : -weight;
        }
    }
    return votes;
}

/** Returns the intersection over union of what votes say and a set, over the leaves with votes. */
function seenIou(votes: Float32Array, intervals: readonly LeafInterval[]): number {
    let inside = 0;
    for (const vote of votes) {
        inside += Number(vote > 0);
    }
    let shared = 0;
    let size = 0;
    for (const { start, end } of intervals) {
        for (let i = start; i < end; i++) {
            shared += Number(votes[i] > 0);
            size += Number(votes[i] !== 0);
        }
    }
    const union = inside + size - shared;
    return union > 0 ? shared / union : 0;
}

/** Returns the pixel nearest to the middle of all. */
function innermost(pixels: readonly number[], width: number, x: number, y: number): number {
    const distance = (pixel: number): number => ((pixel % width) - x) ** 2 + (Math.floor(pixel / width) - y) ** 2;
    return pixels.reduce((a, b) => (distance(b) < distance(a) ? b : a));
}

/** Returns an answer between the next smaller and the next larger of other sets. */
function ladderAround(answer: PromptLeaves, others: readonly PromptLeaves[], source: string): PromptAnswer {
    const differs = (set: PromptLeaves): boolean => {
        const ratio = set.size / answer.size;
        return Math.min(ratio, 1 / ratio) <= MOST_ALIKE;
    };
    const sets = others
        .filter((set) => set.size > 0 && differs(set))
        .map(({ intervals, size, confidence }) => ({ intervals, size, confidence }));
    const smaller = sets.filter(({ size }) => size < answer.size).sort((a, b) => b.size - a.size)[0];
    const larger = sets.filter(({ size }) => size > answer.size).sort((a, b) => a.size - b.size)[0];
    const ladder = [smaller, answer, larger].filter((set) => set !== undefined);
    return CreateAnswer(ladder, ladder.indexOf(answer), source)!;
}

function flagsOf(count: number, intervals: readonly LeafInterval[]): Uint8Array {
    const flags = new Uint8Array(count);
    for (const { start, end } of intervals) {
        flags.fill(1, start, end);
    }
    return flags;
}
