import type { HashGridLevel } from "../../src/compute/fields/shared/hashGrid";

/**
 * Reference implementation of hashGridForward.wgsl.
 * @param table [entries, features]
 * @param positions [n, 3] unit cube
 * @returns [n, levels * features]
 */
export function HashGrid(
    levels: readonly HashGridLevel[],
    features: number,
    table: ArrayLike<number>,
    positions: ArrayLike<number>,
): Float64Array {
    const count = positions.length / 3;
    const width = levels.length * features;
    const out = new Float64Array(count * width);
    for (let i = 0; i < count; i++) {
        levels.forEach((level, l) => {
            const place = [0, 1, 2].map(
                (axis) => Math.min(Math.max(positions[3 * i + axis], 0), 1 - 2 ** -24) * level.resolution,
            );
            for (const [dx, dy, dz] of CORNERS) {
                const [x, y, z] = [dx, dy, dz].map((d, axis) => Math.floor(place[axis]) + d);
                const weight = [dx, dy, dz].reduce((product, d, axis) => {
                    const inside = place[axis] - Math.floor(place[axis]);
                    return product * (d === 1 ? inside : 1 - inside);
                }, 1);
                const side = level.resolution + 1;
                const hash = (x ^ Math.imul(y, 2654435761) ^ Math.imul(z, 805459861)) >>> 0;
                const entry = level.start + (level.isDense ? x + side * (y + side * z) : hash % level.entries);
                for (let f = 0; f < features; f++) {
                    out[i * width + l * features + f] += weight * table[entry * features + f];
                }
            }
        });
    }
    return out;
}

const CORNERS = [0, 1].flatMap((z) => [0, 1].flatMap((y) => [0, 1].map((x) => [x, y, z])));
