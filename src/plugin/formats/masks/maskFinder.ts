import { MapConcurrentlyAsync } from "../../../compute/base/mapConcurrently";
import type { View } from "../../../compute/views/capture";
import type { FileSource } from "../../sources/fileSource";
import { HasFoundExtension, WithoutFoundExtension } from "../base/imageExtensions";
import { NERF_FILE } from "../base/nerfFiles";

/** Names of folders that hold masks, in the order in which they are searched. */
const MASK_FOLDERS = ["masks", "mask", "annotations", "labels", "segmentations", "SegmentationObject"];
/** Endings of label images beside the images, in place of the extension. */
const LABEL_ENDINGS = ["_mask.png", "_masks.png", "_label.png", "_labels.png"];
/** JSON files that belong to captures. */
const CAPTURE_JSON = /(^|\/)(transforms[^/]*|dataparser_transforms|metadata|mesh_info|package|meta|config)\.json$/i;
/** Names of a COCO file for all images, where files cannot be listed. */
const DATASET_NAMES = [
    "masks.json",
    "annotations.json",
    "_annotations.coco.json",
    "annotations/instances_default.json",
];
/** Files that may be the COCO file for all images: others are not read. */
const MAX_DATASETS = 16;
/** Views that are asked for, before a web address counts as one without files for each view. */
const MAX_PROBED = 4;

/** A file of masks of one view. */
interface JsonMaskFile {
    readonly kind: "json";
    readonly path: string;
    /** True if it lies beside the image. */
    readonly beside: boolean;
}

/** A label image of one view. */
interface LabelMaskFile {
    readonly kind: "labels";
    readonly path: string;
}

/** A folder of images with one mask each, and the table that segment-anything writes with their scores. */
interface MaskImageFiles {
    readonly kind: "images";
    readonly folder: string;
    readonly paths: readonly string[];
    readonly table: string | null;
}

/** The files with the masks of one view. */
export type ViewMaskFiles = JsonMaskFile | LabelMaskFile | MaskImageFiles;

/**
 * Finds the files with masks of a capture: in a folder of masks, for each view its name with .json or .png, also after
 * the extension of its image, or a folder of images with one mask each; beside the images, files .json; and COCO files
 * for all images.
 */
export class MaskFinder {
    /** Paths by their key: upper and lower case, and Unicode's forms, are the same. */
    private readonly _byKey = new Map<string, string>();
    private readonly _imagesOfFolder = new Map<string, string[]>();
    /** The name and the ending that the first file had, where files cannot be listed. */
    private _pattern: { readonly index: number; readonly suffix: string } | null = null;
    private _probed = 0;
    private _ignoresImages = false;

    private constructor(
        private readonly _source: FileSource,
        /** With "/" at their ends. */
        private readonly _folders: readonly string[],
        /** Null where files cannot be listed. */
        private readonly _files: readonly string[] | null,
        private readonly _searchesImages: boolean,
        private readonly _signal: AbortSignal | undefined,
    ) {
        for (const path of _files ?? []) {
            this._byKey.set(keyOf(path), path);
            const folder = keyOf(path.slice(0, path.lastIndexOf("/") + 1));
            if (path.toLowerCase().endsWith(".png") && _folders.some((masks) => folder.startsWith(keyOf(masks)))) {
                const images = this._imagesOfFolder.get(folder);
                if (images) {
                    images.push(path);
                } else {
                    this._imagesOfFolder.set(folder, [path]);
                }
            }
        }
    }

