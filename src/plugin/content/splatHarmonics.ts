import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";

/** Bytes per splat in each of the mesh's `shData` arrays. */
export const HARMONIC_BYTES = 16;

/** Selects the harmonics of some of a mesh's splats, for `updateData`; null where the mesh has none. */
export function SelectHarmonics(mesh: GaussianSplattingMesh, splats: ArrayLike<number>): Uint8Array[] | null {
    const { shData } = mesh;
    if (!shData) {
        return null;
    }
    // Babylon uploads whole rows of a texture.
    const width = mesh.getEngine().getCaps().maxTextureSize;
    const size = HARMONIC_BYTES * width * (Math.floor(splats.length / width) + 1);
    return shData.map((from) => {
        const to = new Uint8Array(size).fill(128);
        for (let i = 0; i < splats.length; i++) {
            to.set(from.subarray(HARMONIC_BYTES * splats[i], HARMONIC_BYTES * (splats[i] + 1)), HARMONIC_BYTES * i);
        }
        return to;
    });
}
