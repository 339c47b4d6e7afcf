import type { PinholeCamera } from "../../../src/compute/views/pinholeCamera";
import type { LabeledSurface } from "./labeledSurface";
import type { RayCaster } from "./rayCaster";

/** The rendered images of a camera. */
export interface RenderedView {
    /** [height, width, 4] straight-alpha sRGB, white for background. */
    readonly image: Uint8Array;
    /** [height, width] planar depth through the pixel centers in world units; 0 for background. */
    readonly depth: Float64Array;
    /** [height, width] ids of the parts through the pixel centers; 0 for background. */
    readonly parts: Uint16Array;
}

/** Rays per pixel along each axis; odd, so that the middle one goes through the pixel's center. */
const SAMPLES = 3;

/**
 * The directions to the lights (world) and their strengths. Fixed in the world, so that a surface has one color in all
 * views.
 */
const LIGHTS: readonly (readonly [number, number, number, number])[] = [
    [0.45, -0.5, 0.74, 0.75],
    [-0.6, 0.6, 0.53, 0.3],
    [0.3, 0.2, -0.93, 0.2],
];
const AMBIENT = 0.4;

/** Renders a view with Lambert shading, without shadows. Depth and ids use one ray per pixel, color and alpha nine. */
export function RenderView(surface: LabeledSurface, caster: RayCaster, camera: PinholeCamera): RenderedView {
    const { width, height } = camera;
    const image = new Uint8Array(width * height * 4);
    const depth = new Float64Array(width * height);
    const parts = new Uint16Array(width * height);
    const [ox, oy, oz] = camera.position;
    const target = [0, 0, 0];
    const color = [0, 0, 0];
    for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
            const pixel = row * width + column;
            let hits = 0;
            const sum = [0, 0, 0];
            for (let s = 0; s < SAMPLES * SAMPLES; s++) {
                const x = column + ((s % SAMPLES) + 0.5) / SAMPLES;
                const y = row + (Math.floor(s / SAMPLES) + 0.5) / SAMPLES;
                // At depth 1, so that the ray's parameter is the planar depth.
                camera.unproject(x, y, 1, target);
                const [dx, dy, dz] = [target[0] - ox, target[1] - oy, target[2] - oz];
                const hit = caster.cast(ox, oy, oz, dx, dy, dz);
                if (hit.triangle < 0) {
                    continue;
                }
                if (2 * s + 1 === SAMPLES * SAMPLES) {
                    depth[pixel] = hit.distance;
                    parts[pixel] = surface.parts[hit.triangle];
                }
                shade(surface, hit.triangle, hit.u, hit.v, dx, dy, dz, color);
                hits++;
                for (let k = 0; k < 3; k++) {
                    sum[k] += color[k];
                }
            }
            for (let k = 0; k < 3; k++) {
                image[pixel * 4 + k] = hits ? Math.round(255 * encodeSrgb(Math.min(sum[k] / hits, 1))) : 255;
            }
            image[pixel * 4 + 3] = Math.round((255 * hits) / (SAMPLES * SAMPLES));
        }
    }
    return { image, depth, parts };
}

function shade(
    surface: LabeledSurface,
    triangle: number,
    u: number,
    v: number,
    dx: number,
    dy: number,
    dz: number,
    out: number[],
): void {
    const { corners: c, normals, colors } = surface;
    const t = triangle * 9;
    const weights = [1 - u - v, u, v];
    const normal = [0, 0, 0];
    out.fill(0);
    for (let corner = 0; corner < 3; corner++) {
        for (let k = 0; k < 3; k++) {
            normal[k] += weights[corner] * normals[t + corner * 3 + k];
            out[k] += weights[corner] * colors[t + corner * 3 + k];
        }
    }
    const [ax, ay, az] = [c[t + 3] - c[t], c[t + 4] - c[t + 1], c[t + 5] - c[t + 2]];
    const [bx, by, bz] = [c[t + 6] - c[t], c[t + 7] - c[t + 1], c[t + 8] - c[t + 2]];
    const plane = [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
    // The plane's normal faces the viewer and the shading normal the plane's side, for either winding.
    const toward = -Math.sign(plane[0] * dx + plane[1] * dy + plane[2] * dz) || 1;
    const side = toward * (Math.sign(plane[0] * normal[0] + plane[1] * normal[1] + plane[2] * normal[2]) || 1);
    const scale = side / Math.hypot(normal[0], normal[1], normal[2]);
    let light = AMBIENT;
    for (const [lx, ly, lz, strength] of LIGHTS) {
        light += strength * Math.max(0, scale * (normal[0] * lx + normal[1] * ly + normal[2] * lz));
    }
    for (let k = 0; k < 3; k++) {
        out[k] *= light;
    }
}

function encodeSrgb(linear: number): number {
    return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
}
