import type { EdgeList } from "../../src/compute/algorithms/edgeList";
import type { PersistenceCriterion } from "../../src/compute/algorithms/watershed";
import { ReferenceForest } from "./spanningForest";

interface Side {
    readonly leaves: readonly number[];
    /** Altitudes of the merges within the side. */
    readonly altitudes: readonly number[];
    /** The sides of the last merge; null for a leaf. */
    readonly sides: readonly [Side, Side] | null;
}

/**
 * Reference implementation of CreateWatershed: every side of every merge is a list of leaves, from which its attribute
 * is computed.
 *
 * @returns the edges of the forest, and the persistence of each
 */
export function ReferencePersistence(
    edges: EdgeList,
    weights: ArrayLike<number>,
    criterion: PersistenceCriterion,
    leafArea: ArrayLike<number>,
): { edge: number; persistence: number }[] {
    const sideOf: Side[] = Array.from({ length: edges.vertexCount }, (_, i) => ({
        leaves: [i],
        altitudes: [],
        sides: null,
    }));
    /** Altitude of the first merge of a leaf. */
    const born = new Map<number, number>();

    const attribute = ({ leaves, altitudes, sides }: Side, altitude: number): number => {
        if (sides === null) {
            return 0;
        }
        if (altitudes[altitudes.length - 1] === altitude) {
            return Math.max(attribute(sides[0], altitude), attribute(sides[1], altitude));
        }
        switch (criterion) {
            case "area":
                return leaves.reduce((sum, leaf) => sum + leafArea[leaf], 0);
            case "dynamics":
                return altitude - Math.min(...altitudes);
            case "volume":
                return leaves.reduce((sum, leaf) => sum + leafArea[leaf] * (altitude - born.get(leaf)!), 0);
        }
    };

    return ReferenceForest(edges, weights).map((edge) => {
        const altitude = weights[edge];
        const sides: [Side, Side] = [sideOf[edges.from[edge]], sideOf[edges.to[edge]]];
        const persistence = Math.min(attribute(sides[0], altitude), attribute(sides[1], altitude));
        const union: Side = {
            leaves: sides.flatMap((side) => side.leaves),
            altitudes: [...sides.flatMap((side) => side.altitudes), altitude],
            sides,
        };
        for (const leaf of union.leaves) {
            sideOf[leaf] = union;
            born.set(leaf, born.get(leaf) ?? altitude);
        }
        return { edge, persistence };
    });
}
