import { CreateTrainingViews, type TrainingViews } from "../../src/compute/fields/feature/trainingViews";
import type { MaskSet } from "../../src/compute/masks/maskSet";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import type { View } from "../../src/compute/views/capture";
import { CreateCamera } from "./cameras";
import { RandomMasks } from "./randomMasks";

/**
 * Creates a view along -z from the world's origin of a bumpy surface at depths of 2 to 3; a share `holes` of its pixels
 * has no depth.
 */
export function BumpyView(random: () => number, width: number, height: number, holes = 0.2): View {
    return {
        name: "bumpy",
        camera: CreateCamera(width, { height, position: [0, 0, 0] }),
        image: new Uint8Array(4 * width * height),
        depth: Float32Array.from({ length: width * height }, () => (random() < holes ? 0 : 2 + random())),
    };
}

/** Creates training views of random surfaces with random masks. @param masks number of masks of each view */
export function RandomTrainingViews(
    random: () => number,
    masks: readonly number[],
    width = 40,
    height = 30,
): TrainingViews {
    const views = masks.map(() => BumpyView(random, width, height));
    const sets: MaskSet = { views: masks.map((count) => ({ masks: RandomMasks(random, count, width, height) })) };
    return CreateTrainingViews({ views }, sets);
}

/** Creates training views of one flat square with masks of its four quarters and of its left and right half. */
export function QuarteredSquare(views = 3, size = 32): TrainingViews {
    const half = size / 2;
    const mask = (
        holds: (x: number, y: number) => boolean,
    ): { region: RunLengthMask; predictedIou: 1; stability: 1 } => ({
        region: RunLengthMask.FromBitmap(
            Uint8Array.from({ length: size * size }, (_, p) => (holds(p % size, Math.floor(p / size)) ? 1 : 0)),
            size,
            size,
        ),
        predictedIou: 1,
        stability: 1,
    });
    const masks = [
        mask((x) => x < half),
        mask((x) => x >= half),
        ...[0, 1, 2, 3].map((q) => mask((x, y) => x >= half === (q & 1) > 0 && y >= half === q > 1)),
    ];
    const view: View = {
        name: "square",
        camera: CreateCamera(size, { position: [0, 0, 0] }),
        image: new Uint8Array(4 * size * size),
        depth: new Float32Array(size * size).fill(2),
    };
    const all = Array.from({ length: views }, () => view);
    return CreateTrainingViews({ views: all }, { views: all.map(() => ({ masks })) });
}

/** Transposes [n, columns] to [columns, n]. */
export function Transpose(values: ArrayLike<number>, columns: number): Float32Array<ArrayBuffer> {
    const rows = values.length / columns;
    return Float32Array.from({ length: values.length }, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]);
}

/** Returns central differences of a function of an array: d value / d parameters[i] at the given indices. */
export function FiniteDifferences(
    value: (parameters: Float64Array) => number,
    parameters: ArrayLike<number>,
    indices: readonly number[],
    step = 1e-5,
): number[] {
    const moved = Float64Array.from(parameters);
    return indices.map((i) => {
        const before = moved[i];
        moved[i] = before + step;
        const above = value(moved);
        moved[i] = before - step;
        const below = value(moved);
        moved[i] = before;
        return (above - below) / (2 * step);
    });
}
