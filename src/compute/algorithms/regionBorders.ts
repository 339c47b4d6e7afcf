import type { EdgeList } from "./neighborGraph";

/** Where two regions meet. */
export interface RegionBorder {
    /** Number of edges across. */
    edges: number;
    /** Sum of their weights. */
    weight: number;
}

/** For each region its neighbors, with the border that the two share: one object for both. */
export type RegionBorders = Map<number, RegionBorder>[];

/**
 * @param region [n] region of each vertex, 0 .. regionCount - 1
 * @param weights of the first edges; the others weigh nothing
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

/** Region b's borders become region a's. */
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
