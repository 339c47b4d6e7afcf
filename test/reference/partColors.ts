import type { Dendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import {
    LEAF_HIDDEN,
    LEAF_RECOLORED,
    LEAF_SELECTED,
    type PartColorSettings,
} from "../../src/compute/partColors/leafColors";

type Color = [number, number, number];

const unpack = (packed: number): Color => [
    (packed & 255) / 255,
    ((packed >> 8) & 255) / 255,
    ((packed >> 16) & 255) / 255,
];
const mix = (a: number, b: number, t: number): number => a * (1 - t) + b * t;
const luma = ([r, g, b]: Color): number => 0.299 * r + 0.587 * g + 0.114 * b;

/**
 * Reference implementation of the kernels partStartsTiles, partStartsTotals and partColors. Returns [n, 4] bytes, one
 * row per leaf.
 */
export function PartColors(
    { order, rank }: Dendrogram,
    partStartColors: Uint32Array,
    originalColors: Uint8Array,
    settings: PartColorSettings,
    overrides = new Uint32Array(order.length),
): Uint8Array {
    const bytes = new Uint8Array(4 * order.length);
    let start = 0;
    order.forEach((leaf, place) => {
        start = rank[place] >= settings.cutRank ? place : start;
        if (overrides[leaf] & LEAF_HIDDEN) {
            return;
        }
        const isRecolored = (overrides[leaf] & LEAF_RECOLORED) !== 0;
        const isFlagged = settings.flagged === 1 && (overrides[leaf] & LEAF_SELECTED) !== 0;
        const isSelected = isFlagged || (place >= settings.selectedStart && place < settings.selectedEnd);
        const isDimmed = (settings.flagged === 1 || settings.selectedEnd > settings.selectedStart) && !isSelected;
        const isHovered = place >= settings.hoveredStart && place < settings.hoveredEnd;
        const head = isRecolored ? overrides[leaf] : partStartColors[start];
        if (settings.marks === 1) {
            const marks = [isHovered, isDimmed, isRecolored, isSelected].reduce(
                (sum, is, i) => sum + (is ? 2 ** i : 0),
                0,
            );
            bytes.set([head & 255, (head >> 8) & 255, (head >> 16) & 255, 255 - marks], 4 * leaf);
            return;
        }
        const original = [...originalColors.subarray(3 * leaf, 3 * leaf + 3)].map((value) => value / 255) as Color;
        const light = mix(1, 0.5 + 0.6 * luma(original), settings.shading);
        let color = unpack(head).map((value, c) =>
            mix(original[c], value * light, isRecolored ? 1 : settings.partShare),
        ) as Color;
        if (isDimmed) {
            const gray = luma(color);
            color = color.map((value) => mix(value, gray, settings.dimming) * (1 - 0.6 * settings.dimming)) as Color;
        }
        if (isHovered) {
            color = color.map((value) => mix(value, 1, settings.highlight)) as Color;
        }
        color.forEach((value, c) => {
            bytes[4 * leaf + c] = Math.floor(0.5 + 255 * Math.min(Math.max(value, 0), 1));
        });
        bytes[4 * leaf + 3] = 255;
    });
    return bytes;
}
