import { type Coroutine, RunCoroutineAsync, RunCoroutineSync } from "../../compute/base/coroutine";
import { PackOklch } from "../../compute/base/oklab";
import type { Pacer } from "../../compute/base/pacer";
import { type CartesianTree, CartesianTreeCoroutine } from "../../compute/hierarchy/cut/cartesianTree";
import { type Dendrogram, NEVER_MERGED } from "../../compute/hierarchy/cut/dendrogram";

/** Hue of the first part, in degrees of Oklch: a blue. */
const FIRST_HUE = 255;
/** Hues of a part and of the one that splits off it are at least so far apart, however deep in the tree, in degrees. */
const MIN_HUE_STEP = 24;
/** Lightness of neighbors differs in steps, so that parts can be told apart without seeing hue, and in gray. */
const LIGHTNESS = [0.72, 0.88, 0.58, 0.8, 0.65];
const CHROMA = 0.14;
/** A component that never merges starts at the golden angle from the one before. */
const GOLDEN_ANGLE = 137.508;

/**
 * Lightness of the color-blind-safe palette. Its hues lie on the line from blue to yellow, which people with too few red or green cones see as
 * others do; those without blue cones have these steps, which are wider than above.
 */
const SAFE_LIGHTNESS = [0.45, 0.9, 0.6, 0.77, 0.32];
const SAFE_BLUE = 262;
const SAFE_YELLOW = 98;

/** Places between two chances for a pause: a few milliseconds. */
const PLACES_PER_CHUNK = 1 << 15;

/** The parts' colors: all hues, or such as differ for color-blind eyes, too. */
export type PartPalette = "full" | "colorBlindSafe";

/**
 * Colors of parts that stay as granularity changes: a part has the color of its first place. When it splits, the first of the two keeps its
 * color, and the other gets one whose hue is near, and nearer the deeper the split (the idea of Tennekes & de Jonge 2014, "Tree Colors").
 * The hues of a part's offspring share an arc of the color wheel by the square roots of their sizes, so that crumbs take up little of it.
 *
 * @returns [n] for each place the color of the part that starts there, sRGB bytes with red lowest
 */
export function CreatePartStartColors(dendrogram: Dendrogram, palette: PartPalette = "full"): Uint32Array<ArrayBuffer> {
    return RunCoroutineSync(build(dendrogram, palette));
}

/** As {@link CreatePartStartColors}, in time slices. @param tree of the dendrogram, where there is one already */
export async function CreatePartStartColorsAsync(
    dendrogram: Dendrogram,
    palette: PartPalette,
    pacer: Pick<Pacer, "yieldIfDueAsync">,
    tree: CartesianTree | null = null,
): Promise<Uint32Array<ArrayBuffer>> {
    return await RunCoroutineAsync(build(dendrogram, palette, tree), pacer);
}

/** Yields every few ten thousand places. */
function* build(
    { rank, leafCount, componentCount }: Dendrogram,
    palette: PartPalette,
    known: CartesianTree | null = null,
): Coroutine<Uint32Array<ArrayBuffer>> {
    const tree = known ?? (yield* CartesianTreeCoroutine(rank));
    const hue = new Float32Array(leafCount);
    const arc = new Float32Array(leafCount);
    const step = new Uint8Array(leafCount);
    tree.roots.forEach(({ start }, component) => {
        hue[start] = FIRST_HUE + component * GOLDEN_ANGLE;
        arc[start] = 360;
        step[start] = component % LIGHTNESS.length;
    });
    yield;

    // From the last merge to the first: as splits become visible.
    const gapOfRank = new Uint32Array(leafCount - componentCount);
    for (let place = 0; place < leafCount; place++) {
        if (rank[place] !== NEVER_MERGED) {
            gapOfRank[rank[place]] = place;
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
        if (r % PLACES_PER_CHUNK === 0) {
            yield;
        }
    }
    // Whole degrees from a table: a million conversions would take a second.
    const table = palette === "full" ? LIGHTNESS.map(FullCircle) : SAFE_LIGHTNESS.map(BlueToYellow);
    const colors = new Uint32Array(leafCount);
    for (let place = 0; place < leafCount; place++) {
        colors[place] = table[step[place]][Math.round(hue[place]) % 360];
    }
    return colors;
}

/** @returns [360] */
function FullCircle(lightness: number): Uint32Array {
    return Uint32Array.from({ length: 360 }, (_, degrees) => PackOklch(lightness, CHROMA, degrees));
}

/** The circle folded onto the line from blue (at the first hue) to yellow (opposite), by way of gray. @returns [360] */
function BlueToYellow(lightness: number): Uint32Array {
    return Uint32Array.from({ length: 360 }, (_, degrees) => {
        const yellowness = 1 - Math.abs(((degrees - FIRST_HUE + 360) % 360) - 180) / 90; // -1 at the first hue, 1 opposite
        return PackOklch(lightness, CHROMA * Math.abs(yellowness), yellowness < 0 ? SAFE_BLUE : SAFE_YELLOW);
    });
}
