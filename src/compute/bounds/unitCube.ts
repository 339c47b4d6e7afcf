import type { JsonNode } from "../base/jsonNode";
import { UltrametricError } from "../base/ultrametricError";

/** Distance between the content and the faces of the unit cube, so that no corner of a grid cell lies outside. */
const MARGIN = 0.01;

/**
 * The cube around a scene's surface, and the map from the world to the unit cube: the longest side spans 0.01 .. 0.99.
 */
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
     * Creates the cube around [n, 3] world positions. If all points coincide, its side is 1.
     *
     * @throws UltrametricError "input" if there is no point, or a position is not finite
     */
    public static FromPositions(positions: Float32Array): UnitCube {
        if (positions.length === 0) {
            throw new UltrametricError("input", "The capture has no surface: the depth of all views is 0 everywhere.");
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

    /** Reads a cube that was saved as `low` and `extent`. @throws UltrametricError "input" if they are no cube */
    public static FromJson(node: JsonNode): UnitCube {
        const [x, y, z] = node
            .at("low")
            .items(3)
            .map((item) => item.number());
        const extent = node.at("extent");
        if (!(extent.number() > 0)) {
            throw extent.error(`is ${extent.number()}; it must be a positive number.`);
        }
        return new UnitCube([x, y, z], extent.number());
    }

    /** Maps world positions [n, 3] to the unit cube [n, 3]. */
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

    /** Maps a coordinate of the unit cube to the world, along one axis (0, 1 or 2). */
    public toWorldPosition(unit: number, axis: number): number {
        return this.low[axis] + this.toWorldLength(unit - MARGIN);
    }

    /** Converts a length in the unit cube to world units. */
    public toWorldLength(length: number): number {
        return (length * this.extent) / (1 - 2 * MARGIN);
    }
}
