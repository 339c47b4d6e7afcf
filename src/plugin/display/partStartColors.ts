import { Ciede2000, type Lab, PackedToLab } from "../../compute/base/colorDifference";
import { type Coroutine, RunCoroutineAsync, RunCoroutineSync } from "../../compute/base/coroutine";
import { PackOklch } from "../../compute/base/oklab";
import type { Pacer } from "../../compute/base/pacer";
import { type CartesianTree, CartesianTreeCoroutine } from "../../compute/hierarchy/cut/cartesianTree";
import { type Dendrogram, NEVER_MERGED } from "../../compute/hierarchy/cut/dendrogram";
import { PartAdjacency } from "./partAdjacency";

/** The hue of the first part, a blue, in degrees of Oklch. */
const FIRST_HUE = 255;
/** The least difference in hue between a part and the one that splits off it, in degrees. */
const MIN_HUE_STEP = 24;
/** The lightness of the two sides of a split differs, so that they can be told apart in gray. */
const LIGHTNESS = [0.72, 0.88, 0.58, 0.8, 0.65];
const CHROMA = 0.14;
/** The difference in hue between components, which never merge, in degrees: the golden angle. */
const GOLDEN_ANGLE = 137.508;

/**
 * The lightness of the color-blind-safe palette. Its hues lie between blue and yellow, which people without red or
 * green cones see as others do; people without blue cones see these steps, which are wider than those of
 * {@link LIGHTNESS}.
 */
const SAFE_LIGHTNESS = [0.45, 0.9, 0.6, 0.77, 0.32];
const SAFE_BLUE = 262;
const SAFE_YELLOW = 98;

/** The least CIEDE2000 difference between parts that touch. */
const MIN_DIFFERENCE = 15;
/** The number of parts up to which parts that touch are kept different. */
const MAX_DISTINCT_PARTS = 1024;
/** The hues that are tried for a part, by their distance from the one that it would have by itself, in degrees. */
const HUE_OFFSETS = Array.from({ length: 24 }, (_, i) => 15 * Math.ceil(i / 2) * (i % 2 === 0 ? 1 : -1));

/** Order indices per chunk of a time slice. */
const INDICES_PER_CHUNK = 1 << 15;

/** The colors of parts: all hues, or hues that color-blind people tell apart as well. */
export type PartPalette = "full" | "colorBlindSafe";

/**
 * Creates colors of parts that stay as granularity changes: a part has the color of its first order index. When it
 * splits, the first side keeps its color, and the other gets one with a hue near it, nearer the deeper the split. The
 * hues of a part's descendants share an arc of the color wheel by the square roots of their sizes (Tennekes and de
 * Jonge 2014, "Tree Colors"). Of the first 1024 parts, those that touch differ by at least 15 (CIEDE2000) if there is
 * such a color: the hue, then the lightness, is changed until they do.
 *
 * @param positions [n, 3] of the leaves; null leaves touching parts as they come
 * @returns [n] the color of the part that starts at each order index, sRGB bytes with red lowest
 */
export function CreatePartStartColors(
    dendrogram: Dendrogram,
    positions: Float32Array | null,
    palette: PartPalette = "full",
): Uint32Array<ArrayBuffer> {
    return RunCoroutineSync(build(dendrogram, positions, palette));
}

/** Creates the colors of {@link CreatePartStartColors} in time slices. @param tree the dendrogram's, if it exists */
export async function CreatePartStartColorsAsync(
    dendrogram: Dendrogram,
    positions: Float32Array | null,
    palette: PartPalette,
    pacer: Pick<Pacer, "yieldIfDueAsync">,
    tree: CartesianTree | null = null,
): Promise<Uint32Array<ArrayBuffer>> {
    return await RunCoroutineAsync(build(dendrogram, positions, palette, tree), pacer);
}

function* build(
    dendrogram: Dendrogram,
    positions: Float32Array | null,
    palette: PartPalette,
    known: CartesianTree | null = null,
): Coroutine<Uint32Array<ArrayBuffer>> {
    const { rank, leafCount, componentCount } = dendrogram;
    const tree = known ?? (yield* CartesianTreeCoroutine(rank));
    const hue = new Float32Array(leafCount);
    const arc = new Float32Array(leafCount);
    const step = new Uint8Array(leafCount);
    const table = new PaletteTable(palette);
    const touching =
        positions && leafCount > 0
            ? new TouchingParts(yield* PartAdjacency.CreateCoroutine(dendrogram, positions, MAX_DISTINCT_PARTS))
            : null;
    const place = (start: number, end: number, head: number): void => {
        const neighbors = touching?.split(start, end) ?? null;
        if (neighbors) {
            const others = neighbors.map((index) => table.lab(step[index], hue[index]));
            [hue[start], step[start]] = table.nearest(hue[start], step[start], head < 0 ? -1 : step[head], others);
        }
    };
    tree.roots.forEach(({ start, end }, component) => {
        hue[start] = FIRST_HUE + component * GOLDEN_ANGLE;
        arc[start] = 360;
        step[start] = component % LIGHTNESS.length;
        place(start, end, -1);
    });
    yield;

    // From the last merge to the first, which is the order in which splits appear.
    const gapOfRank = new Uint32Array(leafCount - componentCount);
    for (let i = 0; i < leafCount; i++) {
        if (rank[i] !== NEVER_MERGED) {
            gapOfRank[rank[i]] = i;
        }
    }
    for (let r = gapOfRank.length - 1; r >= 0; r--) {
        const gap = gapOfRank[r];
        const head = tree.start[gap];
        const kept = Math.sqrt(gap - head);
        const split = Math.sqrt(tree.end[gap] - gap);
        const shared = arc[head];
        arc[head] = (shared * kept) / (kept + split);
        arc[gap] = shared - arc[head];
        hue[gap] = hue[head] + Math.max(arc[head], MIN_HUE_STEP);
        // Never the step of the head, and not always the same for what splits off one head.
        step[gap] = (step[head] + 1 + (r % (LIGHTNESS.length - 1))) % LIGHTNESS.length;
        place(gap, tree.end[gap], head);
        if (r % INDICES_PER_CHUNK === 0 || gapOfRank.length - r < MAX_DISTINCT_PARTS) {
            yield;
        }
    }
    const colors = new Uint32Array(leafCount);
    for (let i = 0; i < leafCount; i++) {
        colors[i] = table.packed(step[i], hue[i]);
    }
    return colors;
}

