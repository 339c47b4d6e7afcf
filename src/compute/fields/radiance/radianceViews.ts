import { type Coroutine, RunCoroutineAsync, RunCoroutineSync } from "../../base/coroutine";
import { Pacer } from "../../base/pacer";
import type { RunOptions } from "../../base/progress";
import { UltrametricError } from "../../base/ultrametricError";
import { type CaptureBounds, CaptureBoundsCoroutine } from "../../bounds/captureBounds";
import type { UnitCube } from "../../bounds/unitCube";
import type { MaskSet } from "../../masks/maskSet";
import type { Capture, View } from "../../views/capture";
import { PinholeCamera } from "../../views/pinholeCamera";
import { ShrinkImage } from "../../views/shrinkImage";
import { CreateDepthRuns, type DepthRuns } from "./depthRuns";
import type { RadianceFieldOptions } from "./radianceFieldOptions";
import { CAMERA_WORDS } from "./radianceKernels";

/** Options of {@link CreateRadianceViews}. */
export interface RadianceViewsOptions {
    /**
     * Bounds of the scene; their cube becomes the unit cube of the field. Default: null, found by FindCaptureBounds.
     */
    bounds: CaptureBounds | null;
    /** Maximum number of pixels per view; larger images are downscaled. Default: 640,000 (800 x 800). */
    maxPixelsPerView: number;
    /**
     * Masks of the views, for the depth continuity loss: `masks.views[i]` belongs to `capture.views[i]`. Default: null.
     */
    masks: MaskSet | null;
}

/** The defaults of {@link RadianceViewsOptions}. */
export const DEFAULT_RADIANCE_VIEWS_OPTIONS: Readonly<RadianceViewsOptions> = {
    bounds: null,
    maxPixelsPerView: 640_000,
    masks: null,
};

/** The training data of a radiance field, in the layout of the GPU. Plain data; do not change the arrays. */
export interface RadianceViews {
    /** Name of the capture. */
    readonly name: string;
    /** Bounds of the scene; their cube maps the world to the unit cube of the field. */
    readonly bounds: CaptureBounds;
    /** Views with images that are downscaled if they were too large. */
    readonly views: readonly View[];
    /** [views, 20] bits of the WGSL struct RadianceCamera. */
    readonly cameras: Uint32Array<ArrayBuffer>;
    /** [pixels] RGBA bytes, view after view. */
    readonly pixels: Uint32Array<ArrayBuffer>;
    /** Runs of pixels with continuous depth; null without masks. */
    readonly runs: DepthRuns | null;
}

/**
 * Packs the posed images of a capture for the training of a radiance field.
 * @throws UltrametricError "input" if there are no views, an image differs in size from its camera, or no bounds are
 * found
 */
export function CreateRadianceViews(
    capture: Pick<Capture, "name" | "views" | "sparsePoints">,
    options: Partial<RadianceViewsOptions> = {},
): RadianceViews {
    return RunCoroutineSync(packViews(capture, options));
}

/** Does the same as {@link CreateRadianceViews}, in time slices. @throws also UltrametricError "aborted" */
export async function CreateRadianceViewsAsync(
    capture: Pick<Capture, "name" | "views" | "sparsePoints">,
    { signal, ...options }: Partial<RadianceViewsOptions> & RunOptions = {},
): Promise<RadianceViews> {
    return await RunCoroutineAsync(packViews(capture, options), new Pacer("Packing the images", signal));
}

function* packViews(
    capture: Pick<Capture, "name" | "views" | "sparsePoints">,
    options: Partial<RadianceViewsOptions>,
): Coroutine<RadianceViews> {
    const { bounds, maxPixelsPerView, masks } = { ...DEFAULT_RADIANCE_VIEWS_OPTIONS, ...options };
    if (capture.views.length === 0) {
        throw new UltrametricError("input", `The capture "${capture.name}" has no views to train a radiance field on.`);
    }
    if (masks !== null && masks.views.length !== capture.views.length) {
        throw new UltrametricError(
            "input",
            `Radiance field: there are masks of ${masks.views.length} views for a capture of ${capture.views.length}.`,
        );
    }
    const small: View[] = [];
    for (const view of capture.views) {
        small.push(ShrinkView(view, maxPixelsPerView));
        yield;
    }
    const found = bounds ?? (yield* CaptureBoundsCoroutine({ ...capture, views: small }));
    const total = small.reduce((sum, { camera }) => sum + camera.width * camera.height, 0);
    const cameras = new Uint32Array(small.length * CAMERA_WORDS);
    const pixels = new Uint32Array(total);
    const bytes = new Uint8Array(pixels.buffer);
    let start = 0;
    for (const [v, { camera, image }] of small.entries()) {
        cameras.set(PackCamera(camera, found.cube, start), v * CAMERA_WORDS);
        bytes.set(image, 4 * start);
        start += camera.width * camera.height;
        yield;
    }
    const runs =
        masks &&
        CreateDepthRuns(
            small.map(({ camera }, v) => {
                const { width, height } = capture.views[v].camera;
                return { camera, masks: masks.views[v], maskWidth: width, maskHeight: height };
            }),
        );
    return { name: capture.name, bounds: found, views: small, cameras, pixels, runs };
}

/** Returns the options of a field for the range of its rays, in lengths of the unit cube. */
export function RadianceRange({
    cube,
    unbounded,
    near,
    far,
}: CaptureBounds): Pick<RadianceFieldOptions, "unbounded" | "near" | "far"> {
    const scale = cube.toWorldLength(1);
    return { unbounded, near: near / scale, far: far / scale };
}

/** Packs the bits of the WGSL struct RadianceCamera. @param pixelStart index of the first pixel of its image */
export function PackCamera(camera: PinholeCamera, cube: UnitCube, pixelStart = 0): Uint32Array<ArrayBuffer> {
    const words = new Uint32Array(CAMERA_WORDS);
    const floats = new Float32Array(words.buffer);
    const m = camera.cameraToWorld;
    const origin = cube.toUnit(Float32Array.from(camera.position));
    for (let row = 0; row < 3; row++) {
        floats.set([m[4 * row], m[4 * row + 1], m[4 * row + 2], origin[row]], 4 * row);
    }
    floats.set([camera.focalX, camera.focalY, camera.centerX, camera.centerY], 12);
    words.set([camera.width, camera.height, pixelStart, 0], 16);
    return words;
}

/** Returns a view downscaled to at most `maxPixels`, and without depth, which a field must not use. */
export function ShrinkView(view: View, maxPixels: number): View {
    const { name, camera, image } = view;
    const { width, height } = camera;
    if (image.length !== 4 * width * height) {
        throw new UltrametricError(
            "input",
            `Radiance field: the image of view ${name} has ${image.length} bytes; ` +
                `the ${width} x ${height} pixels of its camera need ${4 * width * height}.`,
        );
    }
    const factor = Math.sqrt(maxPixels / (width * height));
    if (factor >= 1) {
        return { ...view, depth: null };
    }
    const [columns, rows] = [width, height].map((size) => Math.max(1, Math.floor(size * factor)));
    const { focalX, focalY, centerX, centerY, cameraToWorld } = camera;
    return {
        ...view,
        depth: null,
        camera: new PinholeCamera(
            columns,
            rows,
            (focalX * columns) / width,
            (focalY * rows) / height,
            (centerX * columns) / width,
            (centerY * rows) / height,
            cameraToWorld,
        ),
        image: ShrinkImage(image, width, height, columns, rows),
    };
}
