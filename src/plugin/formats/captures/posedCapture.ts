import type { Capture, SparsePoints } from "../../../compute/views/capture";
import { LevelCapture } from "../../../compute/views/levelCapture";
import type { FileSource } from "../../sources/fileSource";
import { NotesOf } from "../base/imageLosses";
import type { CaptureFileOptions } from "./captureFileOptions";
import { FindImagesAsync, IsFound } from "./findImages";
import type { PosedImage } from "./posedImage";
import { HoldOut, LoadPosedImagesAsync } from "./posedImages";

/** Parts of a capture beside its images, as far as the layout has them. */
export interface PosedCaptureParts {
    readonly points?: SparsePoints | null;
    /** True if the world has z up already. */
    readonly isUpright: boolean;
    readonly notes?: readonly string[];
}

/**
 * Makes a capture of images that no file divides into training and held-out images: finds, divides and reads them, and
 * levels the world.
 *
 * @throws UltrametricError "input" when too few images can be used; "aborted"
 */
export async function LoadPosedCaptureAsync(
    source: FileSource,
    images: readonly PosedImage[],
    settings: CaptureFileOptions,
    { points = null, isUpright, notes = [] }: PosedCaptureParts,
): Promise<Capture> {
    const found = await FindImagesAsync(source, images, settings);
    const split = HoldOut(found.images.filter(IsFound), settings.holdOutEvery);
    const { views, heldOutViews, notes: imageNotes } = await LoadPosedImagesAsync(source, split, found, settings);
    const capture = {
        name: settings.name ?? source.name,
        views,
        heldOutViews,
        ...(points === null ? {} : { sparsePoints: points }),
        ...NotesOf([...notes, ...imageNotes]),
    };
    return (settings.level ?? !isUpright) ? LevelCapture(capture) : capture;
}
