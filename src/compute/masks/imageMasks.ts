import { NestMerges } from "../algorithms/mergeList";
import { CreateWatershed } from "../algorithms/persistence";
import { CreateSpanningForest } from "../algorithms/spanningForest";
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

/** Options of {@link CreateImageMasks}. Shares are of the pixels in which the view shows something. */
export interface ImageMaskOptions extends ImageEdgeOptions, ImageRegionOptions {
    /** Factor of the lightness in the color difference: below 1, shading says less than hue. Default 0.5. */
    readonly lightness: number;
    /** Share that the smallest regions have, of which masks are made. Default 0.0012, and at least 4 pixels. */
    readonly regionShare: number;
    /** Share of the smallest masks. Default 0.002, and at least 6 pixels. */
    readonly minShare: number;
    /** Dissimilarity that may be noise: a mask that is parted from its surroundings by this is believed half. Default 0.03. */
    readonly noise: number;
    /** Masks of a lower confidence are left out, 0..1. Default 0.1. */
    readonly minConfidence: number;
    /** At most so many masks, those of the highest confidence. Default 60. */
    readonly maxMasks: number;
}

/** The defaults of {@link ImageMaskOptions}. */
export const DEFAULT_IMAGE_MASK_OPTIONS: Readonly<ImageMaskOptions> = {
    floor: 0.01,
    color: 4,
    lightness: 0.5,
    jump: 1,
    leastJump: 0.005,
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
 * Masks of a view without a model, the simple way: a hierarchy of its pixels by color, depth and normals (an area watershed
 * of the pixel grid, above it region merging), of which the parts that last over a long range of scales become masks. They
 * nest: two masks are disjoint, or one holds the other. Knows nothing of objects: what belongs together but looks unlike (the
 * tire and the rim of a wheel) is parted, and things of one color and surface are joined.
 *
 * A part that exists from the dissimilarity `born` until `merged` has the predicted IoU merged / (merged + noise), how
 * clearly it is parted from its surroundings, and the stability (merged - born) / merged, how much of its range it lasts;
 * what nothing surrounds has 1 and 1.
 *
 * @returns masks, most confident first; none where the view shows nothing
 * @throws UltrametricError of kind "input" when image or depth do not have the camera's size
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
    const trusted = nodes
        .filter(({ end, start }) => end > start)
        .map((node) => ({ node, ...trustNode(node, heights, settings.noise) }))
        .filter(({ predictedIou, stability }) => predictedIou * stability >= settings.minConfidence)
        .sort((a, b) => b.predictedIou * b.stability - a.predictedIou * a.stability)
        .slice(0, settings.maxMasks);
    const drawing = new Uint8Array(width * height);
    const masks = trusted.map(({ node, predictedIou, stability }): Mask => {
        return { region: nodeRegion(node, dendrogram, graph, drawing), predictedIou, stability };
    });
    return { masks };
}

/** The hierarchy of the pixels. */
function mergePixels(view: View, graph: ImageGraph, settings: ImageMaskOptions): Dendrogram {
    const colors = PixelsToOklab(view.image, graph.pixels);
    for (let i = 0; i < colors.length; i += 3) {
        colors[i] *= settings.lightness;
    }
    const weights = WeighImageEdges(view, graph, colors, settings);
    const inner = CreateWatershed(graph, CreateSpanningForest(graph, weights), "area");
    // Regions of a watershed by area that are larger than this each: merges of smaller ones are done.
    const cut = CutAtHeight(CreateDendrogram(inner), Math.max(4, settings.regionShare * graph.vertexCount));
    const region = LabelLeaves(cut);
    const outer = MergeImageRegions(region, cut.partCount, graph, weights, colors, settings);
    return CreateDendrogram(NestMerges(inner, region, outer, 0));
}

/** [merges] height of each merge. */
function heightsByRank({ rank, height, leafCount }: Dendrogram): Float64Array {
    const heights = new Float64Array(leafCount);
    for (let i = 0; i < leafCount; i++) {
        if (rank[i] !== NEVER_MERGED) {
            heights[rank[i]] = height[i];
        }
    }
    return heights;
}

function trustNode(
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

/** @param drawing [width, height] column-major, all 0, and again afterwards */
function nodeRegion(
    { start, end }: CondensedNode,
    { order }: Dendrogram,
    { width, height, pixels }: ImageGraph,
    drawing: Uint8Array,
): RunLengthMask {
    let first = drawing.length;
    let last = -1;
    for (let i = start; i < end; i++) {
        const x = pixels[order[i]] % width;
        const place = x * height + (pixels[order[i]] - x) / width;
        drawing[place] = 1;
        first = Math.min(first, place);
        last = Math.max(last, place);
    }
    const counts: number[] = [];
    let value = 0;
    let since = 0;
    for (let place = first; place <= last; place++) {
        if (drawing[place] !== value) {
            counts.push(place - since);
            since = place;
            value = drawing[place];
        }
        drawing[place] = 0;
    }
    counts.push(last + 1 - since);
    if (last + 1 < drawing.length) {
        counts.push(drawing.length - last - 1);
    }
    return RunLengthMask.FromCounts(counts, width, height);
}

function checkSizes({ name, camera: { width, height }, image, depth }: View): void {
    if (image.length !== 4 * width * height) {
        throw new UltrametricError(
            "input",
            `View ${name}: its image has ${image.length} bytes, its camera asks for ${width} x ${height} x 4 = ${4 * width * height}.`,
        );
    }
    if (depth !== null && depth.length !== width * height) {
        throw new UltrametricError(
            "input",
            `View ${name}: its depth has ${depth.length} pixels, its camera ${width} x ${height} = ${width * height}.`,
        );
    }
}
