import { NestMerges } from "../algorithms/mergeList";
import { CreateSpanningForest } from "../algorithms/spanningForest";
import { CreateWatershed } from "../algorithms/watershed";
import { PixelsToOklab } from "../base/oklab";
import { UltrametricError } from "../base/ultrametricError";
import { type CondensedNode, CondenseTree } from "../hierarchy/cut/condensedTree";
import { CreateDendrogram, type Dendrogram, NEVER_MERGED } from "../hierarchy/cut/dendrogram";
import { CutAtHeight, LabelLeaves } from "../hierarchy/cut/partition";
import type { View } from "../views/capture";
import { ViewForeground } from "../views/viewForeground";
import { type ImageEdgeOptions, WeighImageEdges } from "./imageEdges";
import { CreateImageGraph, type ImageGraph } from "./imageGraph";
import { type ImageRegionOptions, MergeImageRegions } from "./imageRegions";
import type { Mask, ViewMasks } from "./maskSet";
import { RunLengthMask } from "./runLengthMask";

/** Options of {@link CreateImageMasks}. Shares are of the view's foreground pixels. */
export interface ImageMaskOptions extends ImageEdgeOptions, ImageRegionOptions {
    /** Factor of the lightness in the color difference: below 1, shading counts less than hue. Default 0.5. */
    readonly lightness: number;
    /** Smallest share of the regions that are merged to masks. Default 0.0012, and at least 4 pixels. */
    readonly regionShare: number;
    /** Smallest share of a mask. Default 0.002, and at least 6 pixels. */
    readonly minShare: number;
    /**
     * Noise level of the dissimilarity: a mask that merges at this dissimilarity has a predicted IoU of 0.5. Default
     * 0.03.
     */
    readonly noise: number;
    /** Smallest confidence of a mask, 0..1. Default 0.1. */
    readonly minConfidence: number;
    /** Largest number of masks; the most confident ones are kept. Default 60. */
    readonly maxMasks: number;
}

/** The defaults of {@link ImageMaskOptions}. */
export const DEFAULT_IMAGE_MASK_OPTIONS: Readonly<ImageMaskOptions> = {
    floor: 0.01,
    color: 4,
    lightness: 0.5,
    jump: 1,
    minJump: 0.005,
    halfJump: 0.02,
    crease: 0.5,
    convexShare: 0.2,
    regionShare: 0.0012,
    meanColor: 2,
    sizeExponent: 0.75,
    minShare: 0.002,
    noise: 0.03,
    minConfidence: 0.1,
    maxMasks: 60,
};

/**
 * Creates masks of a view without a model, by hierarchical segmentation of its pixels: an area watershed of the pixel
 * grid by color, depth and normals, then region merging. The parts that persist over a long range of scales become
 * masks. Two masks are disjoint or nested. The method has no notion of objects: unlike surfaces of one object (tire and
 * rim of a wheel) are separated, and objects of like color and surface are joined.
 *
 * A part that exists from the dissimilarity `born` to `merged` has the predicted IoU merged / (merged + noise), its
 * contrast to its surroundings, and the stability (merged - born) / merged, its relative persistence. A part that never
 * merges has 1 for both.
 *
 * @returns masks, most confident first; none if the view has no foreground
 * @throws UltrametricError "input" if image or depth do not have the camera's size
 */
export function CreateImageMasks(view: View, options: Partial<ImageMaskOptions> = {}): ViewMasks {
    const settings = { ...DEFAULT_IMAGE_MASK_OPTIONS, ...options };
    const { width, height } = view.camera;
    checkSizes(view);
    const graph = CreateImageGraph(width, height, ViewForeground(view), 4);
    const count = graph.vertexCount;
    const dendrogram = mergePixels(view, graph, settings);
    const nodes = CondenseTree(dendrogram, Math.max(6, Math.round(settings.minShare * count)));
    const heights = heightsByRank(dendrogram);
    const selected = nodes
        .filter(({ end, start }) => end > start)
        .map((node) => ({ node, ...scoreNode(node, heights, settings.noise) }))
        .filter(({ predictedIou, stability }) => predictedIou * stability >= settings.minConfidence)
        .sort((a, b) => b.predictedIou * b.stability - a.predictedIou * a.stability)
        .slice(0, settings.maxMasks);
    const bitmap = new Uint8Array(width * height);
    const masks = selected.map(({ node, predictedIou, stability }): Mask => {
        return { region: nodeRegion(node, dendrogram, graph, bitmap), predictedIou, stability };
    });
    return { masks };
}

