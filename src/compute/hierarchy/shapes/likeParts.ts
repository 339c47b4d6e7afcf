import type { Coroutine } from "../../base/coroutine";
import type { CartesianTree } from "../cut/cartesianTree";
import type { Dendrogram } from "../cut/dendrogram";
import { IntervalMoments, type ShapeMoments } from "./intervalMoments";
import { CompareShapes } from "./shapeComparison";
import { ShapeSample } from "./shapeSample";

/** The leaves that {@link FindLikePartsCoroutine} searches, and their tree. */
export interface LikePartsInput {
    /** [n, 3] positions of the leaves. */
    readonly positions: Float32Array;
    /** [n, 3] sRGB bytes. */
    readonly colors: Uint8Array;
    readonly dendrogram: Dendrogram;
    /** The merges of the dendrogram. */
    readonly merges: CartesianTree;
}

/** Options of FindLikePartsAsync. */
export interface LikePartsOptions {
    /**
     * The largest mean distance of a part's surface from the copy's, after the best motion, as a share of the part's
     * radius (root of the mean square distance from its center). Default 0.03.
     */
    maxDistance: number;
    /** The largest distance of the mean colors, in Oklab; 1 lies between black and white. Default 0.15. */
    maxColorDistance: number;
}

/** The defaults of {@link LikePartsOptions}. */
export const DEFAULT_LIKE_PARTS_OPTIONS: Readonly<LikePartsOptions> = { maxDistance: 0.03, maxColorDistance: 0.15 };

/** A part of the same shape as another. */
export interface LikePart {
    /** First order index. */
    readonly start: number;
    /** One past the last order index. */
    readonly end: number;
    /** See {@link LikePartsOptions.maxDistance}; 0 for the part itself. */
    readonly distance: number;
    /** True if it is a mirror image. */
    readonly isMirrored: boolean;
}

/** Leaves of one part that count in first comparisons. */
const MOMENT_LEAVES = 4096;
/** The largest ratio of the numbers of leaves: views see less of one copy than of another. */
const MAX_SIZE_RATIO = 2.5;
/** The largest difference of the logarithms of an extent. */
const MAX_EXTENT_DIFFERENCE = 0.35;
/** Extents below this share of the largest one are thickness or noise. */
const MIN_EXTENT = 0.1;
/** The number of nested nodes of one place that are compared by shape. */
const NESTED = 5;
/** Nested nodes whose sizes differ by less than this share are one. */
const SAME_SIZE = 0.03;
/** The largest number of nodes that are compared by shape: the most promising ones. */
const MAX_COMPARED = 600;
/** The difference of the profiles of two copies that one point each has, as a share of the radius; it falls with more. */
const PROFILE_NOISE = 1;
/** Nested nodes whose distances differ by less than this share of the largest one are equally similar. */
const SAME_DISTANCE = 0.3;
/** A node below this share of its parent is a piece that something else was added to, rather than one on the way. */
const PIECE_SHARE = 0.8;
const PIECE_BONUS = 0.15;
/** Steps of the walk per time slice. */
const NODES_PER_CHUNK = 1 << 12;

interface Candidate {
    readonly start: number;
    readonly end: number;
    readonly difference: number;
}

/**
 * Finds the parts of the same shape and size as a part, in any place, turned or mirrored, at whatever level of the tree
 * they are.
 *
 * First, all nodes of about the same number of leaves are compared by their extents along the principal axes and by
 * their mean color. Then the points of the most promising ones are brought onto those of the part by the best motion.
 * Of nodes that share leaves, the most similar one remains.
 *
 * @param part an interval of the leaf order
 * @returns the most similar first, and the part itself before them; disjoint
 */
export function* FindLikePartsCoroutine(
    input: LikePartsInput,
    part: { readonly start: number; readonly end: number },
    options: Partial<LikePartsOptions> = {},
): Coroutine<LikePart[]> {
    const { maxDistance, maxColorDistance } = { ...DEFAULT_LIKE_PARTS_OPTIONS, ...options };
    const { positions, dendrogram } = input;
    const { order } = dendrogram;
    const own: LikePart = { start: part.start, end: part.end, distance: 0, isMirrored: false };
    const candidates = yield* findCandidates(input, part, maxColorDistance);
    const sample = new ShapeSample(positions, order.subarray(part.start, part.end));
    const compared: LikePart[] = [];
    if (!(sample.radius > 0)) {
        return [own];
    }
    for (const { start, end } of candidates) {
        yield;
        const other = new ShapeSample(positions, order.subarray(start, end));
        const noise = PROFILE_NOISE / Math.sqrt(other.profilePoints);
        if (profileDifference(sample, other) > maxDistance + noise) {
            continue;
        }
        const { distance, isMirrored } = CompareShapes(sample, other);
        if (distance <= maxDistance) {
            compared.push({ start, end, distance, isMirrored });
        }
    }
    return [own, ...disjointOf(compared, own, SAME_DISTANCE * maxDistance)];
}

