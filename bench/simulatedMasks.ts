import type { Mask, ViewMasks } from "../src/compute/masks/maskSet";
import { RunLengthMask } from "../src/compute/masks/runLengthMask";

/** A tree of parts. */
export interface PartNode {
    /** The index of the parent; -1 for the root. Parents come before their children. */
    readonly parent: number;
    /** The depth in the tree; 0 for the root. */
    readonly depth: number;
}

/** Faults of simulated masks. */
export interface MaskNoise {
    /** The share of dropped masks. */
    readonly missing: number;
    /** The share of masks that are merged with an adjacent sibling. */
    readonly merged: number;
    /** The maximum number of pixels by which a mask grows or shrinks; half for small masks. */
    readonly growth: number;
}

/** The default of {@link SimulateMasks}. */
export const DEFAULT_MASK_NOISE: MaskNoise = { missing: 0.3, merged: 0.1, growth: 2 };

const LEAST_PIXELS = 20;
const SMALL_PIXELS = 300;

/**
 * Simulates the masks that a segmentation model might find of a known tree of parts. Views disagree on the levels that
 * they show: per view, the root and each node above the groups have a mask with probability 0.5, and each group draws a
 * random set of tree depths, with masks of all its nodes at these. Each mask is then randomly dropped, merged with an
 * adjacent sibling, grown or shrunk. Masks below 20 pixels are dropped.
 *
 * @param nodes the tree
 * @param groups [nodes] the group of each node; -1 for inner nodes above the groups
 * @param ids [h, w] leaf node at each pixel, -1 for none
 */
export function SimulateMasks(
    nodes: readonly PartNode[],
    groups: readonly number[],
    ids: Int32Array,
    width: number,
    height: number,
    random: () => number,
    { missing, merged, growth }: MaskNoise = DEFAULT_MASK_NOISE,
): ViewMasks {
    const draw = (keep: (node: number) => boolean): Uint8Array => {
        const inside = nodes.map((_, node) => keep(node));
        return Uint8Array.from(ids, (id) => (id >= 0 && inside[id] ? 1 : 0));
    };
    const isWithin = (node: number, ancestor: number): boolean => {
        for (let at = node; at >= 0; at = nodes[at].parent) {
            if (at === ancestor) {
                return true;
            }
        }
        return false;
    };
    const chosen: number[] = [];
    const groupSet = new Set(groups.filter((group) => group >= 0));
    nodes.forEach((_, node) => {
        if (groups[node] < 0 && random() < 0.5) {
            chosen.push(node);
        }
    });
    for (const group of groupSet) {
        const members = nodes.map((_, node) => node).filter((node) => isWithin(node, group));
        const depths = [...new Set(members.map((node) => nodes[node].depth))];
        let kept = depths.filter(() => random() < 0.65);
        if (kept.length === 0) {
            kept = [depths[Math.floor(random() * depths.length)]];
        }
        chosen.push(...members.filter((node) => kept.includes(nodes[node].depth)));
    }
    const masks: Mask[] = [];
    for (const node of chosen) {
        if (random() < missing) {
            continue;
        }
        let bitmap = draw((leaf) => isWithin(leaf, node));
        if (random() < merged && nodes[node].parent >= 0) {
            const near = grow(bitmap, width, height);
            const siblings = nodes
                .map((_, other) => other)
                .filter((other) => other !== node && nodes[other].parent === nodes[node].parent)
                .filter((other) => ids.some((id, p) => near[p] === 1 && id >= 0 && isWithin(id, other)));
            if (siblings.length > 0) {
                const sibling = siblings[Math.floor(random() * siblings.length)];
                bitmap = draw((leaf) => isWithin(leaf, node) || isWithin(leaf, sibling));
            }
        }
        const most = sum(bitmap) < SMALL_PIXELS ? growth / 2 : growth;
        const steps = Math.round((2 * random() - 1) * most);
        for (let step = 0; step < Math.abs(steps); step++) {
            bitmap = steps > 0 ? grow(bitmap, width, height) : shrink(bitmap, width, height);
        }
        if (sum(bitmap) >= LEAST_PIXELS) {
            masks.push({ region: RunLengthMask.FromBitmap(bitmap, width, height), predictedIou: 1, stability: 1 });
        }
    }
    return { masks };
}

function sum(bitmap: Uint8Array): number {
    return bitmap.reduce((total, value) => total + value, 0);
}

function grow(bitmap: Uint8Array, width: number, height: number): Uint8Array {
    return bitmap.map((value, p) => {
        const x = p % width;
        const left = x > 0 ? bitmap[p - 1] : 0;
        const right = x < width - 1 ? bitmap[p + 1] : 0;
        const above = p >= width ? bitmap[p - width] : 0;
        const below = p < width * (height - 1) ? bitmap[p + width] : 0;
        return value | left | right | above | below;
    });
}

function shrink(bitmap: Uint8Array, width: number, height: number): Uint8Array {
    const outside = bitmap.map((value) => 1 - value);
    return grow(outside, width, height).map((value) => 1 - value);
}
