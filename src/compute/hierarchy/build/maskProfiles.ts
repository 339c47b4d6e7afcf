import { UNSEEN, type ViewObservation } from "./observations";

/**
 * The share of a region that each mask of each view holds, as counts of points. Sparse, since only some views see a
 * region, and few of their masks hold it. Masks are numbered consecutively over all views.
 */
export interface MaskProfile {
    /** Views that see the region, ascending. */
    readonly views: Uint32Array;
    /** Number of the region's points that each of these views sees. */
    readonly seen: Float32Array;
    /** [views + 1] the masks of `views[i]` are `masks[start[i]] .. masks[start[i + 1] - 1]`. */
    readonly start: Uint32Array;
    /** Masks that hold a point of the region, ascending. */
    readonly masks: Uint32Array;
    /** Number of the region's points that are visible and inside the mask. */
    readonly counts: Float32Array;
}

/**
 * Creates the mask profile of every region.
 *
 * @param region [n] region of each point, 0 .. regionCount - 1
 */
export function CreateMaskProfiles(
    region: Uint32Array,
    regionCount: number,
    observations: readonly ViewObservation[],
): MaskProfile[] {
    const views: number[][] = Array.from({ length: regionCount }, () => []);
    const seen: number[][] = Array.from({ length: regionCount }, () => []);
    const start: number[][] = Array.from({ length: regionCount }, () => [0]);
    const masks: number[][] = Array.from({ length: regionCount }, () => []);
    const counts: number[][] = Array.from({ length: regionCount }, () => []);

    // With the points sorted by region, one count per mask suffices for all regions of a view.
    const byRegion = new Uint32Array(region.length);
    const regionStart = new Uint32Array(regionCount + 1);
    for (let i = 0; i < region.length; i++) {
        regionStart[region[i] + 1]++;
    }
    for (let r = 0; r < regionCount; r++) {
        regionStart[r + 1] += regionStart[r];
    }
    const filled = regionStart.slice(0, regionCount);
    for (let i = 0; i < region.length; i++) {
        byRegion[filled[region[i]]++] = i;
    }

    let offset = 0;
    observations.forEach(({ cells, arrangement }, v) => {
        const { cellStart, cellMasks, cellCount, maskCount } = arrangement;
        // Many points lie in one cell, so its masks are listed once for all of a region's points.
        const inCell = new Uint32Array(cellCount);
        const inside = new Uint32Array(maskCount);
        for (let r = 0; r < regionCount; r++) {
            let points = 0;
            const touchedCells: number[] = [];
            for (let s = regionStart[r]; s < regionStart[r + 1]; s++) {
                const cell = cells[byRegion[s]];
                if (cell === UNSEEN) {
                    continue;
                }
                points++;
                if (inCell[cell]++ === 0) {
                    touchedCells.push(cell);
                }
            }
            if (points === 0) {
                continue;
            }
            const touched: number[] = [];
            for (const cell of touchedCells) {
                for (let c = cellStart[cell]; c < cellStart[cell + 1]; c++) {
                    if (inside[cellMasks[c]] === 0) {
                        touched.push(cellMasks[c]);
                    }
                    inside[cellMasks[c]] += inCell[cell];
                }
                inCell[cell] = 0;
            }
            views[r].push(v);
            seen[r].push(points);
            for (const mask of sortMasks(touched, inside)) {
                masks[r].push(offset + mask);
                counts[r].push(inside[mask]);
                inside[mask] = 0;
            }
            start[r].push(masks[r].length);
        }
        offset += maskCount;
    });
    return views.map((_, r) => ({
        views: Uint32Array.from(views[r]),
        seen: Float32Array.from(seen[r]),
        start: Uint32Array.from(start[r]),
        masks: Uint32Array.from(masks[r]),
        counts: Float32Array.from(counts[r]),
    }));
}

/** Sorts the masks with points inside. */
function sortMasks(touched: number[], inside: Uint32Array): number[] {
    // A pass over all masks takes less time than to sort many of them.
    if (touched.length * SORT_STEPS < inside.length) {
        return touched.sort((a, b) => a - b);
    }
    let place = 0;
    for (let mask = 0; mask < inside.length; mask++) {
        if (inside[mask] > 0) {
            touched[place++] = mask;
        }
    }
    return touched;
}

/** Passed masks that take as long as sorting one. */
const SORT_STEPS = 16;