    /** @param folder see `MaskFileOptions.folder` */
    public static async CreateAsync(
        source: FileSource,
        folder: string | null,
        signal?: AbortSignal,
    ): Promise<MaskFinder> {
        const files = (await source.listAllAsync?.(signal)) ?? null;
        if (folder !== null) {
            return new MaskFinder(source, [`${folder.replace(/\/+$/, "")}/`], files, false, signal);
        }
        if (files === null) {
            return new MaskFinder(source, ["masks/"], null, true, signal);
        }
        const all = new Set(files.flatMap(foldersOf));
        const rankOf = (path: string): number => {
            const name = path.slice(0, -1).split("/").at(-1)!.toLowerCase();
            return MASK_FOLDERS.findIndex((known) => known.toLowerCase() === name);
        };
        const folders = [...all].filter((path) => rankOf(path) >= 0);
        folders.sort((a, b) => rankOf(a) - rankOf(b) || a.length - b.length || (a < b ? -1 : 1));
        const finder = new MaskFinder(source, folders, files, true, signal);
        // Images that transforms.json names as mask_path tell what to ignore, and not what the parts are.
        finder._ignoresImages = files.includes(NERF_FILE) && (await finder._holdsAsync(NERF_FILE, ["mask_path"]));
        return finder;
    }

    /**
     * Returns whether there may be masks, before the capture is read: files in folders of masks, or beside images.
     * True where files cannot be listed.
     */
    public async hasMasksAsync(): Promise<boolean> {
        if (this._files === null) {
            return true;
        }
        const inFolders = this._files.some(
            (path) =>
                (this._ignoresImages ? /\.json$/i : /\.(json|png)$/i).test(path) &&
                this._folders.some((folder) => path.startsWith(folder)),
        );
        if (inFolders || !this._searchesImages) {
            return inFolders;
        }
        const images = new Set(this._files.filter(HasFoundExtension).flatMap((path) => [keyOf(path), stemOf(path)]));
        const ending = LABEL_ENDINGS.find((end) => this._files?.some((path) => hasLabels(path, end, images)));
        if (ending !== undefined && !this._ignoresImages) {
            return true;
        }
        const beside = this._files.find((path) => /\.json$/i.test(path) && images.has(keyOf(path.slice(0, -5))));
        for (const key of beside === undefined ? [] : ["shapes", "segmentation", "masks"]) {
            if (await this._holdsAsync(beside!, [key])) {
                return true;
            }
        }
        return (await this.datasetPathsAsync(new Set())).length > 0;
    }

    /** Returns the files of each view; null for a view without files. */
    public async filesOfAllAsync(views: readonly View[], concurrency: number): Promise<(ViewMaskFiles | null)[]> {
        const first: (ViewMaskFiles | null)[] = [];
        // The first views of a web address tell which files to ask for.
        while (
            first.length < views.length &&
            this._files === null &&
            this._pattern === null &&
            this._probed < MAX_PROBED
        ) {
            first.push(await this._filesOfAsync(views[first.length]));
        }
        const rest = await MapConcurrentlyAsync(views.slice(first.length), concurrency, (view) =>
            this._filesOfAsync(view),
        );
        return [...first, ...rest];
    }

    private async _filesOfAsync(view: View): Promise<ViewMaskFiles | null> {
        const { tails, image } = namesOf(view);
        if (this._files === null) {
            return await this._probeAsync(tails);
        }
        for (const folder of this._folders) {
            for (const tail of tails) {
                const json = this._byKey.get(keyOf(`${folder}${tail}.json`));
                if (json !== undefined) {
                    return { kind: "json", path: json, beside: false };
                }
                if (this._ignoresImages) {
                    continue;
                }
                const ownFolder = keyOf(`${folder}${tail}/`);
                const paths = this._imagesOfFolder.get(ownFolder);
                if (paths !== undefined) {
                    const table = this._byKey.get(`${ownFolder}metadata.csv`) ?? null;
                    return { kind: "images", folder: `${folder}${tail}`, paths: [...paths].sort(), table };
                }
                const labels = ["", "_mask"].map((end) => this._byKey.get(keyOf(`${folder}${tail}${end}.png`)));
                const path = labels.find((found) => found !== undefined && found !== view.picture?.path);
                if (path !== undefined) {
                    return { kind: "labels", path };
                }
            }
        }
        if (!this._searchesImages) {
            return null;
        }
        const names = [image, WithoutFoundExtension(image)];
        const json = names.map((name) => this._byKey.get(keyOf(`${name}.json`))).find((path) => path !== undefined);
        if (json !== undefined) {
            return { kind: "json", path: json, beside: true };
        }
        const labels = LABEL_ENDINGS.map((ending) => this._byKey.get(keyOf(`${names[1]}${ending}`)));
        const path = this._ignoresImages ? undefined : labels.find((found) => found !== undefined);
        return path === undefined ? null : { kind: "labels", path };
    }

