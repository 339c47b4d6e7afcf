import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { Coroutine } from "../../compute/base/coroutine";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { HarmonicValues, SPLATS_PER_CHUNK, type SplatCloud, type SplatFrame } from "../../compute/splats/splatCloud";
import { ChangeSplatFrame } from "../../compute/splats/splatFrame";
import { CheckNoCompound, CountSplats, IsSplatDataFlipped, SPLAT_BYTES, SplatBytesOf } from "../content/splatData";
import { HARMONIC_BYTES } from "../content/splatHarmonics";
import { SelectSplatBytes } from "../parts/extract/extractSplats";

/** Splats of a mesh for a file. */
export interface SplatsToWrite extends SplatCloud {
    /** [count] the label of each splat; null without labels. */
    readonly labels: Int32Array | null;
}

/**
 * Copies splats of a mesh, with the axes of a kind of file, in time slices.
 *
 * A reader that follows the conventions of the format shows the splats as the mesh does, at the origin: of the mesh's
 * place in the world only mirrored axes and half turns are kept.
 *
 * @param labels [splats of the mesh] a whole number per splat; null for none
 * @param splats indices of the splats; null for all
 * @throws UltrametricError "input" when the mesh does not have its splats in memory (keepInRam), an index is out of
 * range, or labels and splats differ in number; "unsupported" for compounds, whose splats have no common coordinates
 */
export function* SplatsToWriteCoroutine(
    mesh: GaussianSplattingMesh,
    frame: SplatFrame,
    labels: ArrayLike<number> | null,
    splats: ArrayLike<number> | null,
): Coroutine<SplatsToWrite> {
    CheckNoCompound(mesh);
    const all = CountSplats(mesh);
    if (labels && labels.length !== all) {
        throw new UltrametricError(
            "input",
            `There are ${labels.length} labels for the ${all} splats of "${mesh.name}"; each splat needs one.`,
        );
    }
    const rows = splats ? yield* selectRows(mesh, splats) : new Uint8Array(SplatBytesOf(mesh));
    const count = rows.length / SPLAT_BYTES;
    if (IsSplatDataFlipped(mesh)) {
        const floats = new Float32Array(rows.buffer);
        for (let i = 0; i < count; i++) {
            if (i % SPLATS_PER_CHUNK === 0) {
                yield;
            }
            floats[(SPLAT_BYTES / 4) * i + 1] *= -1;
        }
    }
    const { shData } = mesh;
    const harmonicDegree = shData ? mesh.maxShDegree : 0;
    const values = HarmonicValues(harmonicDegree);
    const harmonics = new Uint8Array(values * count);
    for (let i = 0; shData && i < count; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        const from = HARMONIC_BYTES * (splats ? splats[i] : i);
        for (let k = 0; k < values; k += HARMONIC_BYTES) {
            const length = Math.min(HARMONIC_BYTES, values - k);
            harmonics.set(shData[k / HARMONIC_BYTES].subarray(from, from + length), values * i + k);
        }
    }
    const isAntialiased = (mesh.material as { readonly compensation?: boolean } | null)?.compensation === true;
    const cloud = { count, rows, harmonicDegree, harmonics, frame: frameOf(mesh), isAntialiased };
    const turned = yield* ChangeSplatFrame(cloud, frame);
    return { ...turned, labels: labels && (yield* selectLabels(labels, splats, count)) };
}

function* selectRows(mesh: GaussianSplattingMesh, splats: ArrayLike<number>): Coroutine<Uint8Array<ArrayBuffer>> {
    const rows = new Uint8Array(SPLAT_BYTES * splats.length);
    for (let start = 0; start < splats.length; start += SPLATS_PER_CHUNK) {
        yield;
        const chunk = Array.prototype.slice.call(splats, start, start + SPLATS_PER_CHUNK) as number[];
        rows.set(SelectSplatBytes(mesh, chunk), SPLAT_BYTES * start);
    }
    return rows;
}

function* selectLabels(
    labels: ArrayLike<number>,
    splats: ArrayLike<number> | null,
    count: number,
): Coroutine<Int32Array> {
    const selected = new Int32Array(count);
    for (let i = 0; i < count; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        selected[i] = labels[splats ? splats[i] : i];
    }
    return selected;
}

/** Returns the axes of a mesh's splats, by the signs that resemble its world matrix best. */
function frameOf(mesh: GaussianSplattingMesh): SplatFrame {
    const world = mesh.computeWorldMatrix(true);
    const isMirrored = world.determinant() < 0;
    const diagonal = [world.m[0], world.m[5], world.m[10]];
    let best: SplatFrame = [1, 1, 1];
    let mostAlike = -Infinity;
    for (let bits = 0; bits < 8; bits++) {
        const signs: SplatFrame = [bits & 1 ? -1 : 1, bits & 2 ? -1 : 1, bits & 4 ? -1 : 1];
        const alike = signs.reduce((sum, sign, axis) => sum + sign * diagonal[axis], 0);
        if (signs[0] * signs[1] * signs[2] < 0 === isMirrored && alike > mostAlike) {
            best = signs;
            mostAlike = alike;
        }
    }
    // The axes of a right-handed scene are those of glTF.
    return mesh.getScene().useRightHandedSystem ? [best[0] === 1 ? -1 : 1, best[1], best[2]] : best;
}
