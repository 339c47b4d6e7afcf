/** Smaller true masks, in pixels, are ignored. */
const MIN_PIXELS = 20;

/** Returns the pixels of the true masks that count, by id. */
export function TrueMasks(truth: Int32Array): Map<number, number[]> {
    const pixels = new Map<number, number[]>();
    for (let p = 0; p < truth.length; p++) {
        if (truth[p] !== 0) {
            const list = pixels.get(truth[p]);
            if (list) {
                list.push(p);
            } else {
                pixels.set(truth[p], [p]);
            }
        }
    }
    for (const [id, list] of pixels) {
        if (list.length < MIN_PIXELS) {
            pixels.delete(id);
        }
    }
    return pixels;
}
