import type { JsonNode } from "../../compute/base/jsonNode";
import type { LeafInterval } from "../parts/model/leafInterval";

/**
 * Reads the interval at the start of an array.
 *
 * @param length of the array
 * @throws UltrametricError "input" if it is not an interval of the leaf order
 */
export function ReadInterval(node: JsonNode, length: number, leafCount: number): LeafInterval {
    const [start, end] = node.items(length).map((item) => item.number());
    if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= leafCount)) {
        throw node.error(`is [${start}, ${end}), which is not an interval of ${leafCount} leaves.`);
    }
    return { start, end };
}
