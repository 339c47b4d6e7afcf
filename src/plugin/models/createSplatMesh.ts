import { GaussianSplattingMaterial } from "@babylonjs/core/Materials/GaussianSplatting/gaussianSplattingMaterial";
import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { Scene } from "@babylonjs/core/scene";
import { Pacer } from "../../compute/base/pacer";
import { HarmonicValues, SPLATS_PER_CHUNK, type SplatCloud, type SplatFrame } from "../../compute/splats/splatCloud";

/** Bytes of a splat's harmonics in each of Babylon's arrays. */
const HARMONIC_BYTES = 16;
/** The byte of a harmonic that is 0, which Babylon fills unused memory with. */
const NO_HARMONIC = 128;
/** The blur in square pixels that Babylon's loader uses for splats that were trained with antialiasing. */
const ANTIALIASED_BLUR = 0.1;

/** Options of CreateSplatMeshAsync. */
export interface SplatMeshOptions {
    /** The name of the mesh. Default: "splats". */
    readonly name: string;
    /** True to turn the splats upside down, for files whose axes are not those of their format. Default: false. */
    readonly isFlipped: boolean;
    /** Cancels the work. */
    readonly signal?: AbortSignal;
}

/**
 * Creates a mesh of splats, which keeps them in memory (keepInRam), as capturing and exporting need.
 *
 * The mesh is upright whatever the axes of the splats are: its scaling mirrors axes, in scenes of either handedness,
 * so that files of all formats with the same splats look the same as a KHR_gaussian_splatting GLB does.
 *
 * @throws UltrametricError "aborted"; the mesh is then disposed
 */
export async function CreateSplatMeshAsync(
    cloud: SplatCloud,
    scene: Scene,
    options: Partial<SplatMeshOptions> = {},
): Promise<GaussianSplattingMesh> {
    const { name = "splats", isFlipped = false, signal } = options;
    const pacer = new Pacer(`Creating the mesh of ${name}`, signal);
    const mesh = new GaussianSplattingMesh(name, null, scene, true);
    try {
        const harmonics = await packHarmonicsAsync(cloud, scene.getEngine().getCaps().maxTextureSize, pacer);
        await mesh.updateDataAsync(cloud.rows.buffer, harmonics ?? undefined, undefined, cloud.harmonicDegree);
        await pacer.yieldIfDueAsync();
    } catch (error) {
        mesh.dispose();
        throw error;
    }
    if (cloud.isAntialiased && mesh.material instanceof GaussianSplattingMaterial) {
        mesh.material.kernelSize = ANTIALIASED_BLUR;
        mesh.material.compensation = true;
    }
    const world = WorldFrame(scene);
    const turn = isFlipped ? -1 : 1; // half a turn around x
    mesh.scaling.set(cloud.frame[0] * world[0], turn * cloud.frame[1] * world[1], turn * cloud.frame[2] * world[2]);
    mesh.computeWorldMatrix(true);
    return mesh;
}

/** Returns the directions of a scene's axes. A right-handed scene has those of glTF. */
export function WorldFrame(scene: Scene): SplatFrame {
    return scene.useRightHandedSystem ? [-1, 1, 1] : [1, 1, 1];
}

/** Returns the harmonics in the layout of the mesh's textures; null if there are none. */
async function packHarmonicsAsync(cloud: SplatCloud, width: number, pacer: Pacer): Promise<Uint8Array[] | null> {
    const values = HarmonicValues(cloud.harmonicDegree);
    if (values === 0) {
        return null;
    }
    const bytes = HARMONIC_BYTES * width * (Math.floor(cloud.count / width) + 1); // whole rows of a texture
    const packed: Uint8Array[] = [];
    for (let first = 0; first < values; first += HARMONIC_BYTES) {
        const to = new Uint8Array(bytes).fill(NO_HARMONIC);
        const length = Math.min(HARMONIC_BYTES, values - first);
        for (let i = 0; i < cloud.count; i++) {
            if (i % SPLATS_PER_CHUNK === 0) {
                await pacer.yieldIfDueAsync();
            }
            for (let k = 0; k < length; k++) {
                to[HARMONIC_BYTES * i + k] = cloud.harmonics[values * i + first + k];
            }
        }
        packed.push(to);
    }
    return packed;
}