/** Builds the hierarchy of the pixels. */
function mergePixels(view: View, graph: ImageGraph, settings: ImageMaskOptions): Dendrogram {
    const colors = PixelsToOklab(view.image, graph.pixels);
    for (let i = 0; i < colors.length; i += 3) {
        colors[i] *= settings.lightness;
    }
    const weights = WeighImageEdges(view, graph, colors, settings);
    const inner = CreateWatershed(graph, CreateSpanningForest(graph, weights), "area");
    // The heights of an area watershed are areas, so this cut has regions larger than its threshold.
    const cut = CutAtHeight(CreateDendrogram(inner), Math.max(4, settings.regionShare * graph.vertexCount));
    const region = LabelLeaves(cut);
    const outer = MergeImageRegions(region, cut.partCount, graph, weights, colors, settings);
    return CreateDendrogram(NestMerges(inner, region, outer, 0));
}

/** Returns the height of each merge -> [merges]. */
function heightsByRank({ rank, height, leafCount }: Dendrogram): Float64Array {
    const heights = new Float64Array(leafCount);
    for (let i = 0; i < leafCount; i++) {
        if (rank[i] !== NEVER_MERGED) {
            heights[rank[i]] = height[i];
        }
    }
    return heights;
}

/** Returns the scores of the mask that a node becomes, see {@link CreateImageMasks}. */
function scoreNode(
    { bornRank, mergedRank }: CondensedNode,
    heights: Float64Array,
    noise: number,
): { predictedIou: number; stability: number } {
    if (mergedRank === NEVER_MERGED) {
        return { predictedIou: 1, stability: 1 };
    }
    const born = bornRank === 0 ? 0 : heights[bornRank - 1];
    const merged = heights[mergedRank];
    return merged > 0
        ? { predictedIou: merged / (merged + noise), stability: (merged - born) / merged }
        : { predictedIou: 0, stability: 0 };
}

/**
 * Returns the pixels of a node.
 *
 * @param bitmap [width, height] column-major working memory, all 0 before and after the call
 */
function nodeRegion(
    { start, end }: CondensedNode,
    { order }: Dendrogram,
    { width, height, pixels }: ImageGraph,
    bitmap: Uint8Array,
): RunLengthMask {
    let first = bitmap.length;
    let last = -1;
    for (let i = start; i < end; i++) {
        const x = pixels[order[i]] % width;
        const p = x * height + (pixels[order[i]] - x) / width;
        bitmap[p] = 1;
        first = Math.min(first, p);
        last = Math.max(last, p);
    }
    const counts: number[] = [];
    let value = 0;
    let runStart = 0;
    for (let p = first; p <= last; p++) {
        if (bitmap[p] !== value) {
            counts.push(p - runStart);
            runStart = p;
            value = bitmap[p];
        }
        bitmap[p] = 0;
    }
    counts.push(last + 1 - runStart);
    if (last + 1 < bitmap.length) {
        counts.push(bitmap.length - last - 1);
    }
    return RunLengthMask.FromCounts(counts, width, height);
}

function checkSizes({ name, camera: { width, height }, image, depth }: View): void {
    if (image.length !== 4 * width * height) {
        throw new UltrametricError(
            "input",
            `View ${name}: the image has ${image.length} bytes, but the camera's size is ${width} x ${height}, ` +
                `which is ${4 * width * height} bytes.`,
        );
    }
    if (depth !== null && depth.length !== width * height) {
        throw new UltrametricError(
            "input",
            `View ${name}: the depth has ${depth.length} pixels, but the camera's size is ${width} x ${height}, ` +
                `which is ${width * height} pixels.`,
        );
    }
}
