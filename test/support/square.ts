import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { type Criterion, SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { CANVAS_SIZE } from "./browserScene";

/**
 * Merges of the square by each criterion: `distance` first merges the lower and the upper pair, `area` the left and the
 * right pair.
 */
const MERGES = { distance: [0, 1, 2, 3, 0, 2], area: [0, 2, 1, 3, 0, 1] } as const;

/**
 * Creates four points at the corners of a square, z up; from the front (negative y): lower left, lower right, upper
 * left, upper right.
 */
export function CreateSquare(criteria: readonly (keyof typeof MERGES)[] = ["distance"]): SegmentationHierarchy {
    const dendrograms = criteria.map((criterion): [Criterion, ReturnType<typeof CreateDendrogram>] => {
        const [a, b, c, d, e, f] = MERGES[criterion];
        const merges = { leafCount: 4, first: Uint32Array.of(a, c, e), second: Uint32Array.of(b, d, f) };
        return [criterion, CreateDendrogram({ ...merges, height: Float64Array.of(1, 2, 3) })];
    });
    const positions = Float32Array.of(-1, 0, -1, 1, 0, -1, -1, 0, 1, 1, 0, 1);
    const colors = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255);
    return new SegmentationHierarchy("square", positions, colors, new Map(dendrograms));
}

/** The middle of the canvas, in pixels. */
export const MIDDLE = CANVAS_SIZE / 2;
/**
 * The distance from there to the square's points, for the camera of CreateBlackScene with its view angle of 0.8
 * radians.
 */
const OFFSET = Math.round(MIDDLE / (4 * Math.tan(0.4)));

/** The positions of the square's points on the canvas. */
export const PIXELS = [
    [MIDDLE - OFFSET, MIDDLE + OFFSET],
    [MIDDLE + OFFSET, MIDDLE + OFFSET],
    [MIDDLE - OFFSET, MIDDLE - OFFSET],
    [MIDDLE + OFFSET, MIDDLE - OFFSET],
] as const;
