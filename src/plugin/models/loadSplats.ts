import type { Scene } from "@babylonjs/core/scene";
import { ReadSplatsAsync, type ReadSplatsOptions, type SplatFormat } from "../formats/splats/readSplats";
import { BaseName } from "../sources/fileSource";
import { CreateSplatMeshAsync } from "./createSplatMesh";
import { BeginReadingAsync, CountInWords, type LoadedModel, type LoadModelOptions } from "./loadedModel";
import { MoveToContainer } from "./modelMeshes";

/** Options of {@link LoadSplatsAsync}. `upAxis` is ignored, as each format has its own. */
export interface LoadSplatsOptions extends LoadModelOptions {
    /** True to turn the splats upside down, for files whose axes are not those of their format. Default: false. */
    readonly isFlipped?: boolean;
    /** Decodes the images of a SOG: see ReadSplatsOptions. */
    readonly decodeImageAsync?: ReadSplatsOptions["decodeImageAsync"];
}

/** Splats that were read from a file. */
export interface LoadedSplats extends LoadedModel {
    readonly format: SplatFormat;
}

const FORMAT_NAMES: Readonly<Record<SplatFormat, string>> = {
    spz: "SPZ",
    sog: "SOG",
    splat: ".splat",
    ksplat: ".ksplat",
};

/**
 * Loads Gaussian splats without blocking the page: `.spz` of versions 1 to 4, `.sog` bundles, the `meta.json` of a
 * SOG in files (`readFileAsync` returns those beside it), `.splat` and `.ksplat`, with their harmonics. Nothing is
 * fetched. Files of all formats stand the same way up, in scenes of either handedness. The mesh keeps its splats in
 * memory, as capturing and exporting need. LoadPlyAsync loads those of PLY files.
 *
 * @param source a picked file, or its bytes
 * @throws UltrametricError "input" for a damaged or missing file, "unsupported" for an unknown version or where images
 * cannot be decoded, "limits", "aborted"; the scene is as before
 */
export async function LoadSplatsAsync(
    source: Blob | Uint8Array,
    scene: Scene,
    options: LoadSplatsOptions = {},
): Promise<LoadedSplats> {
    const { bytes, name, facts, leftOut } = await BeginReadingAsync(source, options);
    const { isFlipped, signal } = options;
    const { format, cloud, leftOut: broken } = await ReadSplatsAsync(bytes, name, options);
    facts.push(`${CountInWords(cloud.count, "splat")} (${FORMAT_NAMES[format]})`);
    if (cloud.harmonicDegree > 0) {
        facts.push(`harmonics of degree ${cloud.harmonicDegree}`);
    }
    if (broken > 0) {
        leftOut.push(`${CountInWords(broken, "splat")}: the center or the size is not finite.`);
    }
    const meshName = BaseName(sogFolderOf(name) ?? name, [".spz", ".sog", ".splat", ".ksplat", ".json"]);
    const mesh = await CreateSplatMeshAsync(cloud, scene, { name: meshName, isFlipped, signal });
    return { container: MoveToContainer([mesh], scene), format, facts, leftOut };
}

/** Returns the folder of a SOG in files, which tells more than the name of its meta.json; null without one. */
function sogFolderOf(name: string): string | null {
    return /^(.*[^/])\/+meta\.json$/i.exec(name)?.[1] ?? null;
}
