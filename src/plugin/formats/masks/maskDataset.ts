import { RunCoroutineAsync } from "../../../compute/base/coroutine";
import type { JsonNode } from "../../../compute/base/jsonNode";
import type { Pacer } from "../../../compute/base/pacer";
import type { View } from "../../../compute/views/capture";
import { CountSharedNames, FileFinder } from "../../sources/fileFinder";
import { WithoutFoundExtension } from "../base/imageExtensions";
import { ListNames } from "../base/imageLosses";
import { AnnotationsCoroutine } from "./maskJson";
import { MaskPlacement } from "./maskPlacement";
import { KeyOf, type ParsedMasks } from "./parsedMasks";

/** The masks of a COCO file by the index of their view, and what has no view. */
export interface DatasetMasks {
    readonly byView: ReadonlyMap<number, ParsedMasks>;
    readonly notes: readonly string[];
}

/**
 * Parses a COCO file of many images: {images: [{id, file_name, width, height}], annotations: [{image_id,
 * segmentation}]}. Images belong to the view whose file ends like their `file_name`, or like the name before an upload
 * (`extra.name`), in any spelling and with any extension.
 *
 * @param pacer yields between annotations
 * @throws UltrametricError "input", with file and annotation; "aborted"
 */
export async function ParseMaskDatasetAsync(
    root: JsonNode,
    views: readonly View[],
    pacer: Pacer,
): Promise<DatasetMasks> {
    const stems = views.map(({ name, picture }) => WithoutFoundExtension(picture?.path ?? name));
    const finder = new FileFinder(stems);
    const viewOfStem = new Map(stems.map((stem, index) => [stem, index]));
    const annotations = new Map<string, JsonNode[]>();
    for (const node of root.at("annotations").items()) {
        const id = KeyOf(node.at("image_id"));
        const others = annotations.get(id);
        if (others) {
            others.push(node);
        } else {
            annotations.set(id, [node]);
        }
    }
    /** Of several images that end alike, the one with the most folders in common belongs to the view. */
    const best = new Map<number, { readonly image: JsonNode; readonly shared: number }>();
    const without: string[] = [];
    for (const image of root.at("images").items()) {
        const names = [image.at("file_name").string()];
        if (image.has("extra") && image.at("extra").has("name")) {
            names.unshift(image.at("extra").at("name").string());
        }
        const stem = names.map((name) => finder.find(WithoutFoundExtension(name))).find((found) => found !== null);
        const view = stem === undefined || stem === null ? undefined : viewOfStem.get(stem);
        if (view === undefined) {
            without.push(names[0]);
            continue;
        }
        const shared = CountSharedNames(stems[view], WithoutFoundExtension(names[0]));
        if (shared > (best.get(view)?.shared ?? -1)) {
            best.set(view, { image, shared });
        }
    }
    const byView = new Map<number, ParsedMasks>();
    for (const [view, { image }] of best) {
        const nodes = annotations.get(KeyOf(image.at("id"))) ?? [];
        const placement = await RunCoroutineAsync(MaskPlacement.CreateCoroutine(views[view], false), pacer);
        const parsing = AnnotationsCoroutine(nodes, image, placement);
        byView.set(view, await RunCoroutineAsync(parsing, pacer));
    }
    const notes =
        without.length > 0
            ? [`${root.file}: ${without.length} images are not among the training views: ${ListNames(without)}.`]
            : [];
    return { byView, notes };
}
