import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { type Criterion, SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { CANVAS_SIZE } from "./browserScene";

/** The merges of the square by each criterion: `distance` joins its lower two and its upper two first, `area` the left two and the right two. */
const MERGES = { distance: [0, 1, 2, 3, 0, 2], area: [0, 2, 1, 3, 0, 1] } as const;

/** Four points at the corners of a square, z up, as seen from the front (negative y): left below, right below, left above, right above. */
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

/** Middle of the canvas, in pixels. */
export const MIDDLE = CANVAS_SIZE / 2;
/** From there to the square's points in a scene of CreateBlackScene, whose camera sees 0.8 radians. */
const OFFSET = Math.round(MIDDLE / (4 * Math.tan(0.4)));

/** Where the points of the square are on the canvas. */
export const PLACES = [
    [MIDDLE - OFFSET, MIDDLE + OFFSET],
    [MIDDLE + OFFSET, MIDDLE + OFFSET],
    [MIDDLE - OFFSET, MIDDLE - OFFSET],
    [MIDDLE + OFFSET, MIDDLE - OFFSET],
] as const;