/** Takes the most similar parts that share no leaves; of nested ones that are about as similar, the largest. */
function disjointOf(compared: readonly LikePart[], own: LikePart, slack: number): LikePart[] {
    const sorted = [...compared].sort((a, b) => a.distance - b.distance || a.start - b.start || a.end - b.end);
    const isApart = (a: LikePart, b: LikePart): boolean => a.end <= b.start || a.start >= b.end;
    const found: LikePart[] = [];
    for (const like of sorted) {
        if (found.some((other) => !isApart(like, other))) {
            continue;
        }
        const around = sorted.filter(
            (other) =>
                other.start <= like.start &&
                other.end >= like.end &&
                other.distance <= like.distance + slack &&
                isApart(other, own) &&
                found.every((taken) => isApart(other, taken)),
        );
        found.push(around.reduce((a, b) => (b.end - b.start > a.end - a.start ? b : a)));
    }
    return found.sort((a, b) => a.distance - b.distance || a.start - b.start);
}

/** Finds the nodes whose extents and colors are near those of a part, the nearest first. */
function* findCandidates(
    { positions, colors, dendrogram, merges }: LikePartsInput,
    part: { readonly start: number; readonly end: number },
    maxColorDistance: number,
): Coroutine<Candidate[]> {
    const { order } = dendrogram;
    const size = part.end - part.start;
    const stride = Math.max(1, Math.floor(size / MOMENT_LEAVES));
    const reference = new IntervalMoments(positions, colors, order, part.start, part.end, stride).of(
        part.start,
        part.end,
    );
    const candidates: Candidate[] = [];
    if (!reference) {
        return candidates;
    }
    const largest = MAX_SIZE_RATIO * size;
    const smallest = Math.max(1, size / MAX_SIZE_RATIO);
    let visited = 0;
    const stack = merges.roots.map(({ gap, start, end }) => ({ gap, start, end }));
    for (let node = stack.pop(); node; node = stack.pop()) {
        if (++visited % NODES_PER_CHUNK === 0) {
            yield;
        }
        const { gap, start, end } = node;
        if (end - start < smallest || (end > part.start && start < part.end && end - start <= size)) {
            continue;
        }
        if (end - start <= largest) {
            candidates.push(
                ...candidatesIn(
                    node,
                    { positions, colors, dendrogram, merges },
                    part,
                    reference,
                    stride,
                    maxColorDistance,
                ),
            );
            visited += Math.ceil((end - start) / stride / 4);
        } else if (gap >= 0) {
            stack.push({ gap: merges.left[gap], start, end: gap }, { gap: merges.right[gap], start: gap, end });
        }
    }
    return candidates.sort((a, b) => a.difference - b.difference || a.start - b.start).slice(0, MAX_COMPARED);
}

/** Finds the best candidates among a node and the nodes below it. */
function candidatesIn(
    root: { readonly gap: number; readonly start: number; readonly end: number },
    { positions, colors, dendrogram, merges }: LikePartsInput,
    part: { readonly start: number; readonly end: number },
    reference: ShapeMoments,
    stride: number,
    maxColorDistance: number,
): Candidate[] {
    const smallest = (part.end - part.start) / MAX_SIZE_RATIO;
    const moments = new IntervalMoments(positions, colors, dendrogram.order, root.start, root.end, stride);
    const found: Candidate[] = [];
    const stack = [{ ...root, parentSize: Number.POSITIVE_INFINITY, seenSize: Number.POSITIVE_INFINITY }];
    for (let node = stack.pop(); node; node = stack.pop()) {
        const { gap, start, end } = node;
        const size = end - start;
        if (size < smallest) {
            continue;
        }
        // Long chains of nodes grow by a leaf at a time.
        const isNew = size <= (1 - SAME_SIZE) * node.seenSize;
        const isApart = end <= part.start || start >= part.end;
        const own = isNew && isApart ? moments.of(start, end) : null;
        const difference = own ? compareMoments(reference, own, maxColorDistance) : Number.POSITIVE_INFINITY;
        if (difference <= MAX_EXTENT_DIFFERENCE) {
            found.push({
                start,
                end,
                difference: size < PIECE_SHARE * node.parentSize ? difference - PIECE_BONUS : difference,
            });
        }
        if (gap >= 0) {
            const seenSize = isNew ? size : node.seenSize;
            stack.push(
                { gap: merges.left[gap], start, end: gap, parentSize: size, seenSize },
                { gap: merges.right[gap], start: gap, end, parentSize: size, seenSize },
            );
        }
    }
    found.sort((a, b) => a.difference - b.difference);
    const kept: Candidate[] = [];
    for (const candidate of found) {
        const nested = kept.filter(({ start, end }) => candidate.end > start && candidate.start < end);
        if (nested.length < NESTED) {
            kept.push(candidate);
        }
    }
    return kept;
}

/** Returns the largest difference of the logarithms of the extents; infinite for another color. */
function compareMoments(a: ShapeMoments, b: ShapeMoments, maxColorDistance: number): number {
    if (Math.hypot(...a.color.map((value, i) => value - b.color[i])) > maxColorDistance) {
        return Number.POSITIVE_INFINITY;
    }
    const least = MIN_EXTENT * a.extents[0];
    return Math.max(
        ...a.extents.map((extent, i) => Math.abs(Math.log(Math.max(extent, least) / Math.max(b.extents[i], least)))),
    );
}

/** Returns the mean difference of the distances from the center, as a share of the first part's radius. */
function profileDifference(a: ShapeSample, b: ShapeSample): number {
    return a.profile.reduce((sum, value, i) => sum + Math.abs(value - b.profile[i]), 0) / (a.profile.length * a.radius);
}
