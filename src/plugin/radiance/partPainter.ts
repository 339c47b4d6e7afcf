import { KdTree } from "../../compute/algorithms/kdTree";
import { RunCoroutineAsync } from "../../compute/base/coroutine";
import { Pacer } from "../../compute/base/pacer";
import type { RadianceImage } from "../../compute/fields/radiance/radianceImage";
import { MixLeafColor } from "../../compute/partColors/cpuPartColors";
import type { PinholeCamera } from "../../compute/views/pinholeCamera";
import { UnprojectDepth } from "../../compute/views/surfacePoints";
import type { PointCloudBinding } from "../display/pointCloudBinding";

/** The number of leaves that vote on a pixel (paper, supplement A.1: k_query). */
const NEIGHBORS = 5;
/** Pixels farther from all leaves keep their color, in point radii. At silhouettes pixels mix near and far surfaces. */
const MAX_DISTANCE_IN_RADII = 40;
/** Pixels per chunk. */
const CHUNK = 512;

/** The leaves nearest to the pixels of an image. */
interface Neighbors {
    /** [n] The pixels with a surface. */
    readonly pixels: Uint32Array;
    /** [n, NEIGHBORS] The leaves, nearest first; -1 where none is close enough. */
    readonly leaves: Int32Array;
}

/**
 * Paints the parts over images of the radiance field that the hierarchy was built from. Each pixel gets the most
 * frequent part among the five leaves nearest to its surface, with the current appearance of the point cloud: cut,
 * colors, selection and edits. The work is done in time slices.
 */
export class PartPainter {
    /** Paints an image; to be used as RadiancePreview's `paint`. */
    public readonly paintAsync = async (
        image: RadianceImage,
        camera: PinholeCamera,
        signal?: AbortSignal,
    ): Promise<RadianceImage> => await this._paintAsync(image, camera, new Pacer("Painting parts", signal));

    private readonly _neighborsOfImage = new WeakMap<RadianceImage, Neighbors>();
    private _tree: KdTree | null = null;

    /** @param _pointCloud shows the hierarchy, in the coordinates of the field */
    public constructor(private readonly _pointCloud: PointCloudBinding) {}

    private async _paintAsync(image: RadianceImage, camera: PinholeCamera, pacer: Pacer): Promise<RadianceImage> {
        let neighbors = this._neighborsOfImage.get(image);
        if (!neighbors) {
            neighbors = await this._findNeighborsAsync(image, camera, pacer);
            this._neighborsOfImage.set(image, neighbors);
        }
        const { dendrogram, partStartColors, colorSettings, overrides } = this._pointCloud;
        const { order, rank, leafCount } = dendrogram;
        const orderIndices = new Uint32Array(leafCount);
        const partColors = new Uint32Array(leafCount);
        let partColor = 0;
        for (let orderIndex = 0; orderIndex < leafCount; orderIndex++) {
            if (rank[orderIndex] >= colorSettings.cutRank) {
                partColor = partStartColors[orderIndex];
            }
            orderIndices[order[orderIndex]] = orderIndex;
            partColors[order[orderIndex]] = partColor;
        }
        const color = image.color.slice();
        const opacity = image.opacity.slice();
        const { pixels, leaves } = neighbors;
        for (let i = 0; i < pixels.length; i++) {
            if (i % CHUNK === 0) {
                await pacer.yieldIfDueAsync();
            }
            const leaf = mostFrequentLeaf(leaves, i * NEIGHBORS, partColors);
            if (leaf < 0) {
                continue;
            }
            const pixel = pixels[i];
            const own = packColor(color, 3 * pixel, opacity[pixel]);
            const mixed = MixLeafColor(
                colorSettings,
                orderIndices[leaf],
                partColors[leaf],
                own,
                overrides?.data[leaf] ?? 0,
            );
            if (mixed === 0) {
                opacity[pixel] = 0;
            }
            for (let channel = 0; channel < 3; channel++) {
                color[3 * pixel + channel] = (((mixed >>> (8 * channel)) & 255) / 255) * opacity[pixel];
            }
        }
        return { ...image, color, opacity };
    }

    private async _findNeighborsAsync(image: RadianceImage, camera: PinholeCamera, pacer: Pacer): Promise<Neighbors> {
        const { positions } = this._pointCloud.hierarchy;
        this._tree ??= await RunCoroutineAsync(KdTree.CreateCoroutine(positions), pacer);
        const tree = this._tree;
        const surface = UnprojectDepth({ name: "image", camera, image: new Uint8Array(), depth: image.depth });
        const count = surface.pixels.length;
        const leaves = new Int32Array(count * NEIGHBORS);
        const maxSquaredDistance = (MAX_DISTANCE_IN_RADII * this._pointCloud.pointRadius) ** 2;
        for (let begin = 0; begin < count; begin += CHUNK) {
            await pacer.yieldIfDueAsync();
            const end = Math.min(begin + CHUNK, count);
            const { indices, squaredDistances } = tree.nearest(surface.positions, NEIGHBORS, false, begin, end);
            for (let i = 0; i < indices.length; i++) {
                leaves[begin * NEIGHBORS + i] =
                    squaredDistances[i - (i % NEIGHBORS)] > maxSquaredDistance ? -1 : indices[i];
            }
        }
        return { pixels: surface.pixels, leaves };
    }
}

/**
 * Returns the nearest leaf of the most frequent part among the leaves of a pixel, ties to the nearer one; -1 for none.
 */
function mostFrequentLeaf(leaves: Int32Array, first: number, partColors: Uint32Array): number {
    let best = -1;
    let bestCount = 0;
    for (let i = first; i < first + NEIGHBORS; i++) {
        let count = 0;
        for (let j = first; j < first + NEIGHBORS; j++) {
            count += leaves[i] >= 0 && leaves[j] >= 0 && partColors[leaves[i]] === partColors[leaves[j]] ? 1 : 0;
        }
        if (count > bestCount) {
            best = leaves[i];
            bestCount = count;
        }
    }
    return best;
}

/** Packs a color that is premultiplied by its opacity into bytes, red lowest. */
function packColor(color: Float32Array, at: number, opacity: number): number {
    const byte = (value: number): number => Math.round(255 * Math.min(Math.max(value / opacity, 0), 1));
    return byte(color[at]) | (byte(color[at + 1]) << 8) | (byte(color[at + 2]) << 16);
}
