import { type Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { Scene } from "@babylonjs/core/scene";
import { ScreenProjection } from "./screenProjection";

/** The number of cells along the longer side of the canvas. */
const CELL_COUNT = 512;
/** The depth behind the first leaf of a cell up to which leaves are visible, in radii of leaves or sides of cells. */
const SLACK = 2.5;

/**
 * Finds the leaves that are visible from the active camera: those that no other leaf occludes, where a leaf is as large
 * as its point. Leaves close behind walls thinner than a few points count as visible. A million leaves take some tens
 * of milliseconds.
 *
 * @param positions [n, 3]
 * @param world the transform from the positions' coordinates into the scene
 * @param radius of a leaf's point, in the positions' units
 * @param isIgnored whether a leaf is invisible and occludes nothing, such as a hidden one. Default null: none is
 * @returns [n] 1 for visible leaves
 * @throws UltrametricError "input" for a scene without an active camera
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
    const side = Math.max(width, height) / CELL_COUNT;
    const [columns, rows] = [Math.max(1, Math.ceil(width / side)), Math.max(1, Math.ceil(height / side))];
    const nearest = new Float32Array(columns * rows).fill(Infinity);
    const sceneRadius = radius * Vector3.TransformNormal(Vector3.Right(), world).length();
    const visit = (
        callback: (leaf: number, column: number, row: number, cellRadius: number, slack: number) => void,
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
            callback(leaf, x / side, y / side, (sceneRadius * pixelsPerUnit) / side, slack);
        }
    };
    visit((_, column, row, cellRadius) => {
        // The cells whose center the point covers, and the one that holds its center.
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
    const isVisible = new Uint8Array(positions.length / 3);
    visit((leaf, column, row, _, slack) => {
        const [c, r] = [Math.floor(column), Math.floor(row)];
        if (c >= 0 && c < columns && r >= 0 && r < rows) {
            isVisible[leaf] = projection.depth <= nearest[r * columns + c] + slack ? 1 : 0;
        }
    });
    return isVisible;
}
