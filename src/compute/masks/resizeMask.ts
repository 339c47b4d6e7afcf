import { RunLengthMask } from "./runLengthMask";

/**
 * Resizes a mask: a pixel is inside when at least half of its area is. Masks of a larger image that are resized to the
 * view are finer than masks generated at the size of the view.
 *
 * The work is of the order of the mask's area at the new size, and the memory that of the new size, whatever the old.
 */
export function ResizeMask(mask: RunLengthMask, width: number, height: number): RunLengthMask {
    if (mask.width === width && mask.height === height) {
        return mask;
    }
    const rowsPerPixel = mask.height / height;
    const columnsPerPixel = mask.width / width;
    const areas = new Float64Array(width * height);
    /** Adds rows y0..y1 of one column of the mask to the areas of one column of the result. */
    const addRows = (column: number, share: number, y0: number, y1: number): void => {
        const last = Math.min(Math.ceil(y1 / rowsPerPixel), height);
        for (let row = Math.floor(y0 / rowsPerPixel); row < last; row++) {
            const covered = Math.min(y1, (row + 1) * rowsPerPixel) - Math.max(y0, row * rowsPerPixel);
            areas[row * width + column] += (share * Math.max(covered, 0)) / rowsPerPixel;
        }
    };
    let start = 0;
    mask.counts.forEach((count, run) => {
        const end = start + count;
        for (let from = start; (run & 1) === 1 && from < end; ) {
            const x = Math.floor(from / mask.height);
            const top = x * mask.height;
            const until = Math.min(end, top + mask.height);
            const last = Math.min(Math.ceil((x + 1) / columnsPerPixel), width);
            for (let column = Math.floor(x / columnsPerPixel); column < last; column++) {
                const covered = Math.min(x + 1, (column + 1) * columnsPerPixel) - Math.max(x, column * columnsPerPixel);
                addRows(column, Math.max(covered, 0) / columnsPerPixel, from - top, until - top);
            }
            from = until;
        }
        start = end;
    });
    return RunLengthMask.FromBitmap(
        areas.map((area) => (area >= 0.5 - 1e-9 ? 1 : 0)),
        width,
        height,
    );
}
