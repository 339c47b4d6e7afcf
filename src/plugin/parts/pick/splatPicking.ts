import type { Ray } from "@babylonjs/core/Culling/ray.core";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { type Coroutine, RunCoroutineAsync, RunCoroutineSync } from "../../../compute/base/coroutine";
import type { Pacer } from "../../../compute/base/pacer";
import { MAX_SPLAT_ALPHA, MIN_SPLAT_ALPHA, SEEN_TRANSMITTANCE } from "../../../compute/splats/splatConstants";
import {
    IsSplatMesh,
    SPLATS_PER_CHUNK,
    SplatAxes,
    type SplatData,
    SplatDataCoroutine,
} from "../../sceneCapture/splatData";
import type { ContentLeaves } from "../model/contentLeaves";

/** Axes thinner than this share of the thickest count as that thick: flat splats can be hit. */
const LEAST_THICKNESS = 1e-3;
/** With less than this in all, a ray hits nothing. */
const LEAST_HIT = 0.1;

/** A splat on a ray. */
export interface SplatHit {
    /** Number of the splat in the content's elements. */
    readonly element: number;
    readonly leaf: number;
    /** Along the ray, in the lengths of its direction. */
    readonly distance: number;
}

interface Crossing {
    readonly element: number;
    readonly alpha: number;
    readonly distance: number;
}

/** The splats of a mesh. */
interface PickedSplats {
    readonly mesh: GaussianSplattingMesh;
    readonly data: SplatData;
    /** [n] see {@link squaredReaches}. */
    readonly reaches: Float32Array;
    readonly firstElement: number;
}

/**
 * Finds the splat that is seen along a ray: as in the views, the one at which the light that still passes falls below one half; where it does not,
 * the one that takes most of it. Looks at all splats: some milliseconds for a million.
 */
export class SplatPicker {
    private constructor(
        private readonly _content: Pick<ContentLeaves, "items" | "leafOfElement">,
        private readonly _meshes: readonly PickedSplats[],
    ) {}

    /** @param content whose splats can be hit; they are read once, here. @throws UltrametricError as ReadSplatData */
    public static Create(content: Pick<ContentLeaves, "items" | "leafOfElement">): SplatPicker {
        return new SplatPicker(content, RunCoroutineSync(readSplats(content)));
    }

    /** As {@link Create}, in time slices. */
    public static async CreateAsync(
        content: Pick<ContentLeaves, "items" | "leafOfElement">,
        pacer: Pick<Pacer, "yieldIfDueAsync">,
    ): Promise<SplatPicker> {
        return new SplatPicker(content, await RunCoroutineAsync(readSplats(content), pacer));
    }

    /**
     * The first leaf that a ray hits; null for none.
     *
     * @param ray in the scene
     * @param isIgnored leaves that are passed through, as hidden ones are
     */
    public pick(ray: Ray, isIgnored: ((leaf: number) => boolean) | null = null): SplatHit | null {
        const crossings: Crossing[] = [];
        const { leafOfElement } = this._content;
        for (const { mesh, data, reaches, firstElement } of this._meshes) {
            if (!mesh.isDisposed() && mesh.isEnabled()) {
                const toMesh = Matrix.Invert(mesh.computeWorldMatrix(true));
                // Not normalized: distances stay those along the ray of the scene.
                const origin = Vector3.TransformCoordinates(ray.origin, toMesh);
                const direction = Vector3.TransformNormal(ray.direction, toMesh);
                collectCrossings(data, reaches, origin, direction, (splat, alpha, distance) => {
                    const element = firstElement + splat;
                    if (!isIgnored?.(leafOfElement[element])) {
                        crossings.push({ element, alpha, distance });
                    }
                });
            }
        }
        crossings.sort((a, b) => a.distance - b.distance);
        let passing = 1;
        let most = 0;
        let best: Crossing | null = null;
        for (const crossing of crossings) {
            const share = passing * crossing.alpha;
            passing -= share;
            if (passing < SEEN_TRANSMITTANCE) {
                best = crossing;
                break;
            }
            if (share > most) {
                most = share;
                best = crossing;
            }
        }
        return best && 1 - passing >= LEAST_HIT
            ? { element: best.element, leaf: leafOfElement[best.element], distance: best.distance }
            : null;
    }
}

function* readSplats({ items }: Pick<ContentLeaves, "items">): Coroutine<PickedSplats[]> {
    const read: PickedSplats[] = [];
    for (const { mesh, firstElement } of items) {
        if (!mesh.isDisposed() && IsSplatMesh(mesh)) {
            const data = yield* SplatDataCoroutine(mesh);
            read.push({ mesh, data, reaches: yield* squaredReaches(data), firstElement });
        }
    }
    return read;
}

/** Squared distances from the splats' centers beyond which nothing is left of them. */
function* squaredReaches({ count, scales, colors }: SplatData): Coroutine<Float32Array> {
    const deviations = Float64Array.from({ length: 256 }, (_, byte) => 2 * Math.log(byte / 255 / MIN_SPLAT_ALPHA));
    const reaches = new Float32Array(count);
    for (let i = 0; i < count; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        const thickest = Math.max(scales[3 * i], scales[3 * i + 1], scales[3 * i + 2]);
        reaches[i] = deviations[colors[4 * i + 3]] * thickest * thickest;
    }
    return reaches;
}

function collectCrossings(
    { count, positions, scales, rotations, colors }: SplatData,
    reaches: Float32Array,
    { x: ox, y: oy, z: oz }: Vector3,
    { x: dx, y: dy, z: dz }: Vector3,
    visit: (splat: number, alpha: number, distance: number) => void,
): void {
    const squaredLength = dx * dx + dy * dy + dz * dz;
    const axes = new Float64Array(9);
    for (let i = 0; i < count; i++) {
        const px = positions[3 * i] - ox;
        const py = positions[3 * i + 1] - oy;
        const pz = positions[3 * i + 2] - oz;
        const along = (px * dx + py * dy + pz * dz) / squaredLength;
        const squaredOff = px * px + py * py + pz * pz - along * along * squaredLength;
        if (!(squaredOff <= reaches[i])) {
            continue;
        }
        const thickest = Math.max(scales[3 * i], scales[3 * i + 1], scales[3 * i + 2]);
        const opacity = colors[4 * i + 3] / 255;
        SplatAxes(rotations, i, axes);
        // In the splat's own axes, in its deviations: it is a ball there.
        let squaredOffset = 0;
        let product = 0;
        let squaredStep = 0;
        for (let c = 0; c < 3; c++) {
            const scale = Math.max(scales[3 * i + c], LEAST_THICKNESS * thickest);
            const offset = (axes[c] * px + axes[3 + c] * py + axes[6 + c] * pz) / scale;
            const step = (axes[c] * dx + axes[3 + c] * dy + axes[6 + c] * dz) / scale;
            squaredOffset += offset * offset;
            product += offset * step;
            squaredStep += step * step;
        }
        const distance = product / squaredStep;
        const alpha = Math.min(
            MAX_SPLAT_ALPHA,
            opacity * Math.exp(-0.5 * Math.max(0, squaredOffset - product * distance)),
        );
        if (distance > 0 && alpha >= MIN_SPLAT_ALPHA) {
            visit(i, alpha, distance);
        }
    }
}
