import { type Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { Scene } from "@babylonjs/core/scene";
import { ScreenProjection } from "./screenProjection";

/** Cells along the longer side of the canvas. */
const CELLS = 512;
/** Leaves are seen up to so many of their radii, or of a cell, behind the first one: a surface is seen at a slant, and cells are coarse. */
const SLACK = 2.5;

/**
 * Which leaves the active camera sees: those that no other hides, where each is as wide as its point. Walls that are thinner than a few points let
 * through what is close behind them. Some tens of milliseconds for a million leaves.
 *
 * @param positions [n, 3]
 * @param world from the positions' coordinates into the scene
 * @param radius of a leaf's point, in the positions' units
 * @param isIgnored leaves that hide nothing and are not seen, as hidden ones
 * @returns [n] 1 for leaves that are seen
 * @throws UltrametricError "input" for a scene without a camera
 */
export function VisibleLeaves(
    scene: Scene,
    positions: Float32Array,
    world: Matrix,
    radius: number,
    isIgnored: ((leaf: number) => boolean) | null = null,
): Uint8Array {
    const projection = new ScreenProjection(scene, world);
    const { width, height } = projection;
    const side = Math.max(width, height) / CELLS;
    const [columns, rows] = [Math.max(1, Math.ceil(width / side)), Math.max(1, Math.ceil(height / side))];
    const nearest = new Float32Array(columns * rows).fill(Infinity);
    const sceneRadius = radius * Vector3.TransformNormal(Vector3.Right(), world).length();
    const visit = (
        see: (leaf: number, column: number, row: number, cellRadius: number, slack: number) => void,
    ): void => {
        for (let leaf = 0; leaf < positions.length / 3; leaf++) {
            if (
                isIgnored?.(leaf) ||
                !projection.project(positions[3 * leaf], positions[3 * leaf + 1], positions[3 * leaf + 2])
            ) {
                continue;
            }
            const { x, y, pixelsPerUnit } = projection;
            const slack = SLACK * Math.max(sceneRadius, side / pixelsPerUnit);
            see(leaf, x / side, y / side, (sceneRadius * pixelsPerUnit) / side, slack);
        }
    };
    visit((_, column, row, cellRadius) => {
        // Cells whose middle the point covers, and the one that it is in.
        const reach = Math.max(cellRadius, 0.5);
        const firstRow = Math.max(0, Math.ceil(row - reach - 0.5));
        const lastRow = Math.min(rows - 1, Math.floor(row + reach - 0.5));
        const firstColumn = Math.max(0, Math.ceil(column - reach - 0.5));
        const lastColumn = Math.min(columns - 1, Math.floor(column + reach - 0.5));
        for (let r = firstRow; r <= lastRow; r++) {
            for (let c = firstColumn; c <= lastColumn; c++) {
                nearest[r * columns + c] = Math.min(nearest[r * columns + c], projection.depth);
            }
        }
    });
    const seen = new Uint8Array(positions.length / 3);
    visit((leaf, column, row, _, slack) => {
        const [c, r] = [Math.floor(column), Math.floor(row)];
        if (c >= 0 && c < columns && r >= 0 && r < rows) {
            seen[leaf] = projection.depth <= nearest[r * columns + c] + slack ? 1 : 0;
        }
    });
    return seen;
}
