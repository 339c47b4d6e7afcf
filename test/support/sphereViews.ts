import type { CaptureBounds } from "../../src/compute/bounds/captureBounds";
import { UnitCube } from "../../src/compute/bounds/unitCube";
import type { RadianceTrainingOptions } from "../../src/compute/fields/radiance/radianceFieldOptions";
import type { RadianceFieldConfigOptions } from "../../src/compute/fields/radiance/radianceFieldTrainer";
import type { View } from "../../src/compute/views/capture";
import { LookAt } from "./cameras";

export const SPHERE = { center: [0.4, -0.2, 1.1], radius: 0.8 } as const;

/** Bounds around the sphere, for single views, which do not determine any. */
export const SPHERE_BOUNDS: CaptureBounds = {
    cube: new UnitCube([SPHERE.center[0] - 0.9, SPHERE.center[1] - 0.9, SPHERE.center[2] - 0.9], 1.8),
    unbounded: false,
    near: 0.1,
    far: 100,
    from: "transparent pixels",
};

/** Creates views from around a sphere with colored bands, with depth, transparent elsewhere. */
export function SphereViews(count: number, size = 32, turn = 0): View[] {
    const { center, radius } = SPHERE;
    return Array.from({ length: count }, (_, v) => {
        const azimuth = 2.4 * v + turn;
        const height = 1.2 * Math.sin(1.7 * v + turn);
        const from = [center[0] + 4 * Math.cos(azimuth), center[1] + 4 * Math.sin(azimuth), center[2] + height];
        const camera = LookAt(from, center, size, 1.8 * size);
        const image = new Uint8Array(4 * size * size);
        const depth = new Float32Array(size * size);
        const far = [0, 0, 0];
        for (let pixel = 0; pixel < size * size; pixel++) {
            camera.unproject((pixel % size) + 0.5, Math.floor(pixel / size) + 0.5, 1, far);
            const ray = far.map((x, axis) => x - camera.position[axis]); // one unit of planar depth
            const gap = center.map((x, axis) => x - camera.position[axis]);
            const a = Dot(ray, ray);
            const b = Dot(ray, gap);
            const root = b * b - a * (Dot(gap, gap) - radius * radius);
            if (root > 0) {
                const t = (b - Math.sqrt(root)) / a;
                const normal = ray.map((x, axis) => (t * x - gap[axis]) / radius);
                depth[pixel] = t;
                image.set(
                    normal.map((x) => 127.5 + 110 * Math.sin(4 * x)),
                    4 * pixel,
                );
                image[4 * pixel + 3] = 255;
            }
        }
        return { name: `sphere ${v}`, camera, image, depth };
    });
}

function Dot(a: readonly number[], b: readonly number[]): number {
    return a.reduce((sum, x, axis) => sum + x * b[axis], 0);
}

/** Creates a capture of {@link SphereViews}. */
export function SphereCapture(count: number, size = 32): { name: string; views: View[] } {
    return { name: "sphere", views: SphereViews(count, size) };
}

/**
 * Returns options of a radiance field that fits the sphere and trains quickly.
 * @param training changes of the training
 */
export function SphereConfig(training: Partial<RadianceTrainingOptions> = {}): RadianceFieldConfigOptions {
    return {
        preset: "fast",
        field: {
            levels: 6,
            tableSizeLog2: 12,
            baseResolution: 4,
            finestResolution: 64,
            densityHidden: [16],
            geometryFeatures: 8,
            colorHidden: [16],
            occupancyResolution: 32,
            stepsPerDiagonal: 64,
            maxSamplesPerRay: 64,
        },
        training: { samples: 4096, maxRays: 1024, ...training },
    };
}
