import type { EdgeList } from "./edgeList";

/** The border between two regions. */
export interface RegionBorder {
    /** Number of edges across the border. */
    edges: number;
    /** Sum of their weights. */
    weight: number;
}

/** The neighbors of each region, with their common border; both regions share one object. */
export type RegionBorders = Map<number, RegionBorder>[];

/**
 * Finds the borders between regions.
 *
 * @param region [n] region of each vertex, 0 .. regionCount - 1
 * @param weights of the first edges; the other edges have weight 0
 */
export function FindRegionBorders(
    region: Uint32Array,
    regionCount: number,
    { from, to }: Pick<EdgeList, "from" | "to">,
    weights: Float32Array | null,
): RegionBorders {
    const borders = Array.from({ length: regionCount }, () => new Map<number, RegionBorder>());
    for (let e = 0; e < from.length; e++) {
        const r = region[from[e]];
        const s = region[to[e]];
        if (r === s) {
            continue;
        }
        let border = borders[r].get(s);
        if (!border) {
            border = { edges: 0, weight: 0 };
            borders[r].set(s, border);
            borders[s].set(r, border);
        }
        border.edges++;
        border.weight += weights?.[e] ?? 0;
    }
    return borders;
}

/** Merges region b into region a: a takes over the borders of b. */
export function JoinRegionBorders(borders: RegionBorders, a: number, b: number): void {
    borders[a].delete(b);
    for (const [s, border] of borders[b]) {
        if (s === a) {
            continue;
        }
        borders[s].delete(b);
        const own = borders[a].get(s);
        if (own) {
            own.edges += border.edges;
            own.weight += border.weight;
        } else {
            borders[a].set(s, border);
            borders[s].set(a, border);
        }
    }
    borders[b].clear();
}
