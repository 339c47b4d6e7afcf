import { UltrametricError } from "../base/ultrametricError";

/** Room left between the contents and the walls of the unit cube, so that no corner of a grid cell lies outside. */
const MARGIN = 0.01;

/** The box of a scene's surface, and the map of world positions into the unit cube: the longest side spans 0.01 .. 0.99. */
export class UnitCube {
    /**
     * @param low lower corner of the box, world units
     * @param extent longest side of the box, world units
     */
    public constructor(
        public readonly low: readonly [number, number, number],
        public readonly extent: number,
    ) {}

    /**
     * The cube around [n, 3] world positions. Points that all coincide get a cube of side 1.
     *
     * @throws UltrametricError of kind "input" when there is no point or one is not finite
     */
    public static FromPositions(positions: Float32Array): UnitCube {
        if (positions.length === 0) {
            throw new UltrametricError(
                "input",
                "The capture has no surface point: no view sees anything (depth is 0 everywhere).",
            );
        }
        const low: [number, number, number] = [Infinity, Infinity, Infinity];
        const high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
        for (let i = 0; i < positions.length; i += 3) {
            for (let a = 0; a < 3; a++) {
                const value = positions[i + a];
                if (!Number.isFinite(value)) {
                    throw new UltrametricError("input", `Point ${i / 3} has a position that is not finite (${value}).`);
                }
                low[a] = Math.min(low[a], value);
                high[a] = Math.max(high[a], value);
            }
        }
        const extent = Math.max(high[0] - low[0], high[1] - low[1], high[2] - low[2]);
        return new UnitCube(low, extent > 0 ? extent : 1);
    }

    /** World positions [n, 3] -> unit cube [n, 3]. */
    public toUnit(world: Float32Array): Float32Array {
        const unit = new Float32Array(world.length);
        const scale = (1 - 2 * MARGIN) / this.extent;
        const [x, y, z] = this.low;
        for (let i = 0; i < world.length; i += 3) {
            unit[i] = (world[i] - x) * scale + MARGIN;
            unit[i + 1] = (world[i + 1] - y) * scale + MARGIN;
            unit[i + 2] = (world[i + 2] - z) * scale + MARGIN;
        }
        return unit;
    }

    /** A coordinate of the unit cube in the world, along one axis (0, 1 or 2). */
    public toWorldPosition(unit: number, axis: number): number {
        return this.low[axis] + this.toWorldLength(unit - MARGIN);
    }

    /** A length in the unit cube, in world units. */
    public toWorldLength(length: number): number {
        return (length * this.extent) / (1 - 2 * MARGIN);
    }
}
