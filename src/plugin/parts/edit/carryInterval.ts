import type { InsertedPart } from "../../../compute/hierarchy/prompt/insertPart";
import type { LeafInterval } from "../model/leafInterval";

/**
 * Returns the interval in the new leaf order of a part of the old one, after InsertPartCoroutine. A part that was
 * divided is the side with most of its leaves.
 *
 * @param isInside [n] 1 at the old order indices of the inserted part
 */
export function CarryInterval(
    { start, end }: LeafInterval,
    isInside: Uint8Array,
    inserted: InsertedPart,
): LeafInterval {
    const { orderIndexOf, joined } = inserted;
    /** The first new order index, and the number, of the leaves outside and inside. */
    const first = [-1, -1];
    const counts = [0, 0];
    for (let i = start; i < end; i++) {
        const side = isInside[i];
        first[side] = first[side] < 0 ? orderIndexOf[i] : first[side];
        counts[side]++;
    }
    const [outside, inside] = counts;
    if (joined && joined.start >= start && joined.end <= end) {
        return { start: first[0], end: first[0] + outside + inserted.end - inserted.start };
    }
    return inside > outside
        ? { start: first[1], end: first[1] + inside }
        : { start: first[0], end: first[0] + outside };
}