/** The colors of a palette, by lightness step and whole degree of hue; a million conversions would take a second. */
class PaletteTable {
    private readonly _colors: Uint32Array[];
    private readonly _labs: (Lab | undefined)[][];

    public constructor(palette: PartPalette) {
        this._colors = palette === "full" ? LIGHTNESS.map(fullCircle) : SAFE_LIGHTNESS.map(blueToYellow);
        this._labs = this._colors.map(() => []);
    }

    public packed(step: number, hue: number): number {
        return this._colors[step][wholeDegrees(hue)];
    }

    public lab(step: number, hue: number): Lab {
        const degrees = wholeDegrees(hue);
        this._labs[step][degrees] ??= PackedToLab(this._colors[step][degrees]);
        return this._labs[step][degrees];
    }

    /**
     * Returns the hue and the step nearest to the given ones that differ enough from all other colors; the most
     * different ones if none do.
     *
     * @param excluded a step that is not taken; -1 for none
     */
    public nearest(hue: number, step: number, excluded: number, others: readonly Lab[]): [hue: number, step: number] {
        let best: [number, number] = [hue, step];
        let bestDifference = -1;
        for (const offset of HUE_OFFSETS) {
            for (let s = 0; s < LIGHTNESS.length; s++) {
                const candidateStep = (step + s) % LIGHTNESS.length;
                if (candidateStep === excluded) {
                    continue;
                }
                const candidate = this.lab(candidateStep, hue + offset);
                let difference = Infinity;
                for (const other of others) {
                    difference = Math.min(difference, Ciede2000(candidate, other));
                    if (difference <= bestDifference) {
                        break;
                    }
                }
                if (difference > bestDifference) {
                    best = [hue + offset, candidateStep];
                    bestDifference = difference;
                }
                if (bestDifference >= MIN_DIFFERENCE) {
                    return best;
                }
            }
        }
        return best;
    }
}

/** The parts that touch each part at the cut at which it appears. */
class TouchingParts {
    /** [parts of the adjacency] the order index that starts the part which holds each now. */
    private readonly _heads: Int32Array;
    private readonly _indexOfStart = new Map<number, number>();

    public constructor(private readonly _adjacency: PartAdjacency) {
        this._heads = new Int32Array(_adjacency.partCount).fill(-1);
        _adjacency.starts.forEach((start, index) => {
            this._indexOfStart.set(start, index);
        });
    }

    /**
     * Splits [start, end) off the part that holds it.
     *
     * @returns the order indices that start the parts which touch it now; null for a part that is too fine
     */
    public split(start: number, end: number): number[] | null {
        const first = this._indexOfStart.get(start);
        const last = this._indexOfStart.get(end);
        if (first === undefined || last === undefined) {
            return null;
        }
        this._heads.fill(start, first, last);
        const heads = this._adjacency.neighborsOf(first, last).map((part) => this._heads[part]);
        return [...new Set(heads)].filter((head) => head >= 0);
    }
}

function wholeDegrees(hue: number): number {
    return ((Math.round(hue) % 360) + 360) % 360;
}

/** Returns [360] colors of all hues. */
function fullCircle(lightness: number): Uint32Array {
    return Uint32Array.from({ length: 360 }, (_, degrees) => PackOklch(lightness, CHROMA, degrees));
}

/** Folds the circle of hues onto the line from blue, the first hue, over gray to yellow. @returns [360] */
function blueToYellow(lightness: number): Uint32Array {
    return Uint32Array.from({ length: 360 }, (_, degrees) => {
        // -1 at the first hue, 1 at the opposite one.
        const yellowness = 1 - Math.abs(((degrees - FIRST_HUE + 360) % 360) - 180) / 90;
        return PackOklch(lightness, CHROMA * Math.abs(yellowness), yellowness < 0 ? SAFE_BLUE : SAFE_YELLOW);
    });
}
