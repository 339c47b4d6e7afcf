/** The slots of one ray. */
export interface RaySlots {
    readonly opacity: number;
    /** Length along the ray and weight of every slot. */
    readonly slots: readonly { readonly t: number; readonly weight: number }[];
    /**
     * Smallest distance of a draw to the border between two samples, as a share of all light, where rounding decides.
     */
    readonly margin: number;
}

/**
 * Reference implementation of volumeSlots.wgsl on one ray that was not dropped, in double precision.
 * @param lengths [n] lengths along the ray
 * @param steps [n]
 * @param logDensities [n]
 * @param slotCount maximum number of slots
 * @param offset 0..1: position of each drawn slot in its share of the opacity
 */
export function VolumeSlots(
    lengths: readonly number[],
    steps: readonly number[],
    logDensities: readonly number[],
    slotCount: number,
    offset: number,
): RaySlots {
    const edges: number[] = [];
    let transmittance = 1;
    let margin = 1;
    for (let k = 0; k < lengths.length && transmittance >= 1e-4; k++) {
        transmittance *= Math.exp(-Math.exp(Math.min(logDensities[k], 11)) * steps[k]);
        edges.push(1 - transmittance);
        margin = Math.min(margin, Math.abs(transmittance - 1e-4));
    }
    const opacity = 1 - transmittance;
    if (edges.length <= slotCount) {
        const slots = edges.map((edge, k) => ({ t: lengths[k], weight: edge - (edges[k - 1] ?? 0) }));
        return { opacity, slots, margin };
    }
    const slots = Array.from({ length: slotCount }, (_, slot) => {
        const target = ((slot + offset) * opacity) / slotCount;
        const k = Math.max(
            edges.findIndex((edge) => target < edge),
            0,
        );
        margin = Math.min(margin, ...edges.slice(0, -1).map((edge) => Math.abs(edge - target)));
        return { t: lengths[k], weight: opacity / slotCount };
    });
    return { opacity, slots, margin };
}
