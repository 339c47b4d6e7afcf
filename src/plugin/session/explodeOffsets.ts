import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { LeafMoments } from "../../compute/hierarchy/cut/leafMoments";
import { Part } from "../parts/model/part";
import type { PartTree } from "../parts/model/partTree";
import type { ShownPart } from "./shownParts";

/**
 * Returns how far each part moves when all are exploded, in the leaves' coordinates: the sum, over the levels of the
 * tree above it, of the way from the center of the parent to the center of the child. A level counts less the deeper it
 * is, so that the parts of one assembly stay closer together than assemblies. Groups and extracted parts move from the
 * center of the whole.
 */
export function ExplodeOffsets(tree: PartTree, parts: readonly ShownPart[]): Vector3[] {
    const { positions } = tree.hierarchy;
    const { order } = tree.dendrogram;
    const moments = new LeafMoments(order, positions);
    const centerOf = (start: number, end: number): Vector3 => {
        const { x, y, z } = moments.spreadOf([{ start, end }]);
        return new Vector3(x, y, z);
    };
    const whole = centerOf(0, order.length);
    const isConnected = tree.roots.length === 1;
    return parts.map(({ target, leaves }) => {
        if (!(target instanceof Part)) {
            return meanOf(positions, leaves).subtractInPlace(whole);
        }
        const centers: Vector3[] = [];
        for (let part: Part | null = target; part; part = part.parent) {
            centers.push(centerOf(part.start, part.end));
        }
        if (!isConnected) {
            centers.push(whole);
        }
        centers.reverse();
        const offset = Vector3.Zero();
        for (let level = 0; level + 1 < centers.length; level++) {
            offset.addInPlace(centers[level + 1].subtract(centers[level]).scaleInPlace(1 / Math.sqrt(1 + level)));
        }
        return offset;
    });
}

function meanOf(positions: Float32Array, leaves: Uint32Array): Vector3 {
    const sum = Vector3.Zero();
    for (const leaf of leaves) {
        sum.addInPlaceFromFloats(positions[3 * leaf], positions[3 * leaf + 1], positions[3 * leaf + 2]);
    }
    return sum.scaleInPlace(1 / Math.max(1, leaves.length));
}
