import { UltrametricError } from "../ultrametricError";
import type { View } from "../views/capture";
import { PinholeCamera } from "../views/pinholeCamera";
import { FindSceneBounds } from "../views/sceneBounds";
import { ShrinkImage } from "../views/shrinkImage";
import type { UnitCube } from "../views/unitCube";
import { CAMERA_WORDS } from "./radianceKernels";

/** How the views are packed. */
export interface RadianceViewsOptions {
    /** The box of the scene, which becomes the field's unit cube. Default: found from the cameras and the pictures' clear parts. */
    cube: UnitCube | null;
    /** A larger picture is made smaller. Default 640,000 (800 x 800). */
    maxPixelsPerView: number;
}

/** The defaults of {@link RadianceViewsOptions}. */
export const DEFAULT_RADIANCE_VIEWS_OPTIONS: Readonly<RadianceViewsOptions> = {
    cube: null,
    maxPixelsPerView: 640_000,
};

/** A posed picture, as a radiance field learns from it. */
export interface RadianceView {
    readonly camera: PinholeCamera;
    /** [height, width, 4] straight-alpha sRGB bytes. */
    readonly image: Uint8Array;
}

/** What a radiance field learns from, as the GPU reads it. Plain data; the arrays are not to be changed. */
export interface RadianceViews {
    /** Maps the world into the unit cube of the field. */
    readonly cube: UnitCube;
    /** The pictures, made smaller where they were too large. */
    readonly views: readonly RadianceView[];
    /** [views, 20] bits of the WGSL struct RadianceCamera. */
    readonly cameras: Uint32Array<ArrayBuffer>;
    /** [pixels] RGBA bytes, view after view. */
    readonly pixels: Uint32Array<ArrayBuffer>;
}

/**
 * Packs posed pictures for the training of a radiance field.
 * @throws UltrametricError "input" for no views, an image whose size is not its camera's, bounds that cannot be found
 */
export function CreateRadianceViews(
    views: readonly View[],
    options: Partial<RadianceViewsOptions> = {},
): RadianceViews {
    const { cube, maxPixelsPerView } = { ...DEFAULT_RADIANCE_VIEWS_OPTIONS, ...options };
    if (views.length === 0) {
        throw new UltrametricError("input", "Radiance field: there are no views to learn from.");
    }
    const small = views.map((view) => ShrinkView(view, maxPixelsPerView));
    const box = cube ?? FindSceneBounds(small);
    const total = small.reduce((sum, { camera }) => sum + camera.width * camera.height, 0);
    const cameras = new Uint32Array(small.length * CAMERA_WORDS);
    const pixels = new Uint32Array(total);
    const bytes = new Uint8Array(pixels.buffer);
    let start = 0;
    small.forEach(({ camera, image }, v) => {
        cameras.set(PackCamera(camera, box, start), v * CAMERA_WORDS);
        bytes.set(image, 4 * start);
        start += camera.width * camera.height;
    });
    return { cube: box, views: small, cameras, pixels };
}

/** Bits of the WGSL struct RadianceCamera. @param pixelStart first pixel of its picture */
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

/** A view with at most so many pixels. */
function ShrinkView({ name, camera, image }: View, maxPixels: number): RadianceView {
    const { width, height } = camera;
    if (image.length !== 4 * width * height) {
        throw new UltrametricError(
            "input",
            `Radiance field: the image of view ${name} has ${image.length} bytes; its camera's ${width} x ${height} pixels take ${4 * width * height}.`,
        );
    }
    const factor = Math.sqrt(maxPixels / (width * height));
    if (factor >= 1) {
        return { camera, image };
    }
    const [columns, rows] = [width, height].map((size) => Math.max(1, Math.floor(size * factor)));
    const { focalX, focalY, centerX, centerY, cameraToWorld } = camera;
    return {
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
