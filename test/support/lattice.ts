import type { EdgeList } from "../../src/compute/algorithms/edgeList";

/** A flat lattice in which each vertex, `width * row + column`, is joined to its eight neighbors. */
export function CreateLattice(width: number, height: number): EdgeList {
    const from: number[] = [];
    const to: number[] = [];
    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
            for (const [dx, dy] of [
                [1, 0],
                [-1, 1],
                [0, 1],
                [1, 1],
            ]) {
                if (x + dx >= 0 && x + dx < width && y + dy < height) {
                    from.push(width * y + x);
                    to.push(width * (y + dy) + x + dx);
                }
            }
        }
    }
    return { vertexCount: width * height, from: Uint32Array.from(from), to: Uint32Array.from(to) };
}
