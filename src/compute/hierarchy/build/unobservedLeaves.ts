import { KdTree } from "../../algorithms/kdTree";
import type { MergeList } from "../../algorithms/mergeList";
import type { CaptureGeometry } from "../../views/capture";
import { BorderWeight, type LabelPrior } from "../priors/structurePriors";
import { UNSEEN, type ViewObservation } from "./observations";

/** Seen leaves among which a hidden one chooses. */
const CANDIDATES = 8;
/** What distance counts where neither color nor direction differ, as {@link SuperpointOptions.cueFloor}. */
const CUE_FLOOR = 0.05;

/** The leaves parted into those that some view sees and those that none does: insides, and faces that touch others. */
export interface LeafVisibility {
    /** Leaves that are seen, ascending. */
    readonly seen: Uint32Array;
    /** The others, ascending. */
    readonly hidden: Uint32Array;
}

/** Parts leaves by whether any view sees them. */
export function SplitByVisibility(leafCount: number, observations: readonly ViewObservation[]): LeafVisibility {
    const isSeen = new Uint8Array(leafCount);
    for (const { cells } of observations) {
        for (let i = 0; i < leafCount; i++) {
            isSeen[i] |= cells[i] === UNSEEN ? 0 : 1;
        }
    }
    const all = Uint32Array.from({ length: leafCount }, (_, i) => i);
    return { seen: all.filter((i) => isSeen[i] === 1), hidden: all.filter((i) => isSeen[i] === 0) };
}

/** What the views say about some of the leaves. */
export function SelectObservations(observations: readonly ViewObservation[], leaves: Uint32Array): ViewObservation[] {
    return observations.map((view) => {
        const cells = new Uint16Array(leaves.length);
        for (let i = 0; i < leaves.length; i++) {
            cells[i] = view.cells[leaves[i]];
        }
        return { ...view, cells };
    });
}

/** The rows [k, 3] of some of the leaves. */
export function SelectRows<T extends Float32Array | Uint8Array>(values: T, leaves: Uint32Array): T {
    const selected = values.slice(0, 3 * leaves.length) as T;
    for (let i = 0; i < leaves.length; i++) {
        for (let a = 0; a < 3; a++) {
            selected[3 * i + a] = values[3 * leaves[i] + a];
        }
    }
    return selected;
}

/**
 * The seen leaf that each hidden one goes with: of the nearest, the one that is near and like it in color and in the surface's direction.
 *
 * @param colors [n, 3] sRGB 0..1
 * @param priors of the n leaves: a border between two counts as a difference in color does
 * @returns [hidden] a seen leaf each
 */
export function AssignUnobservedLeaves(
    { positions, normals }: Pick<CaptureGeometry, "positions" | "normals">,
    colors: Float32Array,
    { seen, hidden }: LeafVisibility,
    priors: readonly LabelPrior[] = [],
): Uint32Array {
    const tree = new KdTree(SelectRows(positions, seen));
    const { indices, squaredDistances } = tree.nearest(SelectRows(positions, hidden), CANDIDATES);
    const hosts = new Uint32Array(hidden.length);
    for (let h = 0; h < hidden.length; h++) {
        const a = 3 * hidden[h];
        let best = Infinity;
        for (let c = CANDIDATES * h; c < CANDIDATES * (h + 1) && indices[c] >= 0; c++) {
            const b = 3 * seen[indices[c]];
            const color = Math.hypot(
                colors[a] - colors[b],
                colors[a + 1] - colors[b + 1],
                colors[a + 2] - colors[b + 2],
            );
            const crease = normals
                ? 1 -
                  Math.abs(normals[a] * normals[b] + normals[a + 1] * normals[b + 1] + normals[a + 2] * normals[b + 2])
                : 0;
            const border = BorderWeight(priors, hidden[h], seen[indices[c]]);
            const cost = Math.sqrt(squaredDistances[c]) * (CUE_FLOOR + color + crease + border);
            if (cost < best) {
                best = cost;
                hosts[h] = seen[indices[c]];
            }
        }
    }
    return hosts;
}

/** Merges of the seen leaves, numbered among themselves, as merges of all leaves: before them each hidden leaf joins its host, at height 0. */
export function ExpandMerges(merges: MergeList, { seen, hidden }: LeafVisibility, hosts: Uint32Array): MergeList {
    const start = hidden.length;
    const first = new Uint32Array(start + merges.first.length);
    const second = new Uint32Array(first.length);
    const height = new Float64Array(first.length);
    first.set(hosts);
    second.set(hidden);
    for (let m = 0; m < merges.first.length; m++) {
        first[start + m] = seen[merges.first[m]];
        second[start + m] = seen[merges.second[m]];
        height[start + m] = merges.height[m];
    }
    return { leafCount: seen.length + start, first, second, height };
}
