import type { PixelBox } from "./resizeImage";

/** A position in an image, in pixels. */
export interface GridPoint {
    readonly x: number;
    readonly y: number;
}

/**
 * Creates the points of a regular grid over a part of an image that lie in its foreground, row by row. The outermost
 * points are half a cell from the border.
 *
 * @param foreground [height, width] of the whole image, nonzero in the foreground; null when all of the image is
 * @param backgroundStep in the background, every `backgroundStep`-th row and column of points is kept; 0 keeps none
 * @param coarseFirst sorts the points by level: every fourth row and column, every second, then the others
 */
export function CreatePointGrid(
    [left, top, width, height]: PixelBox,
    perSide: number,
    foreground: { readonly data: ArrayLike<number>; readonly width: number } | null,
    backgroundStep: number,
    coarseFirst: boolean,
): GridPoint[] {
    const points: (GridPoint & { level: number })[] = [];
    for (let row = 0; row < perSide; row++) {
        for (let column = 0; column < perSide; column++) {
            const x = left + ((column + 0.5) * width) / perSide;
            const y = top + ((row + 0.5) * height) / perSide;
            const isForeground =
                foreground === null || foreground.data[Math.floor(y) * foreground.width + Math.floor(x)] !== 0;
            const half = backgroundStep >> 1;
            if (
                isForeground ||
                (backgroundStep > 0 && column % backgroundStep === half && row % backgroundStep === half)
            ) {
                const level = [4, 2, 1].findIndex((step) => column % step === 0 && row % step === 0);
                points.push({ x, y, level });
            }
        }
    }
    if (coarseFirst) {
        points.sort((a, b) => a.level - b.level); // stable: row by row within a level
    }
    return points.map(({ x, y }) => ({ x, y }));
}
