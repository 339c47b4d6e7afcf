import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";

/** The slots of a stream's buffer, and those that it shows. */
export interface StreamSlots {
    /** [slots, 4] centers, in the stream's own coordinates; the fourth number is not used. */
    readonly centers: Float32Array;
    /** [2 ranges] first slot and number of slots of each range that is shown. Another array after each change. */
    readonly shown: Uint32Array;
}

/** Returns the slots of a stream; null before it has any. */
export function StreamSlotsOf(stream: GaussianSplattingMesh): StreamSlots | null {
    // Nothing public tells the slots. Babylon keeps this method for its own point renderer.
    const { positions, activeRanges } = stream._getPointDecodeInputs();
    return positions && activeRanges ? { centers: positions, shown: activeRanges } : null;
}
