import { type Coroutine, RunCoroutineAsync, RunCoroutineSync } from "../../compute/base/coroutine";
import type { Pacer } from "../../compute/base/pacer";
import { type CartesianTree, CartesianTreeCoroutine } from "../../compute/hierarchy/cut/cartesianTree";
import { type Dendrogram, NEVER_MERGED } from "../../compute/hierarchy/cut/dendrogram";
import { PartAdjacency } from "./partAdjacency";
import { FIRST_HUE, PaletteColors, type PartPalette, STEP_COUNT } from "./partPalette";
import { TouchingParts } from "./touchingParts";

/** The smallest difference in hue between the two sides of a split, in degrees. */
const MIN_HUE_STEP = 24;
/** The difference in hue between components, which never merge, in degrees: the golden angle. */
const GOLDEN_ANGLE = 137.508;

/** The number of parts up to which touching parts get different colors. */
const MAX_DISTINCT_PARTS = 1024;
/** The number of merges per time slice. */
const MERGES_PER_CHUNK = 1 << 15;

/**
 * Creates colors of parts that stay as granularity changes: a part has the color of its first order index. When it
 * splits, the first side keeps its color, and the other gets one with a hue near it, nearer the deeper the split. The
 * hues of a part's descendants share an arc of the color wheel by the square roots of their sizes (Tennekes and de
 * Jonge 2014, "Tree Colors"). Of the first 1024 parts, those that touch differ by at least 15 (CIEDE2000) if there is
 * such a color: the hue, then the lightness, is changed until they do.
 *
 * @param positions [n, 3] of the leaves; null allows similar colors of parts that touch
 * @returns [n] the color of the part that starts at each order index, sRGB bytes with red lowest
 */
export function CreatePartStartColors(
    dendrogram: Dendrogram,
    positions: Float32Array | null,
    palette: PartPalette = "full",
): Uint32Array<ArrayBuffer> {
    return RunCoroutineSync(colorsCoroutine(dendrogram, positions, palette));
}

/** Creates the colors of {@link CreatePartStartColors} in time slices. @param tree the dendrogram's, if it exists */
export async function CreatePartStartColorsAsync(
    dendrogram: Dendrogram,
    positions: Float32Array | null,
    palette: PartPalette,
    pacer: Pick<Pacer, "yieldIfDueAsync">,
    tree: CartesianTree | null = null,
): Promise<Uint32Array<ArrayBuffer>> {
    return await RunCoroutineAsync(colorsCoroutine(dendrogram, positions, palette, tree), pacer);
}

function* colorsCoroutine(
    dendrogram: Dendrogram,
    positions: Float32Array | null,
    palette: PartPalette,
    existingTree: CartesianTree | null = null,
): Coroutine<Uint32Array<ArrayBuffer>> {
    const { rank, leafCount, componentCount } = dendrogram;
    const tree = existingTree ?? (yield* CartesianTreeCoroutine(rank));
    const hue = new Float32Array(leafCount);
    const arc = new Float32Array(leafCount);
    const step = new Uint8Array(leafCount);
    const paletteColors = new PaletteColors(palette);
    const touching =
        positions && leafCount > 0
            ? new TouchingParts(yield* PartAdjacency.CreateCoroutine(dendrogram, positions, MAX_DISTINCT_PARTS))
            : null;
    /** Changes the color of a part that splits off another one, unless it differs enough from its neighbors. */
    const distinguish = (start: number, end: number, kept: number): void => {
        const neighbors = touching?.split(start, end) ?? null;
        if (neighbors) {
            const others = neighbors.map((index) => paletteColors.lab(step[index], hue[index]));
            [hue[start], step[start]] = paletteColors.nearest(
                hue[start],
                step[start],
                kept < 0 ? -1 : step[kept],
                others,
            );
        }
    };
    tree.roots.forEach(({ start, end }, component) => {
        hue[start] = FIRST_HUE + component * GOLDEN_ANGLE;
        arc[start] = 360;
        step[start] = component % STEP_COUNT;
        distinguish(start, end, -1);
    });
    yield;

    // From the last merge to the first: the order in which splits become visible.
    const gapOfRank = new Uint32Array(leafCount - componentCount);
    for (let i = 0; i < leafCount; i++) {
        if (rank[i] !== NEVER_MERGED) {
            gapOfRank[rank[i]] = i;
        }
    }
    for (let r = gapOfRank.length - 1; r >= 0; r--) {
        const gap = gapOfRank[r];
        const kept = tree.start[gap];
        const keptShare = Math.sqrt(gap - kept);
        const splitShare = Math.sqrt(tree.end[gap] - gap);
        const shared = arc[kept];
        arc[kept] = (shared * keptShare) / (keptShare + splitShare);
        arc[gap] = shared - arc[kept];
        hue[gap] = hue[kept] + Math.max(arc[kept], MIN_HUE_STEP);
        // Another step than that of the side that keeps its color, and not the same one at each of its splits.
        step[gap] = (step[kept] + 1 + (r % (STEP_COUNT - 1))) % STEP_COUNT;
        distinguish(gap, tree.end[gap], kept);
        if (r % MERGES_PER_CHUNK === 0 || gapOfRank.length - r < MAX_DISTINCT_PARTS) {
            yield;
        }
    }
    const colors = new Uint32Array(leafCount);
    for (let i = 0; i < leafCount; i++) {
        colors[i] = paletteColors.packed(step[i], hue[i]);
    }
    return colors;
}