    /**
     * Returns the JSON files that hold the masks of many images.
     *
     * @param known files of single views
     */
    public async datasetPathsAsync(known: ReadonlySet<string>): Promise<string[]> {
        const found: string[] = [];
        if (this._files === null) {
            for (const name of DATASET_NAMES) {
                if (found.length === 0 && (await this._source.existsAsync(name, this._signal))) {
                    found.push(name);
                }
            }
            return found;
        }
        const candidates = this._files.filter(
            (path) =>
                /\.json$/i.test(path) &&
                !known.has(path) &&
                !CAPTURE_JSON.test(path) &&
                (this._searchesImages || this._folders.some((folder) => path.startsWith(folder))),
        );
        candidates.sort((a, b) => a.split("/").length - b.split("/").length || (a < b ? -1 : 1));
        for (const path of candidates.slice(0, MAX_DATASETS)) {
            if (await this._holdsAsync(path, ["annotations", "images"])) {
                found.push(path);
            }
        }
        return found;
    }

    /** Returns whether the text of a file holds all of the given keys of JSON. */
    private async _holdsAsync(path: string, keys: readonly string[]): Promise<boolean> {
        const text = new TextDecoder().decode(await this._source.readBytesAsync(path, this._signal));
        return keys.every((key) => text.includes(`"${key}"`));
    }

    /** Asks for the files of a few views, and after the first that exists for those of the same kind. */
    private async _probeAsync(tails: readonly string[]): Promise<ViewMaskFiles | null> {
        if (this._pattern === null && this._probed++ >= MAX_PROBED) {
            return null;
        }
        // The name without folders is the usual one.
        const names = [...tails.slice(-2), ...tails.slice(0, -2)];
        const patterns =
            this._pattern === null
                ? [".json", ".png"].flatMap((suffix) => names.map((_, index) => ({ index, suffix })))
                : [this._pattern];
        for (const pattern of patterns) {
            const path = `${this._folders[0]}${names[pattern.index % names.length]}${pattern.suffix}`;
            if (await this._source.existsAsync(path, this._signal)) {
                this._pattern = pattern;
                return pattern.suffix === ".json" ? { kind: "json", path, beside: false } : { kind: "labels", path };
            }
        }
        return null;
    }
}

/** Returns the names under which a view may have a file, most specific first, and the path of its image. */
function namesOf({ name, picture }: View): { tails: string[]; image: string } {
    const image = picture?.path ?? name;
    const extension = image.slice(WithoutFoundExtension(image).length);
    const parts = name.split("/");
    const tails = parts.length > 1 ? [name, parts[parts.length - 1]] : [name];
    return { tails: tails.flatMap((tail) => [tail, `${tail}${extension}`]), image };
}

/** Returns whether a path is a label image beside one of the images. */
function hasLabels(path: string, ending: string, images: ReadonlySet<string>): boolean {
    const key = keyOf(path);
    return key.endsWith(ending) && images.has(key.slice(0, -ending.length));
}

function foldersOf(path: string): string[] {
    const parts = path.split("/").slice(0, -1);
    return parts.map((_, i) => `${parts.slice(0, i + 1).join("/")}/`);
}

function stemOf(path: string): string {
    return keyOf(WithoutFoundExtension(path));
}

function keyOf(path: string): string {
    return path.normalize("NFC").toLowerCase();
}
