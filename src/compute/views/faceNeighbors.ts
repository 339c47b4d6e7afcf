/** In {@link FindFaceNeighbors}: no face beyond the edge. */
export const NO_NEIGHBOR = 0xffffffff;

/**
 * The face beyond each edge. Corners at the same place are one, so that neighbors are found across the seams of normals and textures; of more
 * than two faces at an edge any two are neighbors.
 *
 * @param positions [3 faces, 3] of the corners
 * @returns [faces, 3] for the edge opposite each corner `8 face + 2 edge + turned`: the other face, the corner there that is opposite to the edge, and 1
 * where both faces run along the edge in the same direction (those of a surface with a front and a back do not)
 */
export function FindFaceNeighbors(positions: Float32Array): Uint32Array {
    const { places, count } = WeldCorners(positions);
    const neighbors = new Uint32Array(places.length).fill(NO_NEIGHBOR);
    /** Edges with one face so far: 2 x (3 face + edge) + direction. */
    const open = new Map<number, number>();
    for (let corner = 0; corner < places.length; corner++) {
        const face = Math.floor(corner / 3);
        const edge = corner - 3 * face;
        const from = places[3 * face + ((edge + 1) % 3)];
        const to = places[3 * face + ((edge + 2) % 3)];
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
        const turned = (other & 1) === direction ? 1 : 0;
        neighbors[corner] = 8 * otherFace + 2 * (otherCorner - 3 * otherFace) + turned;
        neighbors[otherCorner] = 8 * face + 2 * edge + turned;
    }
    return neighbors;
}

/** Numbers places, so that corners at exactly the same place have the same number. */
function WeldCorners(positions: Float32Array): { places: Uint32Array; count: number } {
    const corners = positions.length / 3;
    const places = new Uint32Array(corners);
    let size = 16;
    while (size < 2 * corners) {
        size *= 2;
    }
    const table = new Int32Array(size).fill(-1); // first corner of a place
    // Adding 0 makes -0 into 0, whose bits are others.
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
                places[corner] = count++;
                break;
            }
            if (bits[3 * first] === x && bits[3 * first + 1] === y && bits[3 * first + 2] === z) {
                places[corner] = places[first];
                break;
            }
        }
    }
    return { places, count };
}