/** The profile of the union of two regions. */
export function AddMaskProfiles(a: MaskProfile, b: MaskProfile): MaskProfile {
    const views = new Uint32Array(a.views.length + b.views.length);
    const seen = new Float32Array(views.length);
    const start = new Uint32Array(views.length + 1);
    const masks = new Uint32Array(a.masks.length + b.masks.length);
    const counts = new Float32Array(masks.length);
    let v = 0;
    let m = 0;
    let i = 0;
    let j = 0;
    while (i < a.views.length || j < b.views.length) {
        const va = i < a.views.length ? a.views[i] : Number.POSITIVE_INFINITY;
        const vb = j < b.views.length ? b.views[j] : Number.POSITIVE_INFINITY;
        let p = va <= vb ? a.start[i] : 0;
        const pEnd = va <= vb ? a.start[i + 1] : 0;
        let q = vb <= va ? b.start[j] : 0;
        const qEnd = vb <= va ? b.start[j + 1] : 0;
        while (p < pEnd || q < qEnd) {
            const ma = p < pEnd ? a.masks[p] : Number.POSITIVE_INFINITY;
            const mb = q < qEnd ? b.masks[q] : Number.POSITIVE_INFINITY;
            masks[m] = Math.min(ma, mb);
            counts[m] = (ma <= mb ? a.counts[p++] : 0) + (mb <= ma ? b.counts[q++] : 0);
            m++;
        }
        views[v] = Math.min(va, vb);
        seen[v] = (va <= vb ? a.seen[i++] : 0) + (vb <= va ? b.seen[j++] : 0);
        start[++v] = m;
    }
    return {
        views: views.slice(0, v),
        seen: seen.slice(0, v),
        start: start.slice(0, v + 1),
        masks: masks.slice(0, m),
        counts: counts.slice(0, m),
    };
}

/** Views whose masks hold less than this share of both regions are ignored. */
const MIN_COVER = 0.05;

/** The evidence of masks about two regions, summed over the views that see both. */
export interface MaskEvidence {
    /** Weighted sum of the masks' shares that the two regions have in common. */
    readonly shared: number;
    /** Weighted sum of the larger of the two shares: the amount of evidence, 0 if there is none. */
    readonly total: number;
}

/**
 * Compares the mask profiles of two regions: shared / total is their soft Jaccard index, pooled over the views that see
 * both,
 *
 *     sum_v w_v sum_m min(a, b) / sum_v w_v sum_m max(a, b)
 *
 * where a and b are the shares of the regions' visible points inside mask m, times the mask's weight, and w_v is the
 * smaller number of visible points to a power.
 *
 * @param maskWeights [all masks] weight of each mask
 * @param evidenceExponent that power: below 1, many views outweigh one close view
 */
export function CompareMaskProfiles(
    a: MaskProfile,
    b: MaskProfile,
    maskWeights: Float32Array,
    evidenceExponent: number,
): MaskEvidence {
    let shared = 0;
    let total = 0;
    let i = 0;
    let j = 0;
    while (i < a.views.length && j < b.views.length) {
        const va = a.views[i];
        const vb = b.views[j];
        if (va !== vb) {
            if (va < vb) {
                i++;
            } else {
                j++;
            }
            continue;
        }
        const scaleA = 1 / a.seen[i];
        const scaleB = 1 / b.seen[j];
        let low = 0;
        let high = 0;
        let p = a.start[i];
        const pEnd = a.start[i + 1];
        let q = b.start[j];
        const qEnd = b.start[j + 1];
        while (p < pEnd || q < qEnd) {
            const ma = p < pEnd ? a.masks[p] : Number.POSITIVE_INFINITY;
            const mb = q < qEnd ? b.masks[q] : Number.POSITIVE_INFINITY;
            if (ma === mb) {
                const x = a.counts[p++] * scaleA;
                const y = b.counts[q++] * scaleB;
                low += maskWeights[ma] * Math.min(x, y);
                high += maskWeights[ma] * Math.max(x, y);
            } else if (ma < mb) {
                high += maskWeights[ma] * a.counts[p++] * scaleA;
            } else {
                high += maskWeights[mb] * b.counts[q++] * scaleB;
            }
        }
        if (high > MIN_COVER) {
            const weight = Math.min(a.seen[i], b.seen[j]) ** evidenceExponent;
            shared += weight * low;
            total += weight * high;
        }
        i++;
        j++;
    }
    return { shared, total };
}
