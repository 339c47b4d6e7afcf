/** Scores of a mask. */
export interface MaskScores {
    readonly predictedIou: number;
    readonly stability: number;
}

/**
 * Reads the table that segment-anything's script writes into a folder of masks: a line of names, and one line of
 * numbers for each mask.
 *
 * @returns the scores by the id of the mask, which is the name of its image; lines without them are left out
 */
export function ReadMaskTable(bytes: Uint8Array): Map<string, MaskScores> {
    const [names, ...rows] = new TextDecoder()
        .decode(bytes)
        .split(/\r?\n/)
        .map((line) => line.split(",").map((field) => field.trim()));
    const columns = ["id", "predicted_iou", "stability_score"].map((name) => names.indexOf(name));
    const scores = new Map<string, MaskScores>();
    for (const row of columns.includes(-1) ? [] : rows) {
        const [id, iou, stability] = columns.map((column) => row[column] ?? "");
        if (id !== "" && iou !== "" && stability !== "" && Number.isFinite(Number(iou) + Number(stability))) {
            scores.set(id, { predictedIou: Number(iou), stability: Number(stability) });
        }
    }
    return scores;
}
