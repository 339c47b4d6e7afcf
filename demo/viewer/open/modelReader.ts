import type { AssetContainer } from "@babylonjs/core/assetContainer";
import type { Scene } from "@babylonjs/core/scene";
import type { PickedFileSource, RunOptions } from "babylon-ultrametric";
import type { OpenReport } from "./openReport";

/** A model file among the files that were picked or dropped together. */
export interface ModelFile {
    readonly source: PickedFileSource;
    /** The path in the source. */
    readonly path: string;
    /** Receives what was read and what was left out. */
    readonly report: OpenReport;
    /** The scene of the file to show; undefined for the one that the file names. */
    readonly scene?: number;
    readonly signal?: AbortSignal;
    readonly onProgress?: RunOptions["onProgress"];
}

/** Reads one kind of model files. */
export interface ModelReader {
    /** The endings of its files, in lower case, with the dot. */
    readonly endings: readonly string[];
    /**
     * Reads a file into a container that is not yet in the scene.
     * @throws UltrametricError "input" | "unsupported" | "aborted"; the scene is as before
     */
    readAsync(file: ModelFile, scene: Scene): Promise<AssetContainer>;
}

/**
 * Returns the name of a model without its ending; a SOG in files has that of its folder.
 *
 * @param source the opened files: their name is that of the folder for a path without one
 */
export function ModelName(path: string, source: { readonly name: string }): string {
    const isUnbundled = /(^|\/)meta\.json$/i.test(path);
    const named = isUnbundled ? path.replace(/\/?meta\.json$/i, "") || source.name : path.replace(/\.[^.]*$/, "");
    return named.replace(/^.*\//, "");
}
