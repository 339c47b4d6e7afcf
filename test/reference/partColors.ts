import type { PartColorSettings } from "../../src/compute/gpu/partColors";
import type { Dendrogram } from "../../src/compute/hierarchy/dendrogram";

type Color = [number, number, number];

const unpack = (packed: number): Color => [
    (packed & 255) / 255,
    ((packed >> 8) & 255) / 255,
    ((packed >> 16) & 255) / 255,
];
const mix = (a: number, b: number, t: number): number => a * (1 - t) + b * t;
const luma = ([r, g, b]: Color): number => 0.299 * r + 0.587 * g + 0.114 * b;

/** The slow twin of the kernels partStartsTiles, partStartsTotals and partColors. Returns [n, 4] bytes, a leaf each. */
export function PartColors(
    { order, rank }: Dendrogram,
    headColors: Uint32Array,
    originalColors: Uint8Array,
    settings: PartColorSettings,
): Uint8Array {
    const bytes = new Uint8Array(4 * order.length);
    let start = 0;
    order.forEach((leaf, place) => {
        start = rank[place] >= settings.closed ? place : start;
        const original = [...originalColors.subarray(3 * leaf, 3 * leaf + 3)].map((value) => value / 255) as Color;
        const light = mix(1, 0.5 + 0.6 * luma(original), settings.shading);
        let color = unpack(headColors[start]).map((value, c) =>
            mix(original[c], value * light, settings.partShare),
        ) as Color;
        const isSelected = place >= settings.selectedStart && place < settings.selectedEnd;
        if (settings.selectedEnd > settings.selectedStart && !isSelected) {
            const grey = luma(color);
            color = color.map((value) => mix(value, grey, settings.dimming) * (1 - 0.6 * settings.dimming)) as Color;
        }
        if (place >= settings.hoveredStart && place < settings.hoveredEnd) {
            color = color.map((value) => mix(value, 1, settings.highlight)) as Color;
        }
        color.forEach((value, c) => {
            bytes[4 * leaf + c] = Math.floor(0.5 + 255 * Math.min(Math.max(value, 0), 1));
        });
        bytes[4 * leaf + 3] = 255;
    });
    return bytes;
}
