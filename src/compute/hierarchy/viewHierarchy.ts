import { UltrametricError } from "../ultrametricError";
import type { View } from "../views/capture";
import { ViewForeground } from "../views/viewForeground";
import { CreateDendrogram, type Dendrogram } from "./dendrogram";
import { EdgeDistances } from "./edgeWeights";
import { CreateImageGraph, type ImageGraph, type PixelNeighbors } from "./imageGraph";
import { LabelLeaves, type Partition } from "./partition";
import { CreateWatershed } from "./persistence";
import { type Criterion, SegmentationHierarchy } from "./segmentationHierarchy";
import { CreateSpanningForest } from "./spanningForest";

/** Options of {@link CreateViewHierarchy}. */
export interface ViewHierarchyOptions {
    /** Neighbors of a pixel in the graph. Default 4, as in the paper. */
    readonly neighbors: PixelNeighbors;
    /** Heights to compute; `consensus` needs several views. Default ["distance"], the paper's. */
    readonly criteria: readonly Exclude<Criterion, "consensus">[];
}

/** The defaults of {@link ViewHierarchyOptions}. */
export const DEFAULT_VIEW_HIERARCHY_OPTIONS: Readonly<ViewHierarchyOptions> = {
    neighbors: 4,
    criteria: ["distance"],
};

/** A hierarchy of the pixels in which one view shows something. */
export interface ViewHierarchy {
    /** Its vertices are the leaves, in the same order. */
    readonly graph: ImageGraph;
    /** The leaves lie where depth puts them in the world, or, in a view without depth, at (column, -row, 0) in pixels. */
    readonly hierarchy: SegmentationHierarchy;
}

/**
 * The paper's 2D mode (section 4.2): the hierarchy of one view's pixels by the distance of the features rendered in it.
 * Pieces that do not touch in the image never merge. Not consistent from view to view; for comparison.
 *
 * @param features [height, width, dimensions] unit features; only those of pixels that show something are looked at
 * @throws UltrametricError of kind "input" when the features do not fit the view or are not finite
 */
export function CreateViewHierarchy(
    view: View,
    features: Float32Array,
    dimensions: number,
    options: Partial<ViewHierarchyOptions> = {},
): ViewHierarchy {
    const { neighbors, criteria } = { ...DEFAULT_VIEW_HIERARCHY_OPTIONS, ...options };
    const { width, height } = view.camera;
    if (!Number.isInteger(dimensions) || dimensions < 1 || features.length !== width * height * dimensions) {
        throw new UltrametricError(
            "input",
            `View ${view.name}: ${features.length} feature values were given, ${width} x ${height} pixels of ${dimensions} dimensions ` +
                `have ${width * height * dimensions}. Give the features of every pixel, row by row.`,
        );
    }
    const graph = CreateImageGraph(width, height, ViewForeground(view), neighbors);
    const rows = new Float32Array(graph.vertexCount * dimensions);
    graph.pixels.forEach((pixel, i) => {
        rows.set(features.subarray(pixel * dimensions, (pixel + 1) * dimensions), i * dimensions);
    });
    const broken = rows.findIndex((value) => !Number.isFinite(value));
    if (broken >= 0) {
        const pixel = graph.pixels[Math.floor(broken / dimensions)];
        throw new UltrametricError(
            "input",
            `View ${view.name}: the feature of column ${pixel % width}, row ${Math.floor(pixel / width)} is not finite (${rows[broken]}).`,
        );
    }
    const forest = CreateSpanningForest(graph, EdgeDistances(rows, dimensions, graph));
    const dendrograms = new Map<Criterion, Dendrogram>();
    for (const criterion of criteria) {
        const merges = criterion === "distance" ? forest.merges : CreateWatershed(graph, forest, criterion);
        dendrograms.set(criterion, CreateDendrogram(merges));
    }
    return {
        graph,
        hierarchy: new SegmentationHierarchy(
            view.name,
            placePixels(view, graph),
            colorPixels(view, graph),
            dendrograms,
        ),
    };
}

/** Part of each pixel -> [height, width], -1 where the view shows nothing. */
export function LabelViewPixels({ graph }: ViewHierarchy, partition: Partition): Int32Array {
    const labels = LabelLeaves(partition);
    const image = new Int32Array(graph.width * graph.height).fill(-1);
    graph.pixels.forEach((pixel, i) => {
        image[pixel] = labels[i];
    });
    return image;
}

function placePixels({ camera, depth }: View, { pixels, width }: ImageGraph): Float32Array {
    const positions = new Float32Array(3 * pixels.length);
    pixels.forEach((pixel, i) => {
        const column = (pixel % width) + 0.5;
        const row = Math.floor(pixel / width) + 0.5;
        if (depth === null) {
            positions[3 * i] = column;
            positions[3 * i + 1] = -row;
        } else {
            camera.unproject(column, row, depth[pixel], positions, 3 * i);
        }
    });
    return positions;
}

function colorPixels({ image }: View, { pixels }: ImageGraph): Uint8Array {
    const colors = new Uint8Array(3 * pixels.length);
    pixels.forEach((pixel, i) => {
        colors.set(image.subarray(4 * pixel, 4 * pixel + 3), 3 * i);
    });
    return colors;
}
