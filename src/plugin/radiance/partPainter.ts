import { KdTree } from "../../compute/algorithms/kdTree";
import { RunCoroutineAsync } from "../../compute/base/coroutine";
import { Pacer } from "../../compute/base/pacer";
import type { RadianceImage } from "../../compute/fields/radiance/radianceImage";
import { MixLeafColor } from "../../compute/partColors/cpuPartColors";
import type { PinholeCamera } from "../../compute/views/pinholeCamera";
import { UnprojectDepth } from "../../compute/views/surfacePoints";
import type { PointCloudBinding } from "../display/pointCloudBinding";

/** Leaves that vote on a pixel (paper, supplement A.1: k_query). */
const NEIGHBORS = 5;
/** Pixels farther from any leaf than this keep their own color, in radii of a point. At the edges of things pixels show something between near and far. */
const MAX_RADII = 40;
/** Pixels between two looks at the clock. */
const RUN = 512;

/** The leaves around the pixels of a picture. */
interface Neighbors {
    /** [n] pixels. */
    readonly pixels: Uint32Array;
    /** [n, NEIGHBORS] leaves, nearest first; -1 where there is none near enough. */
    readonly leaves: Int32Array;
}

/**
 * Lays the parts over pictures of the radiance field that they were found with: each pixel takes the commonest part among the five leaves that are
 * nearest to what it shows, and the look that the point cloud has now: cut, colors, selection, edits. Nothing blocks the page for long.
 */
export class PartPainter {
    /** For RadiancePreview's `paint`. */
    public readonly paintAsync = async (
        image: RadianceImage,
        camera: PinholeCamera,
        signal?: AbortSignal,
    ): Promise<RadianceImage> =>
        await this._paintAsync(image, camera, new Pacer("Laying parts over a picture", signal));

    private readonly _found = new WeakMap<RadianceImage, Neighbors>();
    private _tree: KdTree | null = null;

    /** @param _pointCloud that shows the hierarchy; its world is the field's */
    public constructor(private readonly _pointCloud: PointCloudBinding) {}

    private async _paintAsync(image: RadianceImage, camera: PinholeCamera, pacer: Pacer): Promise<RadianceImage> {
        let found = this._found.get(image);
        if (!found) {
            found = await this._findAsync(image, camera, pacer);
            this._found.set(image, found);
        }
        const { dendrogram, partStartColors, colorSettings, overrides } = this._pointCloud;
        const { order, rank, leafCount } = dendrogram;
        const places = new Uint32Array(leafCount);
        const heads = new Uint32Array(leafCount);
        let head = 0;
        for (let place = 0; place < leafCount; place++) {
            if (rank[place] >= colorSettings.cutRank) {
                head = partStartColors[place];
            }
            places[order[place]] = place;
            heads[order[place]] = head;
        }
        const color = image.color.slice();
        const opacity = image.opacity.slice();
        const { pixels, leaves } = found;
        for (let i = 0; i < pixels.length; i++) {
            if (i % RUN === 0) {
                await pacer.yieldIfDueAsync();
            }
            const leaf = commonest(leaves, i * NEIGHBORS, heads);
            if (leaf < 0) {
                continue;
            }
            const pixel = pixels[i];
            const own = packColor(color, 3 * pixel, opacity[pixel]);
            const mixed = MixLeafColor(colorSettings, places[leaf], heads[leaf], own, overrides?.data[leaf] ?? 0);
            if (mixed === 0) {
                opacity[pixel] = 0;
            }
            for (let channel = 0; channel < 3; channel++) {
                color[3 * pixel + channel] = (((mixed >>> (8 * channel)) & 255) / 255) * opacity[pixel];
            }
        }
        return { ...image, color, opacity };
    }

    private async _findAsync(image: RadianceImage, camera: PinholeCamera, pacer: Pacer): Promise<Neighbors> {
        const { positions } = this._pointCloud.hierarchy;
        this._tree ??= await RunCoroutineAsync(KdTree.CreateCoroutine(positions), pacer);
        const tree = this._tree;
        const surface = UnprojectDepth({ name: "picture", camera, image: new Uint8Array(), depth: image.depth });
        const count = surface.pixels.length;
        const leaves = new Int32Array(count * NEIGHBORS);
        const reach = (MAX_RADII * this._pointCloud.pointRadius) ** 2;
        for (let begin = 0; begin < count; begin += RUN) {
            await pacer.yieldIfDueAsync();
            const end = Math.min(begin + RUN, count);
            const { indices, squaredDistances } = tree.nearest(surface.positions, NEIGHBORS, false, begin, end);
            for (let i = 0; i < indices.length; i++) {
                leaves[begin * NEIGHBORS + i] = squaredDistances[i - (i % NEIGHBORS)] > reach ? -1 : indices[i];
            }
        }
        return { pixels: surface.pixels, leaves };
    }
}

/** The nearest leaf of the commonest color among those of a pixel; the nearer one of those that tie. -1 where there is none. */
function commonest(leaves: Int32Array, first: number, heads: Uint32Array): number {
    let best = -1;
    let bestCount = 0;
    for (let i = first; i < first + NEIGHBORS; i++) {
        let count = 0;
        for (let j = first; j < first + NEIGHBORS; j++) {
            count += leaves[i] >= 0 && leaves[j] >= 0 && heads[leaves[i]] === heads[leaves[j]] ? 1 : 0;
        }
        if (count > bestCount) {
            best = leaves[i];
            bestCount = count;
        }
    }
    return best;
}

/** A color that is weighted by its opacity, as packed bytes, red lowest. */
function packColor(color: Float32Array, at: number, opacity: number): number {
    const byte = (value: number): number => Math.round(255 * Math.min(Math.max(value / opacity, 0), 1));
    return byte(color[at]) | (byte(color[at + 1]) << 8) | (byte(color[at + 2]) << 16);
}
