import type { JsonNode } from "../../compute/base/jsonNode";
import { CreateCartesianTree } from "../../compute/hierarchy/cut/cartesianTree";
import { type Dendrogram, NEVER_MERGED } from "../../compute/hierarchy/cut/dendrogram";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { LeafInterval } from "../parts/model/leafInterval";
import { ReadInterval } from "./savedInterval";

/**
 * Reads the committed parts of saved edits, by dendrogram.
 *
 * @throws UltrametricError "input" if one is not a part of the hierarchy
 */
export function ReadCommits(edits: JsonNode, hierarchy: SegmentationHierarchy): Map<Dendrogram, LeafInterval[]> {
    const commits = new Map<Dendrogram, LeafInterval[]>();
    for (const criterion of hierarchy.criteria) {
        if (edits.has("commits") && edits.at("commits").has(criterion)) {
            const dendrogram = hierarchy.dendrogram(criterion);
            commits.set(dendrogram, readParts(edits.at("commits").at(criterion), dendrogram));
        }
    }
    return commits;
}

function readParts(saved: JsonNode, { leafCount, rank }: Dendrogram): LeafInterval[] {
    const { start, end, roots } = CreateCartesianTree(rank);
    const keyOf = (interval: LeafInterval): number => interval.start * (leafCount + 1) + interval.end;
    const intervals = saved.items().map((item) => ({ item, interval: ReadInterval(item, 2, leafCount) }));
    const missing = new Set(intervals.map(({ interval }) => keyOf(interval)));
    for (const root of roots) {
        missing.delete(keyOf(root));
    }
    for (let gap = 0; gap < leafCount; gap++) {
        missing.delete(keyOf({ start: gap, end: gap + 1 }));
        if (rank[gap] !== NEVER_MERGED) {
            missing.delete(keyOf({ start: start[gap], end: end[gap] }));
        }
    }
    return intervals.map(({ item, interval }) => {
        if (missing.has(keyOf(interval))) {
            throw item.error(`is [${interval.start}, ${interval.end}), which is not a part of the hierarchy.`);
        }
        return interval;
    });
}
