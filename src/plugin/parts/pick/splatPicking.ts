import type { Ray } from "@babylonjs/core/Culling/ray.core";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { type Coroutine, RunCoroutineAsync, RunCoroutineSync } from "../../../compute/base/coroutine";
import type { Pacer } from "../../../compute/base/pacer";
import { MAX_SPLAT_ALPHA, MIN_SPLAT_ALPHA, SEEN_TRANSMITTANCE } from "../../../compute/splats/splatConstants";
import { IsSplatMesh, SPLATS_PER_CHUNK, SplatAxes, type SplatData, SplatDataCoroutine } from "../../content/splatData";
import { SplatPlacesOf } from "../../content/splatPlaces";
import type { ContentLeaves } from "../model/contentLeaves";

/** The smallest scale of an axis as a share of the largest one, so that rays hit flat splats. */
const MIN_RELATIVE_SCALE = 1e-3;
/** The smallest opacity of all splats on a ray together at which the ray hits something. */
const MIN_HIT_OPACITY = 0.1;

/** The splat that a ray hits. */
export interface SplatHit {
    /** The index of the splat among the content's elements. */
    readonly element: number;
    readonly leaf: number;
    /** The distance along the ray, in lengths of its direction. */
    readonly distance: number;
}

/** A splat on a ray. */
interface Crossing {
    readonly element: number;
    readonly alpha: number;
    readonly distance: number;
}

/** The splats of a mesh. */
interface PickedSplats {
    readonly mesh: GaussianSplattingMesh;
    readonly data: SplatData;
    /** [n] see {@link squaredRadiiCoroutine}. */
    readonly squaredRadii: Float32Array;
    readonly firstElement: number;
}

/**
 * Finds the visible splat on a ray. As in views, it is the one at which the transmittance falls below one half; if it
 * stays above, the one with the largest contribution. Visits all splats, a million in some milliseconds.
 */
export class SplatPicker {
    private constructor(
        private readonly _content: Pick<ContentLeaves, "items" | "leafOfElement">,
        private readonly _meshes: readonly PickedSplats[],
    ) {}

    /** Creates a picker of the content's splats, which are read once. @throws UltrametricError as ReadSplatData */
    public static Create(content: Pick<ContentLeaves, "items" | "leafOfElement">): SplatPicker {
        return new SplatPicker(content, RunCoroutineSync(readSplatsCoroutine(content)));
    }

    /** Like {@link Create}, in time slices. */
    public static async CreateAsync(
        content: Pick<ContentLeaves, "items" | "leafOfElement">,
        pacer: Pick<Pacer, "yieldIfDueAsync">,
    ): Promise<SplatPicker> {
        return new SplatPicker(content, await RunCoroutineAsync(readSplatsCoroutine(content), pacer));
    }

    /**
     * Returns the visible splat on a ray; null for none.
     *
     * @param ray in the scene
     * @param isIgnored whether a leaf is ignored, such as a hidden one
     */
    public pick(ray: Ray, isIgnored: ((leaf: number) => boolean) | null = null): SplatHit | null {
        const crossings: Crossing[] = [];
        const { leafOfElement } = this._content;
        for (const { mesh, data, squaredRadii, firstElement } of this._meshes) {
            if (!mesh.isDisposed() && mesh.isEnabled()) {
                const { placeOf, worlds, visibilities } = SplatPlacesOf(mesh);
                const rays = worlds.map((world, place) => rayIn(world, ray, visibilities[place]));
                visitCrossings(data, squaredRadii, placeOf, rays, (splat, alpha, distance) => {
                    const element = firstElement + splat;
                    if (!isIgnored?.(leafOfElement[element])) {
                        crossings.push({ element, alpha, distance });
                    }
                });
            }
        }
        crossings.sort((a, b) => a.distance - b.distance);
        let transmittance = 1;
        let maxContribution = 0;
        let best: Crossing | null = null;
        for (const crossing of crossings) {
            const contribution = transmittance * crossing.alpha;
            transmittance -= contribution;
            if (transmittance < SEEN_TRANSMITTANCE) {
                best = crossing;
                break;
            }
            if (contribution > maxContribution) {
                maxContribution = contribution;
                best = crossing;
            }
        }
        return best && 1 - transmittance >= MIN_HIT_OPACITY
            ? { element: best.element, leaf: leafOfElement[best.element], distance: best.distance }
            : null;
    }
}

