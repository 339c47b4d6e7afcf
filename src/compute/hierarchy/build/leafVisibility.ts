import { UNSEEN, type ViewObservation } from "./observations";

/** The leaves that some view observes, and the others: the inside of objects, and faces that touch other faces. */
export interface LeafVisibility {
    /** Leaves that some view with masks sees, ascending. */
    readonly observed: Uint32Array;
    /** The other leaves, ascending. */
    readonly unobserved: Uint32Array;
}

/** Splits the leaves by whether any view sees them. */
export function SplitByVisibility(leafCount: number, observations: readonly ViewObservation[]): LeafVisibility {
    const isObserved = new Uint8Array(leafCount);
    for (const { cells } of observations) {
        for (let i = 0; i < leafCount; i++) {
            isObserved[i] |= cells[i] === UNSEEN ? 0 : 1;
        }
    }
    let count = 0;
    for (let i = 0; i < leafCount; i++) {
        count += isObserved[i];
    }
    const observed = new Uint32Array(count);
    const unobserved = new Uint32Array(leafCount - count);
    for (let i = 0, o = 0, u = 0; i < leafCount; i++) {
        if (isObserved[i] === 1) {
            observed[o++] = i;
        } else {
            unobserved[u++] = i;
        }
    }
    return { observed, unobserved };
}

/** Returns the observations of some of the leaves, which ascend; shares them if these are all leaves. */
export function SelectObservations(observations: readonly ViewObservation[], leaves: Uint32Array): ViewObservation[] {
    return observations.map((view) => {
        if (leaves.length === view.cells.length) {
            return view;
        }
        const cells = new Uint16Array(leaves.length);
        for (let i = 0; i < leaves.length; i++) {
            cells[i] = view.cells[leaves[i]];
        }
        return { ...view, cells };
    });
}

/** Returns the rows of some of the leaves, [n, 3] -> [leaves, 3]. */
export function SelectRows<T extends Float32Array | Uint8Array>(values: T, leaves: Uint32Array): T {
    const selected = values.slice(0, 3 * leaves.length) as T;
    for (let i = 0; i < leaves.length; i++) {
        for (let a = 0; a < 3; a++) {
            selected[3 * i + a] = values[3 * leaves[i] + a];
        }
    }
    return selected;
}
