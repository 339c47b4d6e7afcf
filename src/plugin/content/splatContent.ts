import { Matrix } from "@babylonjs/core/Maths/math.vector";
import { type Coroutine, RunCoroutineAsync } from "../../compute/base/coroutine";
import type { Pacer } from "../../compute/base/pacer";
import { type ContentItem, type ContentPiece, MAX_PIECE_ELEMENTS } from "./sceneContent";
import { SPLATS_PER_CHUNK, SplatAxes, type SplatData } from "./splatData";
import { FindSplatFloaters } from "./splatFloaters";
import { type SplatPlaces, SplatsByPlace } from "./splatPlaces";
import { DEFAULT_APPEARANCE, ToLinearSpace } from "./surfaceAppearance";

/** The highest ratio of the thinnest axis of a flat splat to its middle axis. The thinnest axis is then a normal. */
const FLATNESS = 0.5;
/** The share of a mesh's leaves that must be flat for its splats to have normals. */
const FLAT_SHARE = 0.9;

const LINEAR_OF_BYTE = Float32Array.from({ length: 256 }, (_, byte) => ToLinearSpace(byte / 255));

/**
 * Transforms the splats of a mesh into the capture's world.
 *
 * @param splats as SplatDataCoroutine reads them; floaters and hidden parts of a compound become transparent in place
 * @param places of the splats
 * @param sceneToCapture the transform from the scene into the capture's world
 * @param options see SceneContentOptions
 * @throws UltrametricError "aborted"
 */
export async function BakeSplatsAsync(
    splats: SplatData,
    { mesh, firstElement }: Pick<ContentItem, "mesh" | "firstElement">,
    places: SplatPlaces,
    sceneToCapture: Matrix,
    { splatOpacity, minSplatClusterShare }: { readonly splatOpacity: number; readonly minSplatClusterShare: number },
    pacer: Pacer,
): Promise<ContentPiece[]> {
    await RunCoroutineAsync(fadeHiddenSplats(splats, places, splatOpacity, minSplatClusterShare), pacer);
    const transforms = places.worlds.map((world) => {
        const matrix = world.multiply(sceneToCapture);
        return { matrix: matrix.m, inverse: Matrix.Invert(matrix).m };
    });
    const hasNormals = await RunCoroutineAsync(areSplatsFlat(splats, splatOpacity), pacer);
    const pieces: ContentPiece[] = [];
    for (let start = 0; start < splats.count; start += MAX_PIECE_ELEMENTS) {
        const end = Math.min(splats.count, start + MAX_PIECE_ELEMENTS);
        pieces.push({
            kind: "splats",
            firstElement: firstElement + start,
            elementCount: end - start,
            ...transformSplats(splats, start, end, { placeOf: places.placeOf, transforms }, hasNormals),
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

/** Makes floaters transparent, and the splats of a compound's parts as visible as the parts are. */
function* fadeHiddenSplats(
    splats: SplatData,
    places: SplatPlaces,
    minOpacity: number,
    minClusterShare: number,
): Coroutine<void> {
    const all = Uint32Array.from({ length: splats.count }, (_, i) => i);
    for (const group of SplatsByPlace(places, all)) {
        const visibility = places.visibilities[group.place];
        yield;
        // Only the splats of one part share coordinates.
        const own = places.placeOf ? selectSplats(splats, group.splats) : splats;
        const isFloater = yield* FindSplatFloaters(own, minOpacity, minClusterShare);
        for (let i = 0; i < group.splats.length; i++) {
            splats.colors[4 * group.splats[i] + 3] *= isFloater[i] === 1 ? 0 : visibility;
        }
    }
}

/** Copies the properties of some splats that floaters are found by. */
function selectSplats(
    { positions, colors }: SplatData,
    splats: Uint32Array,
): Pick<SplatData, "count" | "positions" | "colors"> {
    const count = splats.length;
    const own = { count, positions: new Float32Array(3 * count), colors: new Uint8Array(4 * count) };
    for (let i = 0; i < count; i++) {
        for (let axis = 0; axis < 3; axis++) {
            own.positions[3 * i + axis] = positions[3 * splats[i] + axis];
        }
        own.colors[4 * i + 3] = colors[4 * splats[i] + 3];
    }
    return own;
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

/** The transforms of splats into the capture's world. */
interface SplatTransforms {
    readonly placeOf: Uint8Array | null;
    /** [places] */
    readonly transforms: readonly { readonly matrix: ArrayLike<number>; readonly inverse: ArrayLike<number> }[];
}

/** Transforms the centers, covariances and normals of splats `start` to `end`. */
function transformSplats(
    splats: SplatData,
    start: number,
    end: number,
    { placeOf, transforms }: SplatTransforms,
    hasNormals: boolean,
): Pick<ContentPiece, "positions" | "covariances" | "normals"> {
    const count = end - start;
    const positions = new Float32Array(3 * count);
    const covariances = new Float32Array(6 * count);
    const normals = hasNormals ? new Float32Array(3 * count) : null;
    const axes = new Float64Array(9);
    const scaledAxes = new Float64Array(9);
    const normal = new Float64Array(3);
    // The loop allocates no arrays, because there may be millions of splats.
    for (let i = 0; i < count; i++) {
        const splat = start + i;
        // The transpose of the inverse transforms normals as column vectors.
        const { matrix: m, inverse: normalMatrix } = transforms[placeOf ? placeOf[splat] : 0];
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
