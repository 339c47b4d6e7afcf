import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { Scene } from "@babylonjs/core/scene";
import type { ScreenPoint } from "./regionSelection";
import { ScreenProjection } from "./screenProjection";

/**
 * Returns the leaves that the active camera shows within some pixels of a path.
 *
 * @param positions [n, 3]
 * @param world the transform from the positions' coordinates into the scene
 * @param path as `scene.pointerX` and `scene.pointerY`, at least one point
 * @param radius in the same pixels
 * @param isLeft returns true for a leaf that is out of sight, or left out for another reason
 * @throws UltrametricError "input" for a scene without an active camera
 */
export function BrushLeaves(
    scene: Scene,
    positions: Float32Array,
    world: Matrix,
    path: readonly ScreenPoint[],
    radius: number,
    isLeft: (leaf: number) => boolean,
): Uint32Array {
    const projection = new ScreenProjection(scene, world);
    const found: number[] = [];
    for (let leaf = 0; leaf < positions.length / 3; leaf++) {
        const isInFront = projection.project(positions[3 * leaf], positions[3 * leaf + 1], positions[3 * leaf + 2]);
        if (isInFront && !isLeft(leaf) && isNear(path, projection, radius)) {
            found.push(leaf);
        }
    }
    return Uint32Array.from(found);
}

function isNear(path: readonly ScreenPoint[], { x, y }: ScreenPoint, radius: number): boolean {
    for (let i = 0; i < path.length; i++) {
        const from = path[Math.max(i - 1, 0)];
        const [dx, dy] = [path[i].x - from.x, path[i].y - from.y];
        const squared = dx * dx + dy * dy;
        const along = squared > 0 ? ((x - from.x) * dx + (y - from.y) * dy) / squared : 0;
        const share = Math.min(1, Math.max(0, along));
        if ((x - from.x - share * dx) ** 2 + (y - from.y - share * dy) ** 2 <= radius * radius) {
            return true;
        }
    }
    return false;
}
