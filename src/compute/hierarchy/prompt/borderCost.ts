import type { Dendrogram } from "../cut/dendrogram";
import type { WayNode } from "./nodeWays";

export const W = {
    size: 1,
    size0: 0.12,
    sizeW: 1.2,
    stab: 4,
    born: 0,
    base: 3,
    root: 3,
    center: 1,
    center0: 1.2,
    center2: 1,
    wsize: 0,
    wsize0: 0.04,
} as Record<string, number>;

/** The cost of a border around a part, without regard to the marks. */
export function BorderCost({ born, merged }: WayNode): number {
    const up = Math.min(merged, 1.1);
    return W.base - W.stab * (up - born) + W.born * born + (merged === Number.POSITIVE_INFINITY ? W.root : 0);
}

/** The cost of a whole answer. */
export function AnswerCost(
    _d: Dendrogram,
    share: number,
    changedShare: number,
    center: number,
    isFirst: boolean,
): number {
    const s = Math.log(Math.max(share, 1e-6) / W.size0) / W.sizeW;
    const c = Math.max(0, center - W.center0);
    const ws = Math.max(0, Math.log(W.wsize0 / Math.max(changedShare, 1e-6)));
    return W.size * s * s + (isFirst ? W.center : W.center2) * c * c + (isFirst ? 0 : W.wsize * ws * ws);
}
