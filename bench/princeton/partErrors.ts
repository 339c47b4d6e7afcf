/** Differences of two segmentations of the same faces. All shares are 0..1 and count faces, as in the benchmark. */
export interface PartErrors {
    /** The share of pairs of faces that are in one part in one segmentation and in two in the other. */
    readonly rand: number;
    /** The global consistency error: 0 if one of the two refines the other. */
    readonly globalConsistency: number;
    /** The local consistency error: the same, decided face by face. */
    readonly localConsistency: number;
    /** The mean, over the parts of the second, of the best intersection over union with a part of the first. */
    readonly bestIou: number;
}

/** A segmentation of faces. */
export interface FaceLabels {
    /** [faces] part of each face, 0 .. count - 1. */
    readonly labels: ArrayLike<number>;
    readonly count: number;
}

/** Renumbers the parts of a segmentation from 0, by their first face. */
export function NumberParts(labels: ArrayLike<number>): FaceLabels {
    const names = new Map<number, number>();
    const numbered = Uint32Array.from(labels, (label) => {
        const name = names.get(label) ?? names.size;
        names.set(label, name);
        return name;
    });
    return { labels: numbered, count: names.size };
}

/**
 * Compares two segmentations (Chen, Golovinskiy and Funkhouser 2009, "A Benchmark for 3D Mesh Segmentation"; the
 * consistency errors are those of Martin et al. 2001).
 *
 * @param found of the same faces as `truth`
 */
export function ComparePartitions(found: FaceLabels, truth: FaceLabels): PartErrors {
    const faces = found.labels.length;
    const shared = new Float64Array(found.count * truth.count);
    const foundSizes = new Float64Array(found.count);
    const truthSizes = new Float64Array(truth.count);
    for (let f = 0; f < faces; f++) {
        shared[found.labels[f] * truth.count + truth.labels[f]]++;
        foundSizes[found.labels[f]]++;
        truthSizes[truth.labels[f]]++;
    }
    let pairs = 0;
    let foundOutside = 0;
    let truthOutside = 0;
    let lesserOutside = 0;
    const best = new Float64Array(truth.count);
    for (let s = 0; s < found.count; s++) {
        for (let t = 0; t < truth.count; t++) {
            const both = shared[s * truth.count + t];
            if (both === 0) {
                continue;
            }
            pairs += pairsOf(both);
            const ofFound = 1 - both / foundSizes[s];
            const ofTruth = 1 - both / truthSizes[t];
            foundOutside += both * ofFound;
            truthOutside += both * ofTruth;
            lesserOutside += both * Math.min(ofFound, ofTruth);
            best[t] = Math.max(best[t], both / (foundSizes[s] + truthSizes[t] - both));
        }
    }
    const apart = sumOf(foundSizes, pairsOf) + sumOf(truthSizes, pairsOf) - 2 * pairs;
    return {
        rand: apart / Math.max(pairsOf(faces), 1),
        globalConsistency: Math.min(foundOutside, truthOutside) / faces,
        localConsistency: lesserOutside / faces,
        bestIou: sumOf(best, (iou) => iou) / truth.count,
    };
}

function pairsOf(count: number): number {
    return (count * (count - 1)) / 2;
}

function sumOf(values: Float64Array, map: (value: number) => number): number {
    return values.reduce((sum, value) => sum + map(value), 0);
}
