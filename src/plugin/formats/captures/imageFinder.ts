import { FileFinder } from "../../sources/fileFinder";
import type { FileSource } from "../../sources/fileSource";
import { FOUND_EXTENSIONS, HasFoundExtension, WithoutFoundExtension } from "../base/imageExtensions";
import { IMAGE_FOLDERS } from "./captureFileOptions";

/** Folders whose images belong to others: masks, depth and the like. They are read only where a file names them. */
const OTHER_FOLDERS =
    /(^|\/)(masks?|depths?|depth_maps|confidence|normals?|gt|labels|annotations|segmentations?|__MACOSX)\//i;
/** Number of images that are looked for where files cannot be listed, before all others count as missing. */
const MAX_PROBED = 4;

/** An image that was found. */
export interface FoundImage {
    readonly path: string;
    /** True if the path is the one that was named, or the same in a usual folder. */
    readonly isExact: boolean;
}

/**
 * Finds the images that the files of a capture name: as named, in the usual folders of images, by the tail of the
 * path, in any spelling, and with another extension or none.
 */
export class ImageFinder {
    private readonly _paths: ReadonlySet<string>;
    private readonly _byTail: FileFinder;
    private readonly _isListed: boolean;
    /** The folder and extension that turned a name into the path of its image, where files cannot be listed. */
    private _pattern: { readonly folder: string; readonly extension: string | null } | null = null;
    private _probed = 0;

    private constructor(
        private readonly _source: FileSource,
        /** Folders with "/" at their ends, or "". */
        private readonly _folders: readonly string[],
        files: readonly string[] | null,
        private readonly _signal: AbortSignal | undefined,
    ) {
        this._paths = new Set(files ?? []);
        const images = (files ?? []).filter(
            (path) =>
                HasFoundExtension(path) &&
                (_folders.includes("")
                    ? !OTHER_FOLDERS.test(path)
                    : _folders.some((folder) => path.startsWith(folder))),
        );
        this._byTail = new FileFinder(images);
        this._isListed = files !== null;
    }

    /** @param imageFolder see `CaptureFileOptions.imageFolder` */
    public static async CreateAsync(
        source: FileSource,
        imageFolder: string | null,
        signal?: AbortSignal,
    ): Promise<ImageFinder> {
        const names = imageFolder === null ? ["", ...IMAGE_FOLDERS] : [imageFolder];
        const folders = names.map((name) => (name === "" ? "" : `${name.replace(/\/+$/, "")}/`));
        return new ImageFinder(source, folders, (await source.listAllAsync?.(signal)) ?? null, signal);
    }

    /** Returns the image that a file names; null if it is missing. At a source without lists, the path is a guess. */
    public async findAsync(name: string): Promise<FoundImage | null> {
        const reference = name.replaceAll("\\", "/").replace(/^(\.?\/)+/, "");
        return this._isListed ? this._findListed(reference) : await this._probeAsync(reference);
    }

    private _findListed(reference: string): FoundImage | null {
        for (const folder of this._folders) {
            const path = this._foldersIn(folder, reference);
            if (this._paths.has(path)) {
                return { path, isExact: true };
            }
        }
        const stem = WithoutFoundExtension(reference);
        for (const name of [reference, ...FOUND_EXTENSIONS.map((extension) => `${stem}${extension}`)]) {
            for (const folder of this._folders) {
                const path = this._byTail.find(this._foldersIn(folder, name));
                if (path !== null) {
                    return { path, isExact: path === `${reference}.png` };
                }
            }
        }
        return null;
    }

    private async _probeAsync(reference: string): Promise<FoundImage | null> {
        const pathOf = (folder: string, extension: string | null): string =>
            this._foldersIn(folder, extension === null ? reference : `${WithoutFoundExtension(reference)}${extension}`);
        if (this._pattern !== null) {
            const { folder, extension } = this._pattern;
            return { path: pathOf(folder, extension), isExact: extension === null || extension === ".png" };
        }
        if (this._probed >= MAX_PROBED) {
            return null;
        }
        this._probed++;
        const extensions = HasFoundExtension(reference) ? [null, ...FOUND_EXTENSIONS] : FOUND_EXTENSIONS;
        for (const extension of extensions) {
            for (const folder of this._folders) {
                const path = pathOf(folder, extension);
                if (await this._source.existsAsync(path, this._signal)) {
                    this._pattern = { folder, extension };
                    return await this._probeAsync(reference);
                }
            }
        }
        return null;
    }

    /** Returns a path in a folder; a name that has another folder of images gets this one instead. */
    private _foldersIn(folder: string, name: string): string {
        const first = name.slice(0, name.indexOf("/") + 1);
        return folder !== "" && IMAGE_FOLDERS.includes(first.slice(0, -1))
            ? `${folder}${name.slice(first.length)}`
            : `${folder}${name}`;
    }
}
