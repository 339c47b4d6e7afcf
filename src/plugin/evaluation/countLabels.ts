/** Returns [labels] the number of pixels of each label; -1 (unlabeled) is not counted. */
export function CountLabels(labels: Int32Array): Uint32Array {
    let maxLabel = -1;
    for (let p = 0; p < labels.length; p++) {
        maxLabel = Math.max(maxLabel, labels[p]);
    }
    const areas = new Uint32Array(maxLabel + 1);
    for (let p = 0; p < labels.length; p++) {
        if (labels[p] >= 0) {
            areas[labels[p]]++;
        }
    }
    return areas;
}
