import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { type Coroutine, RunCoroutineAsync, RunCoroutineSync } from "../../compute/base/coroutine";
import { Pacer } from "../../compute/base/pacer";
import type { RunOptions } from "../../compute/base/progress";
import { HarmonicValues, SH_C0, SPLAT_BYTES } from "../../compute/splats/splatCloud";
import { SPLAT_FRAMES } from "../../compute/splats/splatFrame";
import { SplatsToWriteCoroutine } from "./splatsToWrite";

/** The distance that opacities keep from 0 and 1, which have no finite logit; less than half a byte. */
const OPACITY_MARGIN = 0.25 / 255;
const MIN_SCALE = 1e-20;
/** The splats of one time slice: a few milliseconds of work. */
const SPLATS_PER_SLICE = 1 << 12;

/**
 * Writes splats of a mesh as a binary PLY with the property names of 3D Gaussian Splatting (Kerbl et al. 2023) and all
 * harmonics. An additional property `label` holds the part of each splat; other readers ignore it. A reader that
 * follows the axes of such files (right, down, front) shows the splats as the mesh does. It does all in one go, for Node
 * and workers; a page takes {@link WriteSplatPlyAsync}.
 *
 * @param labels [splats of the mesh] a whole number per splat; null writes no labels
 * @param splats indices of the splats; null for all
 * @throws UltrametricError "input" when the mesh does not have its splats in memory (keepInRam), an index is out of
 * range, or labels and splats differ in number; "unsupported" for compounds, whose splats have no common coordinates
 */
export function WriteSplatPly(
    mesh: GaussianSplattingMesh,
    labels: ArrayLike<number> | null = null,
    splats: ArrayLike<number> | null = null,
): Uint8Array<ArrayBuffer> {
    return RunCoroutineSync(splatPlyCoroutine(mesh, labels, splats));
}

/**
 * Like {@link WriteSplatPly}, in time slices, for pages.
 *
 * @throws UltrametricError as WriteSplatPly; "aborted"
 */
export function WriteSplatPlyAsync(
    mesh: GaussianSplattingMesh,
    labels: ArrayLike<number> | null = null,
    splats: ArrayLike<number> | null = null,
    options: Partial<RunOptions> = {},
): Promise<Uint8Array<ArrayBuffer>> {
    const writing = splatPlyCoroutine(mesh, labels, splats);
    return RunCoroutineAsync(writing, new Pacer(`Writing ${mesh.name}`, options.signal));
}

function* splatPlyCoroutine(
    mesh: GaussianSplattingMesh,
    labels: ArrayLike<number> | null,
    splats: ArrayLike<number> | null,
): Coroutine<Uint8Array<ArrayBuffer>> {
    const data = yield* SplatsToWriteCoroutine(mesh, SPLAT_FRAMES.ply, labels, splats);
    const { count, rows } = data;
    const floats = new Float32Array(rows.buffer);
    const harmonics = HarmonicValues(data.harmonicDegree);
    const names = [
        ...["x", "y", "z", "nx", "ny", "nz", "f_dc_0", "f_dc_1", "f_dc_2"],
        ...Array.from({ length: harmonics }, (_, k) => `f_rest_${k}`),
        ...["opacity", "scale_0", "scale_1", "scale_2", "rot_0", "rot_1", "rot_2", "rot_3"],
    ];
    const header = new TextEncoder().encode(
        [
            "ply",
            "format binary_little_endian 1.0",
            `element vertex ${count}`,
            ...names.map((name) => `property float ${name}`),
            ...(labels ? ["property int label"] : []),
            "end_header\n",
        ].join("\n"),
    );
    const rowBytes = 4 * (names.length + (labels ? 1 : 0));
    const file = new Uint8Array(header.length + rowBytes * count);
    file.set(header);
    const view = new DataView(file.buffer);
    const row = new Float32Array(names.length);
    for (let i = 0; i < count; i++) {
        if (i % SPLATS_PER_SLICE === 0) {
            yield;
        }
        const bytes = SPLAT_BYTES * i;
        row.set(floats.subarray(8 * i, 8 * i + 3), 0);
        for (let c = 0; c < 3; c++) {
            row[6 + c] = (rows[bytes + 24 + c] / 255 - 0.5) / SH_C0;
        }
        for (let k = 0; k < harmonics; k++) {
            // The file has all coefficients of red first, then green, then blue.
            const source = 3 * (k % (harmonics / 3)) + Math.floor((3 * k) / harmonics);
            row[9 + k] = data.harmonics[harmonics * i + source] / 127.5 - 1;
        }
        const at = 9 + harmonics;
        const opacity = Math.min(Math.max(rows[bytes + 27] / 255, OPACITY_MARGIN), 1 - OPACITY_MARGIN);
        row[at] = Math.log(opacity / (1 - opacity));
        for (let axis = 0; axis < 3; axis++) {
            row[at + 1 + axis] = Math.log(Math.max(floats[8 * i + 3 + axis], MIN_SCALE));
        }
        for (let c = 0; c < 4; c++) {
            row[at + 4 + c] = rows[bytes + 28 + c] / 127.5 - 1; // readers make the length 1
        }
        const start = header.length + rowBytes * i;
        for (let property = 0; property < row.length; property++) {
            view.setFloat32(start + 4 * property, row[property], true);
        }
        if (data.labels) {
            view.setInt32(start + 4 * row.length, data.labels[i], true);
        }
    }
    return file;
}
