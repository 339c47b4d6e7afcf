import { Matrix } from "@babylonjs/core/Maths/math.vector";
import { type Coroutine, RunCoroutineAsync } from "../../compute/base/coroutine";
import type { Pacer } from "../../compute/base/pacer";
import { type ContentItem, type ContentPiece, MAX_PIECE_ELEMENTS } from "./sceneContent";
import { SPLATS_PER_CHUNK, SplatAxes, type SplatData } from "./splatData";
import { FindSplatFloaters } from "./splatFloaters";
import { DEFAULT_APPEARANCE, ToLinearSpace } from "./surfaceAppearance";

/** The highest ratio of the thinnest axis of a flat splat to its middle axis. The thinnest axis is then a normal. */
const FLATNESS = 0.5;
/** The share of a mesh's leaves that must be flat for its splats to have normals. */
const FLAT_SHARE = 0.9;

const LINEAR_OF_BYTE = Float32Array.from({ length: 256 }, (_, byte) => ToLinearSpace(byte / 255));

/**
 * Transforms the splats of a mesh into the capture's world.
 *
 * @param splats in the mesh's coordinates; floaters become transparent in place
 * @param options see SceneContentOptions
 * @throws UltrametricError "aborted"
 */
export async function BakeSplatsAsync(
    splats: SplatData,
    { mesh, firstElement }: ContentItem,
    meshToCapture: Matrix,
    { splatOpacity, minSplatClusterShare }: { readonly splatOpacity: number; readonly minSplatClusterShare: number },
    pacer: Pacer,
): Promise<ContentPiece[]> {
    const isFloater = await RunCoroutineAsync(FindSplatFloaters(splats, splatOpacity, minSplatClusterShare), pacer);
    for (let i = 0; i < splats.count; i++) {
        splats.colors[4 * i + 3] *= 1 - isFloater[i];
    }
    const hasNormals = await RunCoroutineAsync(areSplatsFlat(splats, splatOpacity), pacer);
    const pieces: ContentPiece[] = [];
    for (let start = 0; start < splats.count; start += MAX_PIECE_ELEMENTS) {
        const end = Math.min(splats.count, start + MAX_PIECE_ELEMENTS);
        pieces.push({
            kind: "splats",
            firstElement: firstElement + start,
            elementCount: end - start,
            ...transformSplats(splats, start, end, meshToCapture, hasNormals),
            colors: linearColors(splats, start, end, mesh.material?.alpha ?? 1),
            baseUvs: null,
            emissiveUvs: null,
            appearance: DEFAULT_APPEARANCE,
            material: mesh.material,
            pointRadius: 0,
        });
        await pacer.yieldIfDueAsync();
    }
    return pieces;
}

/** Checks whether nearly all splats that are opaque enough for leaves are flat. */
function* areSplatsFlat({ count, scales, colors }: SplatData, minOpacity: number): Coroutine<boolean> {
    let leaves = 0;
    let flat = 0;
    for (let i = 0; i < count; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        if (colors[4 * i + 3] >= 255 * minOpacity) {
            const x = scales[3 * i];
            const y = scales[3 * i + 1];
            const z = scales[3 * i + 2];
            const thinnest = Math.min(x, y, z);
            const middle = Math.max(Math.min(x, y), Math.min(Math.max(x, y), z));
            leaves++;
            flat += thinnest <= FLATNESS * middle ? 1 : 0;
        }
    }
    return leaves > 0 && flat >= FLAT_SHARE * leaves;
}

/** Transforms the centers, covariances and normals of splats `start` to `end`. */
function transformSplats(
    splats: SplatData,
    start: number,
    end: number,
    meshToCapture: Matrix,
    hasNormals: boolean,
): Pick<ContentPiece, "positions" | "covariances" | "normals"> {
    const count = end - start;
    const positions = new Float32Array(3 * count);
    const covariances = new Float32Array(6 * count);
    const normals = hasNormals ? new Float32Array(3 * count) : null;
    const axes = new Float64Array(9);
    const scaledAxes = new Float64Array(9);
    const normal = new Float64Array(3);
    const m = meshToCapture.m;
    const normalMatrix = Matrix.Invert(meshToCapture).m; // its transpose transforms normals as column vectors
    // The loop allocates no arrays, because there may be millions of splats.
    for (let i = 0; i < count; i++) {
        const splat = start + i;
        const x = splats.positions[3 * splat];
        const y = splats.positions[3 * splat + 1];
        const z = splats.positions[3 * splat + 2];
        for (let a = 0; a < 3; a++) {
            positions[3 * i + a] = x * m[a] + y * m[4 + a] + z * m[8 + a] + m[12 + a];
        }
        SplatAxes(splats.rotations, splat, axes);
        // Column c is axis c of the splat in the capture's world; its length is the standard deviation.
        for (let a = 0; a < 3; a++) {
            for (let c = 0; c < 3; c++) {
                const scale = splats.scales[3 * splat + c];
                scaledAxes[3 * a + c] = scale * (axes[c] * m[a] + axes[3 + c] * m[4 + a] + axes[6 + c] * m[8 + a]);
            }
        }
        let at = 6 * i;
        for (let a = 0; a < 3; a++) {
            for (let b = a; b < 3; b++) {
                covariances[at++] =
                    scaledAxes[3 * a] * scaledAxes[3 * b] +
                    scaledAxes[3 * a + 1] * scaledAxes[3 * b + 1] +
                    scaledAxes[3 * a + 2] * scaledAxes[3 * b + 2];
            }
        }
        if (normals) {
            const first = splats.scales[3 * splat];
            const second = splats.scales[3 * splat + 1];
            const third = splats.scales[3 * splat + 2];
            const thinnest = first <= second && first <= third ? 0 : second <= third ? 1 : 2;
            let squared = 0;
            for (let a = 0; a < 3; a++) {
                normal[a] =
                    axes[thinnest] * normalMatrix[4 * a] +
                    axes[3 + thinnest] * normalMatrix[4 * a + 1] +
                    axes[6 + thinnest] * normalMatrix[4 * a + 2];
                squared += normal[a] * normal[a];
            }
            const length = Math.sqrt(squared) || 1;
            for (let a = 0; a < 3; a++) {
                normals[3 * i + a] = normal[a] / length;
            }
        }
    }
    return { positions, covariances, normals };
}

/** Returns [splats, 4] linear RGB and opacity of splats `start` to `end`. */
function linearColors({ colors }: SplatData, start: number, end: number, alpha: number): Float32Array {
    const linear = new Float32Array(4 * (end - start));
    for (let i = 0; i < end - start; i++) {
        const from = 4 * (start + i);
        for (let c = 0; c < 3; c++) {
            linear[4 * i + c] = LINEAR_OF_BYTE[colors[from + c]];
        }
        linear[4 * i + 3] = (alpha * colors[from + 3]) / 255;
    }
    return linear;
}
