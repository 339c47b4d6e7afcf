import { NO_NEIGHBOR } from "../../algorithms/faceNeighbors";
import { UnionFind } from "../../algorithms/unionFind";

/**
 * Finds the shell of each face: shells are the components of faces that are connected by shared edges.
 *
 * @param neighbors [faces, 3] see FindFaceNeighbors
 * @returns [faces] 0 .. shells - 1, numbered by their first faces
 */
export function FindShells(neighbors: Uint32Array): Uint32Array {
    const sets = new UnionFind(neighbors.length / 3);
    for (let corner = 0; corner < neighbors.length; corner++) {
        if (neighbors[corner] !== NO_NEIGHBOR) {
            sets.union(Math.floor(corner / 3), neighbors[corner] >>> 3);
        }
    }
    const shellOfRoot = new Map<number, number>();
    const shells = new Uint32Array(neighbors.length / 3);
    for (let face = 0; face < shells.length; face++) {
        const root = sets.find(face);
        let shell = shellOfRoot.get(root);
        if (shell === undefined) {
            shell = shellOfRoot.size;
            shellOfRoot.set(root, shell);
        }
        shells[face] = shell;
    }
    return shells;
}
