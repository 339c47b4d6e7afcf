import { DescribeValue } from "../base/jsonNode";
import { UltrametricError } from "../base/ultrametricError";
import { RunLengthMask } from "./runLengthMask";

/** Crossings of edges with columns, and filled pixels, for each pixel of the image, which bounds the work. */
const MAX_WORK_PER_PIXEL = 8;
/** Coordinates beyond this are no positions in an image. */
const MAX_COORDINATE = 1e7;

/**
 * Draws polygons as one mask: pixels whose centers lie within a polygon, by the even-odd rule for a polygon that
 * crosses itself, within any of several. Parts outside of the image are cut off.
 *
 * @param polygons x and y of each corner in turn, in pixels from the top left edge of the image
 * @returns an empty mask for polygons without area, or outside of the image
 * @throws UltrametricError "input" for coordinates that are not finite or far away, and for more corners than the image
 * has room for
 */
export function PolygonMask(polygons: readonly ArrayLike<number>[], width: number, height: number): RunLengthMask {
    const bitmap = new Uint8Array(width * height);
    const work = { left: MAX_WORK_PER_PIXEL * (width * height + 65_536) };
    for (const polygon of polygons) {
        addCrossings(polygon, width, work).forEach((rows, column) => {
            rows.sort((a, b) => a - b);
            for (let i = 0; i + 1 < rows.length; i += 2) {
                const start = Math.max(Math.ceil(rows[i] - 0.5), 0);
                const end = Math.min(Math.ceil(rows[i + 1] - 0.5), height);
                spend(work, Math.max(end - start, 0), polygon);
                for (let row = start; row < end; row++) {
                    bitmap[row * width + column] = 1;
                }
            }
        });
    }
    return RunLengthMask.FromBitmap(bitmap, width, height);
}

/** Returns the rows at which the edges of a polygon cross the centers of each column. */
function addCrossings(polygon: ArrayLike<number>, width: number, work: { left: number }): number[][] {
    const crossings: number[][] = [];
    const corners = polygon.length >> 1;
    for (let i = 0; i < polygon.length; i++) {
        if (!(typeof polygon[i] === "number" && Math.abs(polygon[i]) <= MAX_COORDINATE)) {
            throw new UltrametricError(
                "input",
                `Coordinate ${i} of a polygon is ${DescribeValue(polygon[i])}; it must be a number of pixels.`,
            );
        }
    }
    for (let i = 0; i < corners; i++) {
        const j = (i + 1) % corners;
        const [x0, y0, x1, y1] = [polygon[2 * i], polygon[2 * i + 1], polygon[2 * j], polygon[2 * j + 1]];
        const first = Math.max(Math.ceil(Math.min(x0, x1) - 0.5), 0);
        const end = Math.min(Math.ceil(Math.max(x0, x1) - 0.5), width);
        spend(work, Math.max(end - first, 0) + 1, polygon);
        for (let column = first; column < end; column++) {
            crossings[column] ??= [];
            crossings[column].push(y0 + ((column + 0.5 - x0) / (x1 - x0)) * (y1 - y0));
        }
    }
    return crossings;
}

function spend(work: { left: number }, amount: number, polygon: ArrayLike<number>): void {
    work.left -= amount;
    if (work.left < 0) {
        throw new UltrametricError(
            "input",
            `A mask of polygons (this one has ${polygon.length >> 1} corners) has more detail or overlap than its ` +
                "image has room for; simplify it.",
        );
    }
}