function* readSplatsCoroutine({ items }: Pick<ContentLeaves, "items">): Coroutine<PickedSplats[]> {
    const read: PickedSplats[] = [];
    for (const { mesh, firstElement } of items) {
        if (!mesh.isDisposed() && IsSplatMesh(mesh)) {
            const data = yield* SplatDataCoroutine(mesh);
            read.push({ mesh, data, squaredRadii: yield* squaredRadiiCoroutine(data), firstElement });
        }
    }
    return read;
}

/** Returns the [n] squared distances from the centers of splats beyond which their alpha is below MIN_SPLAT_ALPHA. */
function* squaredRadiiCoroutine({ count, scales, colors }: SplatData): Coroutine<Float32Array> {
    const deviations = Float64Array.from({ length: 256 }, (_, byte) => 2 * Math.log(byte / 255 / MIN_SPLAT_ALPHA));
    const squaredRadii = new Float32Array(count);
    for (let i = 0; i < count; i++) {
        if (i % SPLATS_PER_CHUNK === 0) {
            yield;
        }
        const maxScale = Math.max(scales[3 * i], scales[3 * i + 1], scales[3 * i + 2]);
        squaredRadii[i] = deviations[colors[4 * i + 3]] * maxScale * maxScale;
    }
    return squaredRadii;
}

/** A ray in the coordinates of some splats. */
interface LocalRay {
    readonly origin: Vector3;
    /** Not normalized, so that distances are those along the ray of the scene. */
    readonly direction: Vector3;
    readonly squaredLength: number;
    /** 0..1, multiplies the opacity of the splats. */
    readonly visibility: number;
}

function rayIn(world: Matrix, ray: Ray, visibility: number): LocalRay {
    const toSplats = Matrix.Invert(world);
    const direction = Vector3.TransformNormal(ray.direction, toSplats);
    const origin = Vector3.TransformCoordinates(ray.origin, toSplats);
    return { origin, direction, squaredLength: direction.lengthSquared(), visibility };
}

/** Visits all splats on a ray. @param rays by the place of the splats */
function visitCrossings(
    { count, positions, scales, rotations, colors }: SplatData,
    squaredRadii: Float32Array,
    placeOf: Uint8Array | null,
    rays: readonly LocalRay[],
    visit: (splat: number, alpha: number, distance: number) => void,
): void {
    const axes = new Float64Array(9);
    let place = -1;
    let [ox, oy, oz, dx, dy, dz, squaredLength, visibility] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
        if ((placeOf ? placeOf[i] : 0) !== place) {
            place = placeOf ? placeOf[i] : 0;
            const ray = rays[place];
            ({ x: ox, y: oy, z: oz } = ray.origin);
            ({ x: dx, y: dy, z: dz } = ray.direction);
            ({ squaredLength, visibility } = ray);
        }
        const px = positions[3 * i] - ox;
        const py = positions[3 * i + 1] - oy;
        const pz = positions[3 * i + 2] - oz;
        const along = (px * dx + py * dy + pz * dz) / squaredLength;
        const squaredDistance = px * px + py * py + pz * pz - along * along * squaredLength;
        if (!(squaredDistance <= squaredRadii[i])) {
            continue;
        }
        const maxScale = Math.max(scales[3 * i], scales[3 * i + 1], scales[3 * i + 2]);
        const opacity = (visibility * colors[4 * i + 3]) / 255;
        SplatAxes(rotations, i, axes);
        // In the splat's own axes and standard deviations, in which it is a ball.
        let squaredOffset = 0;
        let product = 0;
        let squaredStep = 0;
        for (let c = 0; c < 3; c++) {
            const scale = Math.max(scales[3 * i + c], MIN_RELATIVE_SCALE * maxScale);
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
