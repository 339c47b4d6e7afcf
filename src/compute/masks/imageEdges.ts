import type { View } from "../views/capture";
import { EstimateViewNormals } from "../views/viewNormals";
import type { ImageGraph } from "./imageGraph";

/** Weights of the edges between neighboring pixels. The unit of length is the square root of the foreground's area. */
export interface ImageEdgeOptions {
    /** Weight of an edge on a smooth surface of one color. Default 0.01. */
    readonly floor: number;
    /** Factor of the color difference. Default 4. */
    readonly color: number;
    /** Factor of the depth discontinuity, which is 0..1. Default 1. */
    readonly jump: number;
    /** Height of the largest step in depth that counts as none. Default 0.005. */
    readonly minJump: number;
    /** Height above `minJump` at which the depth discontinuity is 0.5. Default 0.02. */
    readonly halfJump: number;
    /** Factor of a concave crease, 1 - n1.n2: parts meet in concave creases. Default 0.5. */
    readonly crease: number;
    /** Share of that factor for a convex crease, which may be an edge of one part. Default 0.2. */
    readonly convexShare: number;
}

/**
 * Weighs the edges of an image graph: floor + color difference + depth discontinuity + crease. The depth discontinuity
 * is the distance of one end from the other's tangent plane (the lesser of the two), so that a slanted plane has none.
 * A view without depth has color differences alone.
 *
 * @param colors [n, 3] of the graph's vertices, in a color space whose Euclidean distance is the color difference
 * @returns [edges]
 */
export function WeighImageEdges(
    view: View,
    graph: ImageGraph,
    colors: Float32Array,
    options: ImageEdgeOptions,
): Float32Array {
    const { from, to } = graph;
    const { floor, color } = options;
    const weights = new Float32Array(from.length);
    for (let e = 0; e < weights.length; e++) {
        const a = 3 * from[e];
        const b = 3 * to[e];
        const d0 = colors[a] - colors[b];
        const d1 = colors[a + 1] - colors[b + 1];
        const d2 = colors[a + 2] - colors[b + 2];
        weights[e] = floor + color * Math.sqrt(d0 * d0 + d1 * d1 + d2 * d2);
    }
    if (view.depth !== null) {
        addDepthTerms(view, view.depth, graph, options, weights);
    }
    return weights;
}

/** Adds depth discontinuities and creases to the weights. */
function addDepthTerms(
    view: View,
    depth: Float32Array,
    graph: ImageGraph,
    { jump, minJump, halfJump, crease, convexShare }: ImageEdgeOptions,
    weights: Float32Array,
): void {
    const { from, to, pixels, vertexCount, width } = graph;
    const { focalX, focalY, centerX, centerY } = view.camera;
    const size = Math.sqrt(vertexCount);
    // In large images the precision of depth is coarse relative to a pixel.
    const normals = EstimateViewNormals(view, Math.max(1, Math.round(size / 100)));
    const points = new Float32Array(3 * vertexCount);
    for (let i = 0; i < vertexCount; i++) {
        const x = pixels[i] % width;
        const y = (pixels[i] - x) / width;
        const z = depth[pixels[i]];
        points[3 * i] = ((x + 0.5 - centerX) / focalX) * z;
        points[3 * i + 1] = ((centerY - y - 0.5) / focalY) * z;
        points[3 * i + 2] = -z;
    }
    for (let e = 0; e < weights.length; e++) {
        const a = 3 * from[e];
        const b = 3 * to[e];
        const p = 3 * pixels[from[e]];
        const q = 3 * pixels[to[e]];
        const dx = points[b] - points[a];
        const dy = points[b + 1] - points[a + 1];
        const dz = points[b + 2] - points[a + 2];
        const offsetA = normals[p] * dx + normals[p + 1] * dy + normals[p + 2] * dz;
        const offsetB = normals[q] * dx + normals[q + 1] * dy + normals[q + 2] * dz;
        const pixelSize = depth[pixels[from[e]]] / focalX;
        const step = Math.min(Math.abs(offsetA), Math.abs(offsetB)) / (pixelSize * size);
        const excess = Math.max(step - minJump, 0) / halfJump;
        const cosine = normals[p] * normals[q] + normals[p + 1] * normals[q + 1] + normals[p + 2] * normals[q + 2];
        const isConvex = offsetB > offsetA;
        weights[e] += (jump * excess) / (1 + excess) + crease * (1 - cosine) * (isConvex ? convexShare : 1);
    }
}
