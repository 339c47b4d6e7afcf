import type { EdgeList } from "../../algorithms/edgeList";
import { NO_NEIGHBOR } from "../../algorithms/faceNeighbors";
import { NO_FACE } from "../../views/surfaceStructure";

/** Radius of the search along the surface, relative to the distance of the farthest neighbor to reach. */
const SEARCH_RADIUS = 1.5;

/**
 * Finds the edges of a graph that have a short path along the surface: a breadth-first search from each point over
 * faces that share an edge, within 1.5 times the distance of its farthest neighbor. Points on the two sides of a gap or
 * a thin plate are near in space, but have no such path.
 *
 * @param graph edges sorted by `from`
 * @param positions [n, 3]
 * @param faces [n] face of each point; an edge at a point with NO_FACE counts as along the surface
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
    // For each face 1 + the last point whose search found it.
    const found = new Uint32Array(neighbors.length / 3);
    const queue: number[] = [];
    for (let start = 0, end = 0; start < from.length; start = end) {
        const point = from[start];
        let squaredRadius = 0;
        let undecided = 0;
        for (; end < from.length && from[end] === point; end++) {
            if (faces[point] === NO_FACE || faces[to[end]] === NO_FACE || faces[point] === faces[to[end]]) {
                links[end] = 1;
                continue;
            }
            undecided++;
            squaredRadius = Math.max(squaredRadius, squaredDistance(positions, point, to[end]));
        }
        if (undecided === 0) {
            continue;
        }
        squaredRadius *= SEARCH_RADIUS * SEARCH_RADIUS;
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
                if (squaredDistanceToEdge(positions, point, corners, corner) <= squaredRadius) {
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

/** Returns the squared distance of a point from the edge of a face opposite a corner. */
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
