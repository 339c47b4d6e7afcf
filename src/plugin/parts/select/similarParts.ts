import { CutAtCount } from "../../../compute/hierarchy/cut/partition";
import type { LeafInterval } from "../model/leafInterval";
import type { PartTree } from "../model/partTree";

/** Options of {@link FindSimilarParts}. */
export interface SimilarOptions {
    /** Parts up to this distance are similar. Default 0.35. */
    maxDistance: number;
    /**
     * Features of the leaves, [n, channels] unit vectors, where you have them (hierarchies do not keep theirs). Null compares looks: mean color,
     * size and extents. Default null.
     */
    features: Float32Array | null;
}

/** The defaults of {@link SimilarOptions}. */
export const DEFAULT_SIMILAR_OPTIONS: Readonly<SimilarOptions> = { maxDistance: 0.35, features: null };

/** A part that is similar to another. */
export interface SimilarPart extends LeafInterval {
    /** 0 for the same; what it measures is {@link SimilarParts.compared}. */
    readonly distance: number;
}

/** What {@link FindSimilarParts} found. */
export interface SimilarParts {
    /** What was compared: the mean feature where there are features, else the mean color, the size and the extents. */
    readonly compared: "features" | "look";
    /** The most similar first. The part itself is among them if it is one of the cut. */
    readonly parts: readonly SimilarPart[];
}

/**
 * Parts of a cut that are like a part.
 *
 * With features the distance is that of the mean features, both scaled to length 1. Without, it is the largest of: the distance of the mean
 * colors (RGB 0..1); a third of the difference of the logarithms of the number of leaves; and a third of the largest difference of the logarithms
 * of the extents (standard deviations along the principal axes, so that turned parts compare well). All three count how different the parts are as
 * one would say it: 0.35 is a size or an extent 2.9 times as large.
 *
 * @param count number of parts of the cut
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
    const compare = features ? compareFeatures(tree, part, features) : compareLooks(tree, part);
    for (let p = 0; p < partCount; p++) {
        const other = { start: starts[p], end: starts[p + 1] };
        const distance = compare(other);
        if (distance <= maxDistance) {
            found.push({ ...other, distance });
        }
    }
    found.sort((a, b) => a.distance - b.distance || a.start - b.start);
    return { compared: features ? "features" : "look", parts: found };
}

function compareFeatures(
    { hierarchy, dendrogram }: PartTree,
    part: LeafInterval,
    features: Float32Array,
): (other: LeafInterval) => number {
    const channels = features.length / hierarchy.leafCount;
    const mean = ({ start, end }: LeafInterval): Float64Array => {
        const sum = new Float64Array(channels);
        for (let place = start; place < end; place++) {
            for (let c = 0, from = channels * dendrogram.order[place]; c < channels; c++) {
                sum[c] += features[from + c];
            }
        }
        const length = Math.hypot(...sum) || 1;
        return sum.map((value) => value / length);
    };
    const own = mean(part);
    return (other) => Math.hypot(...mean(other).map((value, c) => value - own[c]));
}

interface Look {
    readonly color: readonly number[];
    readonly size: number;
    /** Descending. */
    readonly extents: readonly number[];
}

function compareLooks(tree: PartTree, part: LeafInterval): (other: LeafInterval) => number {
    const own = lookOf(tree, part);
    // Extents below this are equal: flat parts have one of about 0.
    const least = 0.05 * own.extents[0] || 1e-6;
    return (other) => {
        const sizeDistance = Math.abs(Math.log((other.end - other.start) / own.size)) / 3;
        if (sizeDistance > 10) {
            return sizeDistance;
        }
        const look = lookOf(tree, other);
        const ratio = (a: number, b: number): number => Math.abs(Math.log(Math.max(a, least) / Math.max(b, least)));
        return Math.max(
            Math.hypot(...look.color.map((value, c) => value - own.color[c])),
            sizeDistance,
            ...look.extents.map((extent, a) => ratio(extent, own.extents[a]) / 3),
        );
    };
}

function lookOf({ hierarchy, dendrogram }: PartTree, { start, end }: LeafInterval): Look {
    const { positions, colors } = hierarchy;
    const size = end - start;
    const color = [0, 0, 0];
    const center = [0, 0, 0];
    for (let place = start; place < end; place++) {
        for (let a = 0; a < 3; a++) {
            color[a] += colors[3 * dendrogram.order[place] + a] / (255 * size);
            center[a] += positions[3 * dendrogram.order[place] + a] / size;
        }
    }
    // Covariance: xx, yy, zz, xy, xz, yz.
    const c = [0, 0, 0, 0, 0, 0];
    for (let place = start; place < end; place++) {
        const p = 3 * dendrogram.order[place];
        const x = positions[p] - center[0];
        const y = positions[p + 1] - center[1];
        const z = positions[p + 2] - center[2];
        [x * x, y * y, z * z, x * y, x * z, y * z].forEach((value, i) => {
            c[i] += value / size;
        });
    }
    return { color, size, extents: eigenvalues(c).map((value) => Math.sqrt(Math.max(value, 0))) };
}

/** Eigenvalues of a symmetric 3 x 3 matrix, descending (Smith 1961). */
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
