/** Value of {@link FindFaceNeighbors} for an edge at a border, which has no other face. */
export const NO_NEIGHBOR = 0xffffffff;

/**
 * Finds the face on the other side of each edge. Corners at equal positions are welded, so that seams of normals and
 * textures do not matter. If more than two faces share an edge, they are paired in their order.
 *
 * @param positions [3 faces, 3] of the corners
 * @returns [faces, 3] for the edge opposite each corner `8 face + 2 edge + flipped`: the other face, the corner of it
 * that is opposite the edge, and 1 if both faces run along the edge in the same direction, which faces of consistent
 * orientation do not; NO_NEIGHBOR if there is no other face
 */
export function FindFaceNeighbors(positions: Float32Array): Uint32Array {
    const { vertices, count } = weldCorners(positions);
    const neighbors = new Uint32Array(vertices.length).fill(NO_NEIGHBOR);
    // Edges with one face so far: 2 x (3 face + edge) + direction.
    const open = new Map<number, number>();
    for (let corner = 0; corner < vertices.length; corner++) {
        const face = Math.floor(corner / 3);
        const edge = corner - 3 * face;
        const from = vertices[3 * face + ((edge + 1) % 3)];
        const to = vertices[3 * face + ((edge + 2) % 3)];
        if (from === to) {
            continue;
        }
        const direction = from < to ? 0 : 1;
        const key = from < to ? from * count + to : to * count + from;
        const other = open.get(key);
        if (other === undefined) {
            open.set(key, 2 * corner + direction);
            continue;
        }
        open.delete(key);
        const otherCorner = other >>> 1;
        const otherFace = Math.floor(otherCorner / 3);
        const flipped = (other & 1) === direction ? 1 : 0;
        neighbors[corner] = 8 * otherFace + 2 * (otherCorner - 3 * otherFace) + flipped;
        neighbors[otherCorner] = 8 * face + 2 * edge + flipped;
    }
    return neighbors;
}

/** Returns the vertex of each corner: corners at exactly equal positions share one. */
function weldCorners(positions: Float32Array): { vertices: Uint32Array; count: number } {
    const corners = positions.length / 3;
    const vertices = new Uint32Array(corners);
    let size = 16;
    while (size < 2 * corners) {
        size *= 2;
    }
    const table = new Int32Array(size).fill(-1); // first corner of each vertex
    // Adding 0 turns -0 into 0, which has different bits.
    const bits = new Uint32Array(positions.map((value) => value + 0).buffer);
    let count = 0;
    for (let corner = 0; corner < corners; corner++) {
        const [x, y, z] = [bits[3 * corner], bits[3 * corner + 1], bits[3 * corner + 2]];
        let hash = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca77) ^ Math.imul(z, 0xc2b2ae3d);
        hash = Math.imul(hash ^ (hash >>> 15), 0x27d4eb2f);
        for (let slot = (hash ^ (hash >>> 13)) & (size - 1); ; slot = (slot + 1) & (size - 1)) {
            const first = table[slot];
            if (first < 0) {
                table[slot] = corner;
                vertices[corner] = count++;
                break;
            }
            if (bits[3 * first] === x && bits[3 * first + 1] === y && bits[3 * first + 2] === z) {
                vertices[corner] = vertices[first];
                break;
            }
        }
    }
    return { vertices, count };
}
