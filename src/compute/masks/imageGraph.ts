import type { EdgeList } from "../algorithms/edgeList";

/** Number of neighbors of a pixel: 4 without the diagonal ones, 8 with them. */
export type PixelNeighbors = 4 | 8;

/** The pixels of an image as a graph in which neighbors share an edge. */
export interface ImageGraph extends EdgeList {
    /** Image width in pixels. */
    readonly width: number;
    /** Image height in pixels. */
    readonly height: number;
    /** [n] pixel of each vertex, row-major index, ascending. */
    readonly pixels: Uint32Array;
    /** [height, width] vertex of each pixel; -1 if it has none. */
    readonly vertexOfPixel: Int32Array;
}

/**
 * Creates the grid graph of an image, or of some of its pixels (paper, section 4.2: four neighbors). Each edge is
 * listed once, from < to, sorted by from, then to.
 *
 * @param inside [height, width] pixels other than 0 are vertices; null for all pixels
 */
export function CreateImageGraph(
    width: number,
    height: number,
    inside: ArrayLike<number> | null,
    neighbors: PixelNeighbors = 4,
): ImageGraph {
    const size = width * height;
    const vertexOfPixel = new Int32Array(size).fill(-1);
    const list = new Uint32Array(size);
    let count = 0;
    for (let p = 0; p < size; p++) {
        if (inside === null || inside[p] !== 0) {
            vertexOfPixel[p] = count;
            list[count++] = p;
        }
    }
    const pixels = list.slice(0, count);
    const from = new Uint32Array((neighbors / 2) * count);
    const to = new Uint32Array(from.length);
    let edges = 0;
    const join = (a: number, b: number): void => {
        if (b >= 0) {
            from[edges] = a;
            to[edges++] = b;
        }
    };
    for (let a = 0; a < count; a++) {
        const p = pixels[a];
        const x = p % width;
        if (x + 1 < width) {
            join(a, vertexOfPixel[p + 1]);
        }
        if (p + width < size) {
            if (neighbors === 8 && x > 0) {
                join(a, vertexOfPixel[p + width - 1]);
            }
            join(a, vertexOfPixel[p + width]);
            if (neighbors === 8 && x + 1 < width) {
                join(a, vertexOfPixel[p + width + 1]);
            }
        }
    }
    return {
        vertexCount: count,
        from: from.slice(0, edges),
        to: to.slice(0, edges),
        width,
        height,
        pixels,
        vertexOfPixel,
    };
}
