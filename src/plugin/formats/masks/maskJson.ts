import { type Coroutine, RunCoroutineSync } from "../../../compute/base/coroutine";
import type { JsonNode } from "../../../compute/base/jsonNode";
import type { Mask } from "../../../compute/masks/maskSet";
import { RunLengthMask } from "../../../compute/masks/runLengthMask";
import type { View } from "../../../compute/views/capture";
import { LabelMeCoroutine } from "./labelMe";
import { MaskPlacement } from "./maskPlacement";
import { InMask, type ParsedMasks } from "./parsedMasks";

/** Returns whether a JSON file holds the masks of many images: COCO's `images` with `annotations` that name them. */
export function IsMaskDataset(root: JsonNode): boolean {
    return root.has("images") && Array.isArray(root.at("images").value) && root.has("annotations");
}

/**
 * Parses the file of one view's masks: {masks: [...]}, {annotations: [...]}, a bare array, or labelme's {shapes:
 * [...]}; keeps the order. Elements have a `segmentation` of COCO: {size: [height, width], counts} with run lengths or
 * COCO's compressed string, or polygons [[x, y, x, y, ...], ...].
 *
 * Masks are placed in the view: those of the whole image, or a scaled copy of it, are scaled, and lose the distortion
 * that the view has lost. A file with `undistorted: true`, as WriteMaskFile writes it, has masks of the view itself.
 *
 * @throws UltrametricError "input", with file and mask
 */
export function ParseMaskFile(root: JsonNode, view: View): ParsedMasks {
    return RunCoroutineSync(MaskFileCoroutine(root, view));
}

/** ParseMaskFile in time slices. */
export function* MaskFileCoroutine(root: JsonNode, view: View): Coroutine<ParsedMasks> {
    const isArray = Array.isArray(root.value);
    const undistorted = !isArray && root.has("undistorted") && root.at("undistorted").value === true;
    const placement = yield* MaskPlacement.CreateCoroutine(view, undistorted);
    if (root.has("shapes")) {
        return yield* LabelMeCoroutine(root, placement);
    }
    const key = ["masks", "annotations"].find((name) => root.has(name));
    if (!isArray && key === undefined) {
        throw root.error('has neither "masks", "annotations" nor "shapes", and is not an array of masks.');
    }
    const list = key === undefined ? root : root.at(key);
    const images = root.has("images") ? root.at("images").items() : [];
    const image = root.has("image") ? root.at("image") : (images[0] ?? root);
    return yield* AnnotationsCoroutine(list.items(), image, placement);
}

/**
 * Parses COCO's annotations of one image, in time slices. Annotations without a pixel in the view are left out and
 * counted, unless they are empty run lengths.
 *
 * @param image has the `width` and `height` that polygons refer to; those of the view's image by default
 * @throws UltrametricError "input", with file and mask
 */
export function* AnnotationsCoroutine(
    nodes: readonly JsonNode[],
    image: JsonNode,
    placement: MaskPlacement,
): Coroutine<ParsedMasks> {
    const sizeOf = (key: "width" | "height"): number => (image.has(key) ? image.at(key).number() : placement[key]);
    const [width, height] = [sizeOf("width"), sizeOf("height")];
    let leftOut = 0;
    const masks: Mask[] = [];
    for (const [index, node] of nodes.entries()) {
        const segmentation = node.at("segmentation");
        const isPolygon = Array.isArray(segmentation.value);
        const region = InMask(node, index, () =>
            isPolygon
                ? placement.placePolygons(polygonsOf(segmentation), width, height)
                : placement.place(runsOf(segmentation)),
        );
        if (isPolygon && region.area === 0) {
            leftOut++;
        } else {
            masks.push({
                region,
                predictedIou: scoreOf(node, "predicted_iou") ?? scoreOf(node, "score") ?? 1,
                stability: scoreOf(node, "stability_score") ?? 1,
            });
        }
        yield;
    }
    return { masks, leftOut };
}

function scoreOf(node: JsonNode, key: string): number | null {
    return node.has(key) ? node.at(key).number() : null;
}

function runsOf(segmentation: JsonNode): RunLengthMask {
    const [height, width] = segmentation
        .at("size")
        .items(2)
        .map((side) => side.number());
    const counts = segmentation.at("counts");
    return Array.isArray(counts.value)
        ? RunLengthMask.FromCounts(counts.value as number[], width, height)
        : RunLengthMask.FromCompressed(counts.string(), width, height);
}

/** Returns COCO's polygons: lists of x, y, x, y ..., one such list, or lists of corners [x, y]. */
function polygonsOf(segmentation: JsonNode): number[][] {
    const lists = segmentation.value as unknown[];
    const polygons = lists.length > 0 && typeof lists[0] === "number" ? [lists] : lists;
    return polygons.map((polygon, i) => {
        if (!Array.isArray(polygon)) {
            throw segmentation.error(`has the polygon ${i}, which must be a list of numbers.`);
        }
        const numbers = (Array.isArray(polygon[0]) ? polygon.flat() : polygon) as number[];
        if (numbers.length % 2 !== 0) {
            throw segmentation.error(`has a polygon ${i} of ${numbers.length} numbers; each corner has x and y.`);
        }
        return numbers;
    });
}
