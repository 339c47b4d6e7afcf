/** Rows of pixels per time slice. */
const ROWS_PER_CHUNK = 128;

/**
 * Finds colors and opacities from the same picture on black and on white, whatever the blending wrote as opacity.
 *
 * @param onBlack [height, width, 4] from the bottom row up
 * @param onWhite like `onBlack`
 * @param image [height, width, 4] receives straight-alpha colors, from the top row down
 */
export async function SeparateOpacityAsync(
    onBlack: Uint8Array,
    onWhite: Uint8Array,
    width: number,
    image: Uint8ClampedArray,
): Promise<void> {
    const height = image.length / (4 * width);
    for (let row = 0; row < height; row++) {
        let from = 4 * width * (height - 1 - row);
        for (let to = 4 * width * row; to < 4 * width * (row + 1); to += 4, from += 4) {
            // The background shows through by as much as the two differ.
            let through = 0;
            for (let c = 0; c < 3; c++) {
                through += (onWhite[from + c] - onBlack[from + c]) / 3;
            }
            const opacity = 255 - Math.max(0, through);
            for (let c = 0; c < 3; c++) {
                image[to + c] = opacity > 0 ? (255 * onBlack[from + c]) / opacity : 0;
            }
            image[to + 3] = opacity;
        }
        if (row % ROWS_PER_CHUNK === ROWS_PER_CHUNK - 1) {
            await new Promise((resolve) => setTimeout(resolve));
        }
    }
}
