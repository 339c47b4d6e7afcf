import { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { SplatSet } from "../../compute/views/splatRasterizer";
import type { Pacer } from "./pacer";
import type { ContentPiece } from "./sceneContent";
import { SplatAxes, type SplatData } from "./splatData";
import { PLAIN_LOOK, toLinear } from "./surfaceLook";

/** A splat whose thinnest axis is at most this share of its middle one is flat: that axis is a normal. */
const FLATNESS = 0.5;
/** Splats have normals when so many of those that become leaves are flat. */
const FLAT_SHARE = 0.9;

/** Whether the thinnest axes of splats are normals: whether nearly all that are opaque enough for leaves are flat. */
export function AreSplatsFlat({ count, scales, colors }: SplatData, minOpacity: number): boolean {
    let leaves = 0;
    let flat = 0;
    for (let i = 0; i < count; i++) {
        if (colors[4 * i + 3] >= 255 * minOpacity) {
            const [x, y, z] = [scales[3 * i], scales[3 * i + 1], scales[3 * i + 2]];
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
    const m = toCapture.m;
    const normalMatrix = Matrix.Invert(toCapture).m; // its transpose leads normals, as columns, into the world
    for (let i = 0; i < count; i++) {
        const splat = start + i;
        const [x, y, z] = splats.positions.subarray(3 * splat, 3 * splat + 3);
        const scale = splats.scales.subarray(3 * splat, 3 * splat + 3);
        for (let a = 0; a < 3; a++) {
            positions[3 * i + a] = x * m[a] + y * m[4 + a] + z * m[8 + a] + m[12 + a];
        }
        SplatAxes(splats.rotations, splat, axes);
        // Column c: the splat's axis c, as long as its deviation, in the capture's world.
        for (let a = 0; a < 3; a++) {
            for (let c = 0; c < 3; c++) {
                placed[3 * a + c] = scale[c] * (axes[c] * m[a] + axes[3 + c] * m[4 + a] + axes[6 + c] * m[8 + a]);
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
            const thinnest = scale[0] <= scale[1] && scale[0] <= scale[2] ? 0 : scale[1] <= scale[2] ? 1 : 2;
            const normal = [0, 1, 2].map(
                (a) =>
                    axes[thinnest] * normalMatrix[4 * a] +
                    axes[3 + thinnest] * normalMatrix[4 * a + 1] +
                    axes[6 + thinnest] * normalMatrix[4 * a + 2],
            );
            const length = Math.hypot(...normal) || 1;
            normals.set(
                normal.map((value) => value / length),
                3 * i,
            );
        }
        for (let c = 0; c < 3; c++) {
            colors[4 * i + c] = toLinear(splats.colors[4 * splat + c] / 255);
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
        glowUvs: null,
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
        await pacer.pauseAsync();
    }
    return { positions, covariances, colors, elements };
}
