import type { EdgeList } from "../../src/compute/algorithms/edgeList";
import type { ViewObservation } from "../../src/compute/hierarchy/build/observations";
import { IsHeld } from "../support/randomObservations";

/** Reference implementation of VoteEdges: every mask of every view is tested for both ends. */
export function ReferenceVotes(edges: EdgeList, observations: readonly ViewObservation[]): number[] {
    return Array.from(edges.from, (a, e) => {
        const b = edges.to[e];
        const shares = observations.flatMap((view) => {
            let apart = 0;
            let all = 0;
            view.confidence.forEach((confidence, mask) => {
                const [holdsA, holdsB] = [IsHeld(view, a, mask), IsHeld(view, b, mask)];
                if (holdsA !== null && holdsB !== null && (holdsA || holdsB)) {
                    all += confidence;
                    apart += holdsA === holdsB ? 0 : confidence;
                }
            });
            return all > 0 ? [apart / all] : [];
        });
        return shares.length > 0 ? shares.reduce((sum, x) => sum + x, 0) / shares.length : 0;
    });
}
