import { NO_NEIGHBOUR } from "../views/faceNeighbours";
import { UnionFind } from "./unionFind";

/**
 * The shell of each face, by number: faces that hang together by shared edges.
 *
 * @param neighbours [faces, 3] see FindFaceNeighbours
 * @returns [faces] 0 .. shells - 1, in the order of their first faces
 */
export function FindShells(neighbours: Uint32Array): Uint32Array {
    const sets = new UnionFind(neighbours.length / 3);
    for (let corner = 0; corner < neighbours.length; corner++) {
        if (neighbours[corner] !== NO_NEIGHBOUR) {
            sets.union(Math.floor(corner / 3), neighbours[corner] >>> 3);
        }
    }
    const numbers = new Map<number, number>();
    const shells = new Uint32Array(neighbours.length / 3);
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
