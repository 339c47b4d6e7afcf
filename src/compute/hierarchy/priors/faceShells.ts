import { UnionFind } from "../../algorithms/unionFind";
import { NO_NEIGHBOR } from "../../views/faceNeighbors";

/**
 * The shell of each face, by number: faces that hang together by shared edges.
 *
 * @param neighbors [faces, 3] see FindFaceNeighbors
 * @returns [faces] 0 .. shells - 1, in the order of their first faces
 */
export function FindShells(neighbors: Uint32Array): Uint32Array {
    const sets = new UnionFind(neighbors.length / 3);
    for (let corner = 0; corner < neighbors.length; corner++) {
        if (neighbors[corner] !== NO_NEIGHBOR) {
            sets.union(Math.floor(corner / 3), neighbors[corner] >>> 3);
        }
    }
    const numbers = new Map<number, number>();
    const shells = new Uint32Array(neighbors.length / 3);
    for (let face = 0; face < shells.length; face++) {
        const name = sets.find(face);
        let number = numbers.get(name);
        if (number === undefined) {
            number = numbers.size;
            numbers.set(name, number);
        }
        shells[face] = number;
    }
    return shells;
}
