/**
 * Fills the holes of a mask that have fewer than `minArea` pixels, then drops its regions that have fewer; the largest
 * region stays where all are smaller. Regions and holes are 8-connected. Source: segment-anything,
 * remove_small_regions.
 *
 * @param bitmap [height, width], 1 inside; changed in place
 * @returns whether a pixel changed
 */
export function RemoveSmallRegions(bitmap: Uint8Array, width: number, height: number, minArea: number): boolean {
    const holes = labelRegions(bitmap, width, height, 0);
    let isChanged = false;
    const isSmallHole = holes.sizes.map((size) => size < minArea);
    for (let p = 0; p < bitmap.length; p++) {
        if (holes.labels[p] >= 0 && isSmallHole[holes.labels[p]]) {
            bitmap[p] = 1;
            isChanged = true;
        }
    }
    const regions = labelRegions(bitmap, width, height, 1);
    const isKept = regions.sizes.map((size) => size >= minArea);
    if (!isKept.includes(true) && isKept.length > 0) {
        isKept[regions.sizes.indexOf(Math.max(...regions.sizes))] = true;
    }
    for (let p = 0; p < bitmap.length; p++) {
        if (regions.labels[p] >= 0 && !isKept[regions.labels[p]]) {
            bitmap[p] = 0;
            isChanged = true;
        }
    }
    return isChanged;
}

/** Labels the 8-connected regions of pixels with the given value; other pixels get -1. */
function labelRegions(
    bitmap: Uint8Array,
    width: number,
    height: number,
    value: number,
): { labels: Int32Array; sizes: number[] } {
    const labels = new Int32Array(bitmap.length).fill(-1);
    const sizes: number[] = [];
    const stack: number[] = [];
    for (let start = 0; start < bitmap.length; start++) {
        if (bitmap[start] !== value || labels[start] >= 0) {
            continue;
        }
        const label = sizes.length;
        let size = 0;
        labels[start] = label;
        stack.push(start);
        while (stack.length > 0) {
            const p = stack.pop()!;
            const x = p % width;
            const y = (p - x) / width;
            size++;
            for (let v = Math.max(y - 1, 0); v <= Math.min(y + 1, height - 1); v++) {
                for (let u = Math.max(x - 1, 0); u <= Math.min(x + 1, width - 1); u++) {
                    const q = v * width + u;
                    if (bitmap[q] === value && labels[q] < 0) {
                        labels[q] = label;
                        stack.push(q);
                    }
                }
            }
        }
        sizes.push(size);
    }
    return { labels, sizes };
}
