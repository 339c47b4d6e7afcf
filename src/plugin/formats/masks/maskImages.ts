import { UltrametricError } from "../../../compute/base/ultrametricError";
import { RunLengthMask } from "../../../compute/masks/runLengthMask";
import { DecodePngToLabels, type LabelImage } from "../base/pngImage";

/** Labels and colors of one image, beyond which it is taken for a picture. */
const MAX_LABELS = 4096;
const MAX_COLORS = 1024;
/** Runs of one label image, beyond which it is taken for noise. */
const MAX_RUNS = 20_000_000;
/** The label of borders in palette images of the VOC dataset. */
const VOID_LABEL = 255;

/**
 * Reads a label image: the pixels of each value other than 0 are one mask. Value 255 of a palette image is the border
 * of the VOC dataset, and no mask.
 *
 * @returns masks in the order of their labels, of the image's size
 * @throws UltrametricError "input" for a malformed file, or one with too many values, such as a photo
 */
export function ReadLabelImage(bytes: Uint8Array, file: string): RunLengthMask[] {
    const image = DecodePngToLabels(bytes, file);
    const { width, height, data, kind } = image;
    const runs = new Map<number, number[]>();
    /** The end of the last run of each label, column-major. */
    const ends = new Map<number, number>();
    let runCount = 0;
    for (let x = 0, at = 0; x < width; x++) {
        for (let y = 0; y < height; ) {
            const label = data[y * width + x];
            const start = at;
            while (y < height && data[y * width + x] === label) {
                y++;
                at++;
            }
            if (label === 0 || (kind === "palette" && label === VOID_LABEL)) {
                continue;
            }
            let counts = runs.get(label);
            if (counts === undefined) {
                checkLabels(image, runs.size + 1, file);
                counts = [];
                runs.set(label, counts);
            }
            const end = ends.get(label) ?? 0;
            if (start === end && counts.length > 0) {
                counts[counts.length - 1] += at - start;
            } else {
                counts.push(start - end, at - start);
                if (++runCount > MAX_RUNS) {
                    throw pictureError(file, `more than ${MAX_RUNS} runs of labels`);
                }
            }
            ends.set(label, at);
        }
    }
    return [...runs]
        .sort(([a], [b]) => a - b)
        .map(([label, counts]) =>
            RunLengthMask.FromCounts([...counts, width * height - ends.get(label)!], width, height),
        );
}

/**
 * Reads an image of one mask: pixels of at least half of its largest value are inside.
 *
 * @throws UltrametricError "input" for a malformed file
 */
export function ReadBinaryImage(bytes: Uint8Array, file: string): RunLengthMask {
    const { width, height, data, kind } = DecodePngToLabels(bytes, file);
    const values = kind === "color" ? data.map((c) => Math.max(c >> 16, (c >> 8) & 255, c & 255)) : data;
    const most = values.reduce((a, b) => Math.max(a, b), 0);
    return RunLengthMask.FromBitmap(
        values.map((value) => (most > 0 && 2 * value >= most ? 1 : 0)),
        width,
        height,
    );
}

function checkLabels({ kind }: LabelImage, count: number, file: string): void {
    if (count > (kind === "color" ? MAX_COLORS : MAX_LABELS)) {
        throw pictureError(file, `more than ${count - 1} ${kind === "color" ? "colors" : "values"}`);
    }
}

function pictureError(file: string, what: string): UltrametricError {
    return new UltrametricError(
        "input",
        `${file} has ${what}; a label image has one value for each mask. It may be a picture or depth.`,
    );
}
