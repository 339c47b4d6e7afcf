import { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { Coroutine } from "../../compute/base/coroutine";
import type { Pacer } from "../../compute/base/pacer";
import type { SplatSet } from "../../compute/splats/splatRasterizer";
import type { ContentPiece } from "./sceneContent";
import { SPLATS_PER_CHUNK, SplatAxes, type SplatData } from "./splatData";
import { PLAIN_LOOK, toLinear } from "./surfaceLook";

/** A splat whose thinnest axis is at most this share of its middle one is flat: that axis is a normal. */
const FLATNESS = 0.5;
/** Splats have normals when so many of those that become leaves are flat. */
const FLAT_SHARE = 0.9;

const LINEAR_OF_BYTE = Float32Array.from({ length: 256 }, (_, byte) => toLinear(byte / 255));

/** Whether the thinnest axes of splats are normals: whether nearly all that are opaque enough for leaves are flat. In short runs. */
export function* AreSplatsFlat({ count, scales, colors }: SplatData, minOpacity: number): Coroutine<boolean> {
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

/** Splats `start..end` of a mesh as a piece of content. @param toCapture from the mesh's coordinates into the capture's world */
export function BakeSplats(
    splats: SplatData,
    start: number,
    end: number,
    toCapture: Matrix,
    alpha: number,
    hasNormals: boolean,
    firstElement: number,
): Omit<ContentPiece, "material"> {
    const count = end - start;
    const positions = new Float32Array(3 * count);
    const covariances = new Float32Array(6 * count);
    const normals = hasNormals ? new Float32Array(3 * count) : null;
    const colors = new Float32Array(4 * count);
    const axes = new Float64Array(9);
    const placed = new Float64Array(9);
    const normal = new Float64Array(3);
    const m = toCapture.m;
    const normalMatrix = Matrix.Invert(toCapture).m; // its transpose leads normals, as columns, into the world
    // Written out, without arrays of their own: there may be millions.
    for (let i = 0; i < count; i++) {
        const splat = start + i;
        const x = splats.positions[3 * splat];
        const y = splats.positions[3 * splat + 1];
        const z = splats.positions[3 * splat + 2];
        for (let a = 0; a < 3; a++) {
            positions[3 * i + a] = x * m[a] + y * m[4 + a] + z * m[8 + a] + m[12 + a];
        }
        SplatAxes(splats.rotations, splat, axes);
        // Column c: the splat's axis c, as long as its deviation, in the capture's world.
        for (let a = 0; a < 3; a++) {
            for (let c = 0; c < 3; c++) {
                const scale = splats.scales[3 * splat + c];
                placed[3 * a + c] = scale * (axes[c] * m[a] + axes[3 + c] * m[4 + a] + axes[6 + c] * m[8 + a]);
            }
        }
        let at = 6 * i;
        for (let a = 0; a < 3; a++) {
            for (let b = a; b < 3; b++) {
                covariances[at++] =
                    placed[3 * a] * placed[3 * b] +
                    placed[3 * a + 1] * placed[3 * b + 1] +
                    placed[3 * a + 2] * placed[3 * b + 2];
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
        for (let c = 0; c < 3; c++) {
            colors[4 * i + c] = LINEAR_OF_BYTE[splats.colors[4 * splat + c]];
        }
        colors[4 * i + 3] = (alpha * splats.colors[4 * splat + 3]) / 255;
    }
    return {
        kind: "splats",
        firstElement,
        elementCount: count,
        positions,
        covariances,
        normals,
        colors,
        baseUvs: null,
        emissiveUvs: null,
        look: PLAIN_LOOK,
        pointRadius: 0,
    };
}

/** All splats of some content, to be drawn together; null where there are none. @throws UltrametricError "aborted" */
export async function CollectSplatsAsync(pieces: readonly ContentPiece[], pacer: Pacer): Promise<SplatSet | null> {
    const parts = pieces.filter(({ kind }) => kind === "splats");
    const count = parts.reduce((sum, { elementCount }) => sum + elementCount, 0);
    if (count === 0) {
        return null;
    }
    const positions = new Float32Array(3 * count);
    const covariances = new Float32Array(6 * count);
    const colors = new Float32Array(4 * count);
    const elements = new Uint32Array(count);
    let filled = 0;
    for (const piece of parts) {
        positions.set(piece.positions, 3 * filled);
        covariances.set(piece.covariances!, 6 * filled);
        for (let i = 0; i < piece.elementCount; i++, filled++) {
            for (let c = 0; c < 3; c++) {
                colors[4 * filled + c] = piece.colors![4 * i + c] ** (1 / 2.2);
            }
            colors[4 * filled + 3] = piece.colors![4 * i + 3];
            elements[filled] = piece.firstElement + i;
        }
        await pacer.yieldIfDueAsync();
    }
    return { positions, covariances, colors, elements };
}
