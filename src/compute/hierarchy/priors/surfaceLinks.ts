import type { EdgeList } from "../../algorithms/edgeList";
import { NO_NEIGHBOR } from "../../views/faceNeighbors";
import { NO_FACE } from "../../views/surfaceStructure";

/** How far a way along the surface may stray from a point, in distances to the farthest neighbor it is to lead to. */
const DETOUR = 1.5;

/**
 * Which edges of a graph over points of a surface have a short way along it: over faces that share an edge, none of which is farther off than half as far
 * again as the point's farthest neighbor. Points that are near only in space, on two sides of a gap or a plate, have none.
 *
 * @param graph edges sorted by `from`
 * @param positions [n, 3]
 * @param faces [n] face of each point; edges at a point with NO_FACE count as along the surface
 * @param corners [3 faces, 3]
 * @param neighbors [faces, 3] see FindFaceNeighbors
 * @returns [edges] 1 along the surface, 0 through space
 */
export function FindSurfaceLinks(
    graph: EdgeList,
    positions: Float32Array,
    faces: Uint32Array,
    corners: Float32Array,
    neighbors: Uint32Array,
): Uint8Array {
    const { from, to } = graph;
    const links = new Uint8Array(from.length);
    /** By face: 1 + the point whose surroundings it was last found in. */
    const found = new Uint32Array(neighbors.length / 3);
    const queue: number[] = [];
    for (let start = 0, end = 0; start < from.length; start = end) {
        const point = from[start];
        let reach = 0;
        let open = 0;
        for (; end < from.length && from[end] === point; end++) {
            if (faces[point] === NO_FACE || faces[to[end]] === NO_FACE || faces[point] === faces[to[end]]) {
                links[end] = 1;
                continue;
            }
            open++;
            reach = Math.max(reach, squaredDistance(positions, point, to[end]));
        }
        if (open === 0) {
            continue;
        }
        reach *= DETOUR * DETOUR;
        queue.length = 0;
        queue.push(faces[point]);
        found[faces[point]] = point + 1;
        for (let next = 0; next < queue.length; next++) {
            for (let edge = 0; edge < 3; edge++) {
                const corner = 3 * queue[next] + edge;
                const other = neighbors[corner];
                if (other === NO_NEIGHBOR || found[other >>> 3] === point + 1) {
                    continue;
                }
                if (squaredDistanceToEdge(positions, point, corners, corner) <= reach) {
                    found[other >>> 3] = point + 1;
                    queue.push(other >>> 3);
                }
            }
        }
        for (let e = start; e < end; e++) {
            if (links[e] === 0 && found[faces[to[e]]] === point + 1) {
                links[e] = 1;
            }
        }
    }
    return links;
}

function squaredDistance(positions: Float32Array, i: number, j: number): number {
    const x = positions[3 * i] - positions[3 * j];
    const y = positions[3 * i + 1] - positions[3 * j + 1];
    const z = positions[3 * i + 2] - positions[3 * j + 2];
    return x * x + y * y + z * z;
}

/** Of a point from the edge of a face that is opposite to a corner. */
function squaredDistanceToEdge(positions: Float32Array, point: number, corners: Float32Array, corner: number): number {
    const face = 3 * Math.floor(corner / 3);
    const a = 3 * (face + ((corner + 1 - face) % 3));
    const b = 3 * (face + ((corner + 2 - face) % 3));
    const px = positions[3 * point] - corners[a];
    const py = positions[3 * point + 1] - corners[a + 1];
    const pz = positions[3 * point + 2] - corners[a + 2];
    const dx = corners[b] - corners[a];
    const dy = corners[b + 1] - corners[a + 1];
    const dz = corners[b + 2] - corners[a + 2];
    const square = dx * dx + dy * dy + dz * dz;
    const along = square > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy + pz * dz) / square)) : 0;
    const [x, y, z] = [px - along * dx, py - along * dy, pz - along * dz];
    return x * x + y * y + z * z;
}
