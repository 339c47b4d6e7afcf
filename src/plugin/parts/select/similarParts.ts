import { CutAtCount } from "../../../compute/hierarchy/cut/partition";
import type { LeafInterval } from "../model/leafInterval";
import type { PartTree } from "../model/partTree";

/** Options of `FindSimilarParts`. */
export interface SimilarOptions {
    /** The largest distance of similar parts. Default 0.35. */
    maxDistance: number;
    /**
     * Features of the leaves, [n, channels] unit vectors, if available (hierarchies do not keep theirs). Null compares
     * appearance: mean color, size and extents. Default null.
     */
    features: Float32Array | null;
}

/** The defaults of {@link SimilarOptions}. */
export const DEFAULT_SIMILAR_OPTIONS: Readonly<SimilarOptions> = { maxDistance: 0.35, features: null };

/** A part that is similar to another. */
export interface SimilarPart extends LeafInterval {
    /** The distance by {@link SimilarParts.compared}; 0 for the same. */
    readonly distance: number;
}

/** The result of `FindSimilarParts`. */
export interface SimilarParts {
    /** The compared properties: the mean feature, or the mean color, the size and the extents. */
    readonly compared: "features" | "look";
    /** The most similar first; includes the part itself if it is one of the cut. */
    readonly parts: readonly SimilarPart[];
}

/**
 * Finds the parts of a cut that are similar to a part.
 *
 * With features, the distance is that of the mean features, normalized to length 1. Without, it is the largest of: the
 * distance of the mean colors (RGB 0..1); a third of the difference of the logarithms of the sizes; and a third of the
 * largest difference of the logarithms of the extents (standard deviations along the principal axes, so rotated parts
 * are similar). A distance of 0.35 is a size or an extent that is 2.9 times as large.
 *
 * @param count the number of parts of the cut
 */
export function FindSimilarParts(
    tree: PartTree,
    count: number,
    part: LeafInterval,
    options: Partial<SimilarOptions> = {},
): SimilarParts {
    const { maxDistance, features } = { ...DEFAULT_SIMILAR_OPTIONS, ...options };
    const { starts, partCount } = CutAtCount(tree.dendrogram, count);
    const found: SimilarPart[] = [];
    const distanceTo = features ? featureDistanceTo(tree, part, features) : lookDistanceTo(tree, part);
    for (let p = 0; p < partCount; p++) {
        const other = { start: starts[p], end: starts[p + 1] };
        const distance = distanceTo(other);
        if (distance <= maxDistance) {
            found.push({ ...other, distance });
        }
    }
    found.sort((a, b) => a.distance - b.distance || a.start - b.start);
    return { compared: features ? "features" : "look", parts: found };
}

/** Returns the distance from a part by mean features. */
function featureDistanceTo(
    { hierarchy, dendrogram }: PartTree,
    part: LeafInterval,
    features: Float32Array,
): (other: LeafInterval) => number {
    const channels = features.length / hierarchy.leafCount;
    const mean = ({ start, end }: LeafInterval): Float64Array => {
        const sum = new Float64Array(channels);
        for (let i = start; i < end; i++) {
            for (let c = 0, from = channels * dendrogram.order[i]; c < channels; c++) {
                sum[c] += features[from + c];
            }
        }
        const length = Math.hypot(...sum) || 1;
        return sum.map((value) => value / length);
    };
    const reference = mean(part);
    return (other) => Math.hypot(...mean(other).map((value, c) => value - reference[c]));
}

/** The appearance of a part. */
interface Look {
    /** Mean RGB, 0..1. */
    readonly color: readonly number[];
    readonly size: number;
    /** Standard deviations along the principal axes, descending. */
    readonly extents: readonly number[];
}

/** Returns the distance from a part by appearance. */
function lookDistanceTo(tree: PartTree, part: LeafInterval): (other: LeafInterval) => number {
    const reference = lookOf(tree, part);
    // A lower bound of extents, since flat parts have one of about 0.
    const minExtent = 0.05 * reference.extents[0] || 1e-6;
    return (other) => {
        const sizeDistance = Math.abs(Math.log((other.end - other.start) / reference.size)) / 3;
        if (sizeDistance > 10) {
            return sizeDistance;
        }
        const look = lookOf(tree, other);
        const ratio = (a: number, b: number): number =>
            Math.abs(Math.log(Math.max(a, minExtent) / Math.max(b, minExtent)));
        return Math.max(
            Math.hypot(...look.color.map((value, c) => value - reference.color[c])),
            sizeDistance,
            ...look.extents.map((extent, a) => ratio(extent, reference.extents[a]) / 3),
        );
    };
}

function lookOf({ hierarchy, dendrogram }: PartTree, { start, end }: LeafInterval): Look {
    const { positions, colors } = hierarchy;
    const size = end - start;
    const color = [0, 0, 0];
    const center = [0, 0, 0];
    for (let i = start; i < end; i++) {
        for (let a = 0; a < 3; a++) {
            color[a] += colors[3 * dendrogram.order[i] + a] / (255 * size);
            center[a] += positions[3 * dendrogram.order[i] + a] / size;
        }
    }
    // Covariance: xx, yy, zz, xy, xz, yz.
    const c = [0, 0, 0, 0, 0, 0];
    for (let i = start; i < end; i++) {
        const p = 3 * dendrogram.order[i];
        const x = positions[p] - center[0];
        const y = positions[p + 1] - center[1];
        const z = positions[p + 2] - center[2];
        [x * x, y * y, z * z, x * y, x * z, y * z].forEach((value, j) => {
            c[j] += value / size;
        });
    }
    return { color, size, extents: eigenvalues(c).map((value) => Math.sqrt(Math.max(value, 0))) };
}

/** Returns the eigenvalues of a symmetric 3 x 3 matrix, descending (Smith 1961). */
function eigenvalues([xx, yy, zz, xy, xz, yz]: readonly number[]): [number, number, number] {
    const mean = (xx + yy + zz) / 3;
    const p = Math.sqrt(
        ((xx - mean) ** 2 + (yy - mean) ** 2 + (zz - mean) ** 2 + 2 * (xy * xy + xz * xz + yz * yz)) / 6,
    );
    if (p < 1e-12 * Math.max(mean, 1e-300)) {
        return [mean, mean, mean];
    }
    const [a, b, d] = [(xx - mean) / p, (yy - mean) / p, (zz - mean) / p];
    const [e, f, g] = [xy / p, xz / p, yz / p];
    const half = (a * (b * d - g * g) - e * (e * d - g * f) + f * (e * g - b * f)) / 2;
    const angle = Math.acos(Math.min(Math.max(half, -1), 1)) / 3;
    const first = mean + 2 * p * Math.cos(angle);
    const last = mean + 2 * p * Math.cos(angle + (2 * Math.PI) / 3);
    return [first, 3 * mean - first - last, last];
}
