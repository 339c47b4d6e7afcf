import type { LabeledSurface } from "../../demo/captures/make/labeledSurface";
import { CreateRandom } from "../../src/compute/base/random";
import type { SplatData } from "../../src/plugin/content/splatData";
import { EmptySplats } from "./splatScene";

/** Splats as a training from photos gives, with the part of each. */
export interface TrainedSplats {
    readonly splats: SplatData;
    /** [n] node of the surface; -1 for floaters, haze and background. */
    readonly parts: Int32Array;
}

/** Shares of splats that lie on no surface. */
export interface TrainedSplatsOptions {
    /** Opaque or half opaque floaters around the model. Default 0.01. */
    readonly floaters?: number;
    /** Large splats of low opacity. Default 0.03. */
    readonly haze?: number;
    /** Opaque background, ten to thirty times the model's size away. Default 0.002. */
    readonly far?: number;
}

/**
 * Creates splats of a model as a training from photos might give: needles and flakes near the surface, of varying
 * density, a third of them half transparent; with floaters, haze and background.
 */
export function CreateTrainedSplats(
    { corners, normals, colors, parts }: LabeledSurface,
    count: number,
    seed: number,
    { floaters = 0.01, haze = 0.03, far = 0.002 }: TrainedSplatsOptions = {},
): TrainedSplats {
    const random = CreateRandom(seed);
    const gaussian = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const ends = new Float64Array(parts.length);
    let area = 0;
    for (let t = 0; t < parts.length; t++) {
        const [u, v] = [3, 6].map((to) => [0, 1, 2].map((a) => corners[9 * t + to + a] - corners[9 * t + a]));
        area += Math.hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]) / 2;
        ends[t] = area;
    }
    const loose = [far, haze, floaters].map((share) => Math.round(share * count));
    const solid = count - loose[0] - loose[1] - loose[2];
    const spacing = Math.sqrt(area / solid);
    const splats = EmptySplats(count);
    const owners = new Int32Array(count).fill(-1);
    let filled = 0;
    const add = (position: number[], scales: number[], rotation: number[], color: number[], opacity: number): void => {
        const length = Math.hypot(...rotation) || 1;
        splats.positions.set(position, 3 * filled);
        splats.scales.set(scales, 3 * filled);
        splats.rotations.set(
            rotation.map((value) => value / length),
            4 * filled,
        );
        splats.colors.set(
            [...color.map((value) => Math.round(255 * Math.min(Math.max(value, 0), 1))), Math.round(255 * opacity)],
            4 * filled,
        );
        filled++;
    };
    while (filled < solid) {
        const at = random() * area;
        const t = ends.findIndex((end) => end > at);
        const root = Math.sqrt(random());
        const second = random() * root;
        const weights = [1 - root, root - second, second];
        const blend = (values: Float64Array): number[] =>
            [0, 1, 2].map((a) =>
                weights.reduce((sum, weight, corner) => sum + weight * values[9 * t + 3 * corner + a], 0),
            );
        const position = blend(corners);
        // Regions with few photos have fewer and larger splats.
        const density =
            0.6 + 0.4 * Math.sin(5 * position[0] + 1) * Math.sin(4 * position[1]) * Math.sin(6 * position[2] + 2);
        if (random() > density) {
            continue;
        }
        const normal = blend(normals);
        const base = spacing / Math.sqrt(density);
        const offset = 0.15 * base * gaussian();
        const [nx, ny, nz] = normal.map((value) => value / (Math.hypot(...normal) || 1));
        const upright = nz > -0.999 ? [1 + nz, -ny, nx, 0] : [0, 1, 0, 0];
        const length = Math.hypot(...upright);
        const [w, x, y] = upright.map((value) => value / length);
        // A rotation about z, and then from z to the normal.
        const angle = Math.PI * random();
        const [c, s] = [Math.cos(angle / 2), Math.sin(angle / 2)];
        const rotation = [w * c, x * c + y * s, y * c - x * s, w * s];
        const slimness = Math.exp(0.6 * gaussian());
        owners[filled] = parts[t];
        add(
            position.map((value, a) => value + offset * [nx, ny, nz][a]),
            [0.5 * base * slimness, (0.5 * base) / slimness, 0.08 * base],
            rotation,
            blend(colors).map((value) => value ** (1 / 2.2) + 0.03 * gaussian()),
            random() < 0.7 ? 0.8 + 0.2 * random() : 0.1 + 0.5 * random(),
        );
    }
    const anywhere = (reach: number): number[] => [0, 1, 2].map(() => reach * (2 * random() - 1));
    const ball = (): number[] => [0, 0, 0, 0].map(gaussian);
    for (let i = 0; i < loose[2]; i++) {
        const size = spacing * (1 + 4 * random());
        add(
            anywhere(2),
            [size, size * random(), size * random()],
            ball(),
            anywhere(0).map(random),
            0.3 + 0.6 * random(),
        );
    }
    for (let i = 0; i < loose[1]; i++) {
        const size = spacing * (2 + 6 * random());
        add(anywhere(1.5), [size, size, size * random()], ball(), [0.8, 0.8, 0.85], 0.01 + 0.04 * random());
    }
    while (filled < count) {
        const direction = ball().slice(1);
        const distance = (10 + 20 * random()) / Math.hypot(...direction);
        const size = 0.3 * random();
        add(
            direction.map((value) => value * distance),
            [size, size, size],
            ball(),
            [0.5, 0.7, 0.9],
            0.9,
        );
    }
    return { splats, parts: owners };
}
