import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import type { MaskSet, ViewMasks } from "../../src/compute/masks/maskSet";
import type { Capture, View } from "../../src/compute/views/capture";
import type { ImageDecoder } from "../../src/plugin/formats/base/imageDecoder";
import { IMAGE_EXTENSIONS } from "../../src/plugin/formats/base/imageExtensions";
import type { RgbaImage } from "../../src/plugin/formats/base/pngImage";
import { ReadJsonAsync } from "../../src/plugin/formats/base/readJson";
import { WriteMaskFile } from "../../src/plugin/formats/masks/maskFiles";
import { ParseMaskFile } from "../../src/plugin/formats/masks/maskJson";
import { GenerateMasksAsync, type ViewMasksResult } from "../../src/plugin/masks/generateMasks";
import { BaseName } from "../../src/plugin/sources/fileSource";
import { FolderByteStore, WriteFileAtomicallyAsync } from "./folderByteStore";
import { FolderFileSource } from "./folderFileSource";
import type { MaskArguments } from "./maskArguments";
import { CreateNodeImageDecoder } from "./nodeImageDecoder";
import { ReadMobileSamAsync } from "./samMasks";
import type { StageClock } from "./stageClock";

/**
 * Makes the masks of a capture and writes one COCO file per view. Reuses files of an earlier run with the same
 * settings. Prints a line per view.
 * @throws UltrametricError "input"; "aborted", where finished files stay
 */
export async function MakeMaskFilesAsync(
    capture: Capture,
    args: MaskArguments,
    clock: StageClock,
    signal?: AbortSignal,
): Promise<MaskSet> {
    const model = await ReadMobileSamAsync(args.model);
    const decodeAsync = CreateNodeImageDecoder();
    await mkdir(args.out, { recursive: true });
    let made = 0;
    let known = 0;
    let coverage = 0;
    try {
        const masks = await GenerateMasksAsync(capture, {
            model,
            runtime: { provider: "wasm", threads: args.threads },
            generator: args.generator,
            quality: args.quality,
            maskStore: args.force ? null : new FolderByteStore(args.cache),
            imageAsync:
                args.images === null ? undefined : (view) => readImageAsync(args, args.images!, view, decodeAsync),
            knownAsync: async (view, key) => {
                const viewMasks = await readKnownAsync(args, view, key);
                known += viewMasks === null ? 0 : 1;
                return viewMasks;
            },
            onView: async (result) => {
                await WriteFileAtomicallyAsync(
                    join(args.out, `${BaseName(result.view.name)}.json`),
                    WriteMaskFile(result.view, result.viewMasks, { made_from: noteOf(args, result.view, result.key) }),
                );
                made++;
                coverage += result.report.coverage;
                printView(result);
            },
            onProgress: clock.onProgress,
            onWarning: (message) => console.warn(message),
            signal,
        });
        clock.stop();
        const total = masks.views.reduce((sum, view) => sum + view.masks.length, 0);
        console.log(
            `${total} masks of ${masks.views.length} views in ${args.out}` +
                `${known > 0 ? `; ${known} views reused` : ""}` +
                `${made > 0 ? `; mean coverage ${((100 * coverage) / made).toFixed(1)} %` : ""}`,
        );
        return masks;
    } catch (error) {
        if (error instanceof UltrametricError && error.kind === "aborted") {
            throw new UltrametricError(
                "aborted",
                `Interrupted: masks of ${made + known} of ${capture.views.length} views are in ${args.out}. ` +
                    "The same command resumes there.",
                { cause: error },
            );
        }
        throw error;
    }
}

/**
 * Returns the note of origin in a mask file; a file with the same note is reused. Files of distorted images say that
 * their masks are of the undistorted ones.
 */
function noteOf({ quality }: MaskArguments, view: View, key: string): Record<string, unknown> {
    return { key, quality, ...(view.picture?.lens.distortion ? { undistorted: true } : {}) };
}

/** Returns the masks of an earlier run with the same settings; null if there are none. */
async function readKnownAsync(args: MaskArguments, view: View, key: string): Promise<ViewMasks | null> {
    const name = `${BaseName(view.name)}.json`;
    if (!existsSync(join(args.out, name)) || args.force) {
        return null;
    }
    const root = await ReadJsonAsync(new FolderFileSource(args.out), name);
    const note = root.has("made_from") ? JSON.stringify(root.at("made_from").value) : null;
    if (note === JSON.stringify(noteOf(args, view, key))) {
        return { masks: ParseMaskFile(root, view).masks };
    }
    if (note === null) {
        throw new UltrametricError(
            "input",
            `${args.out}/${name} has masks of another origin. ` +
                "Choose another folder with --out, or replace them with --force.",
        );
    }
    return null;
}

async function readImageAsync(
    { capture }: MaskArguments,
    images: string,
    view: View,
    decodeAsync: ImageDecoder,
): Promise<RgbaImage> {
    const inside = join(capture, images);
    const folder = !isAbsolute(images) && existsSync(inside) ? inside : images;
    const paths = IMAGE_EXTENSIONS.map((extension) => join(folder, `${BaseName(view.name)}${extension}`));
    const path = paths.find((file) => existsSync(file));
    if (path === undefined) {
        throw new UltrametricError(
            "input",
            `${paths[0]}, the larger image of ${view.name}, does not exist ` +
                `(nor with ${IMAGE_EXTENSIONS.slice(1).join(", ")}); check --images.`,
        );
    }
    const image = await decodeAsync(await readFile(path), path);
    const { width, height } = view.camera;
    if (Math.abs(image.width * height - image.height * width) > Math.max(image.width, image.height)) {
        throw new UltrametricError(
            "input",
            `${path} has ${image.width} x ${image.height} pixels, ` +
                `another aspect ratio than its view's ${width} x ${height}.`,
        );
    }
    return image;
}

function printView({ view, generated, report }: ViewMasksResult): void {
    const dropped = (["weak", "tiny", "background", "duplicates"] as const)
        .filter((reason) => report[reason] > 0)
        .map((reason) => `${report[reason]} ${reason}`);
    const work =
        generated === null
            ? "reused"
            : `${generated.pointCount} points` +
              `${generated.skippedCount > 0 ? ` (${generated.skippedCount} skipped)` : ""}, ` +
              `encoder ${generated.encoderSeconds.toFixed(1)} s, decoder ${generated.decoderSeconds.toFixed(1)} s, ` +
              `rest ${generated.otherSeconds.toFixed(1)} s`;
    process.stdout.write(process.stdout.isTTY ? "\r\x1b[2K" : "");
    console.log(
        `${view.name}: ${report.kept} masks, coverage ${(100 * report.coverage).toFixed(1)} %` +
            `${dropped.length > 0 ? `, dropped ${dropped.join(", ")}` : ""}; ${work}`,
    );
}
