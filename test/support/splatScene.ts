import { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { Scene } from "@babylonjs/core/scene";
import { CreateRandom } from "../../src/compute/base/random";
import type { CaptureGeometry } from "../../src/compute/views/capture";
import type { SplatData } from "../../src/plugin/content/splatData";
import { WriteSplatBytes } from "./splatBytes";

/** A point of a surface. */
export interface SurfacePoint {
    readonly position: readonly [number, number, number];
    readonly normal: readonly [number, number, number];
    /** sRGB, 0..255. */
    readonly color: readonly [number, number, number];
}

/** Allocates arrays for splats. */
export function EmptySplats(count: number): SplatData {
    return {
        count,
        positions: new Float32Array(3 * count),
        scales: new Float32Array(3 * count),
        rotations: new Float32Array(4 * count),
        colors: new Uint8Array(4 * count),
    };
}

/** Creates flat round splats on a surface, as a training gives: discs of deviation `radius`, a twentieth as thick. */
export function SurfaceSplats(points: readonly SurfacePoint[], radius: number, opacity = 0.95): SplatData {
    const splats = EmptySplats(points.length);
    points.forEach(({ position, normal: [nx, ny, nz], color }, i) => {
        splats.positions.set(position, 3 * i);
        splats.scales.set([radius, radius, radius / 20], 3 * i);
        // The rotation from z to the normal.
        const rotation = nz > -0.999 ? [1 + nz, -ny, nx, 0] : [0, 1, 0, 0];
        const length = Math.hypot(...rotation);
        splats.rotations.set(
            rotation.map((value) => value / length),
            4 * i,
        );
        splats.colors.set([...color, Math.round(255 * opacity)], 4 * i);
    });
    return splats;
}

export interface SplatTable {
    readonly splats: SplatData;
    /** [n] 0 the table's top, 1 - 4 its legs, 5 a ball, 6 a box, 7 a can; -1 for faint floaters. */
    readonly objects: Int32Array;
}

/**
 * Creates a table, 2 x 0.1 x 2 on four legs, with a ball, a box and a can on it; y is up. 2 % of the splats are faint
 * floaters.
 */
export function CreateSplatTable(count: number, seed: number): SplatTable {
    const random = CreateRandom(seed);
    type Sampler = () => [readonly [number, number, number], readonly [number, number, number]];
    const box =
        (center: readonly number[], size: readonly number[]): Sampler =>
        () => {
            const areas = [size[1] * size[2], size[0] * size[2], size[0] * size[1]];
            const pick = random() * (areas[0] + areas[1] + areas[2]);
            const axis = pick < areas[0] ? 0 : pick < areas[0] + areas[1] ? 1 : 2;
            const side = random() < 0.5 ? -1 : 1;
            const at = [0, 1, 2].map((a) => center[a] + size[a] * (a === axis ? side / 2 : random() - 0.5));
            const normal = [0, 1, 2].map((a) => (a === axis ? side : 0));
            return [
                [at[0], at[1], at[2]],
                [normal[0], normal[1], normal[2]],
            ];
        };
    const ball: Sampler = () => {
        const y = 2 * random() - 1;
        const angle = 2 * Math.PI * random();
        const around = Math.sqrt(1 - y * y);
        const normal = [around * Math.cos(angle), y, around * Math.sin(angle)] as const;
        return [[-0.5 + 0.3 * normal[0], 0.3 + 0.3 * normal[1], -0.4 + 0.3 * normal[2]], normal];
    };
    const can: Sampler = () => {
        const angle = 2 * Math.PI * random();
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        if (random() < 0.2) {
            const radius = 0.2 * Math.sqrt(random());
            return [
                [0.5 + radius * cos, 0.6, 0.4 + radius * sin],
                [0, 1, 0],
            ];
        }
        return [
            [0.5 + 0.2 * cos, 0.6 * random(), 0.4 + 0.2 * sin],
            [cos, 0, sin],
        ];
    };
    const leg = (x: number, z: number): Sampler => box([x, -0.6, z], [0.12, 1, 0.12]);
    const objects: [Sampler, number, [number, number, number]][] = [
        [box([0, -0.05, 0], [2, 0.1, 2]), 8.8, [150, 100, 60]],
        [leg(-0.9, -0.9), 0.5, [90, 90, 95]],
        [leg(0.9, -0.9), 0.5, [90, 90, 95]],
        [leg(-0.9, 0.9), 0.5, [90, 90, 95]],
        [leg(0.9, 0.9), 0.5, [90, 90, 95]],
        [ball, 1.13, [200, 40, 40]],
        [box([0.5, 0.2, -0.4], [0.4, 0.4, 0.4]), 0.96, [40, 120, 200]],
        [can, 0.9, [60, 170, 70]],
    ];
    const area = objects.reduce((sum, [, share]) => sum + share, 0);
    const points: SurfacePoint[] = [];
    const ids: number[] = [];
    objects.forEach(([sample, share, color], id) => {
        for (let i = Math.round((0.98 * count * share) / area); i > 0; i--) {
            const [position, normal] = sample();
            const noise = Math.round(16 * (random() - 0.5));
            points.push({ position, normal, color: [color[0] + noise, color[1] + noise, color[2] + noise] });
            ids.push(id);
        }
    });
    const solid = points.length;
    while (points.length < count) {
        points.push({
            position: [3 * random() - 1.5, 3 * random() - 1.5, 3 * random() - 1.5],
            normal: [0, 1, 0],
            color: [128, 128, 128],
        });
        ids.push(-1);
    }
    // Discs that reach their neighbors leave no holes.
    const splats = SurfaceSplats(points, 1.2 * Math.sqrt(area / solid));
    for (let i = solid; i < count; i++) {
        splats.colors[4 * i + 3] = 12;
    }
    return { splats, objects: Int32Array.from(ids) };
}

/**
 * Creates flat splats at the leaves of a capture, with their colors, as a training might give.
 *
 * @param area of the captured surface
 * @param reach a splat's deviation in units of the distance between leaves
 */
export function SplatsOfSurface(
    { positions, faceNormals, colors }: CaptureGeometry,
    area: number,
    reach: number,
): SplatData {
    const count = positions.length / 3;
    const row = (from: ArrayLike<number>, i: number): [number, number, number] => [
        from[3 * i],
        from[3 * i + 1],
        from[3 * i + 2],
    ];
    const points = Array.from({ length: count }, (_, i) => ({
        position: row(positions, i),
        normal: row(faceNormals!, i),
        color: row(colors!, i),
    }));
    return SurfaceSplats(points, reach * Math.sqrt(area / count));
}

/** Creates a mesh that shows splats and keeps them in memory. */
export async function CreateSplatMeshAsync(
    name: string,
    splats: SplatData,
    scene: Scene,
): Promise<GaussianSplattingMesh> {
    const mesh = new GaussianSplattingMesh(name, null, scene, true);
    await mesh.updateDataAsync(WriteSplatBytes(splats).buffer);
    return mesh;
}
