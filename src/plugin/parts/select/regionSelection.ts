import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { Scene } from "@babylonjs/core/scene";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import { CutAtCount } from "../../../compute/hierarchy/cut/partition";
import type { LeafInterval } from "../model/leafInterval";
import type { PartTree } from "../model/partTree";
import { ScreenProjection } from "./screenProjection";

/** A point on screen, as `scene.pointerX` and `scene.pointerY`: CSS pixels from the left and top of the canvas. */
export interface ScreenPoint {
    readonly x: number;
    readonly y: number;
}

/** Options of {@link PartsInRegion}. */
export interface RegionOptions {
    /** The share of a part's leaves above which it is inside; 0 includes all parts that are touched. Default 0.5. */
    minShare: number;
    /** True if a leaf is ignored, such as a hidden one. Default null: none is. */
    isIgnored: ((leaf: number) => boolean) | null;
}

/** The defaults of {@link RegionOptions}. */
export const DEFAULT_REGION_OPTIONS: Readonly<RegionOptions> = { minShare: 0.5, isIgnored: null };

/** Returns the four corners of a box on screen that was dragged in any direction. */
export function BoxPolygon(from: ScreenPoint, to: ScreenPoint): ScreenPoint[] {
    return [from, { x: to.x, y: from.y }, to, { x: from.x, y: to.y }];
}

/**
 * Finds the leaves that the active camera projects into a polygon on screen, including those behind others; see
 * VisibleLeaves.
 *
 * @param positions [n, 3]
 * @param world the transform from the positions' coordinates into the scene
 * @param polygon at least three corners; the last is connected with the first, and the even-odd rule applies
 * @returns [n] 1 inside, 0 outside
 * @throws UltrametricError "input" for fewer corners, or for a scene without an active camera
 */
export function LeavesInPolygon(
    scene: Scene,
    positions: Float32Array,
    world: Matrix,
    polygon: readonly ScreenPoint[],
): Uint8Array {
    if (polygon.length < 3) {
        throw new UltrametricError(
            "input",
            `A region on screen needs at least 3 corners; this one has ${polygon.length}.`,
        );
    }
    const projection = new ScreenProjection(scene, world);
    const inside = new Uint8Array(positions.length / 3);
    const low = { x: Math.min(...polygon.map(({ x }) => x)), y: Math.min(...polygon.map(({ y }) => y)) };
    const high = { x: Math.max(...polygon.map(({ x }) => x)), y: Math.max(...polygon.map(({ y }) => y)) };
    for (let leaf = 0; leaf < inside.length; leaf++) {
        if (!projection.project(positions[3 * leaf], positions[3 * leaf + 1], positions[3 * leaf + 2])) {
            continue;
        }
        const { x, y } = projection;
        if (x >= low.x && x <= high.x && y >= low.y && y <= high.y && isInside(polygon, x, y)) {
            inside[leaf] = 1;
        }
    }
    return inside;
}

/**
 * Returns the parts of the cut with `count` parts that lie in a region.
 *
 * @param inside [n] 1 for leaves inside, see {@link LeavesInPolygon}
 */
export function PartsInRegion(
    tree: PartTree,
    count: number,
    inside: Uint8Array,
    options: Partial<RegionOptions> = {},
): LeafInterval[] {
    const { minShare, isIgnored } = { ...DEFAULT_REGION_OPTIONS, ...options };
    const { order } = tree.dendrogram;
    const { starts, partCount } = CutAtCount(tree.dendrogram, count);
    const found: LeafInterval[] = [];
    for (let part = 0; part < partCount; part++) {
        let hits = 0;
        let counted = 0;
        for (let i = starts[part]; i < starts[part + 1]; i++) {
            if (!isIgnored?.(order[i])) {
                hits += inside[order[i]];
                counted++;
            }
        }
        if (hits > 0 && hits > minShare * counted) {
            found.push({ start: starts[part], end: starts[part + 1] });
        }
    }
    return found;
}

/** Returns true if a ray toward +x crosses an odd number of edges (even-odd rule). */
function isInside(polygon: readonly ScreenPoint[], x: number, y: number): boolean {
    let isOdd = false;
    for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
        const a = polygon[i];
        const b = polygon[j];
        if (a.y > y !== b.y > y && x < a.x + ((b.x - a.x) * (y - a.y)) / (b.y - a.y)) {
            isOdd = !isOdd;
        }
    }
    return isOdd;
}
