import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { TemporaryFolder } from "./temporaryFiles";

const captureFolder = join(import.meta.dirname, "../../demo/captures/excavator");

/**
 * Creates a folder with a few training views of the bundled capture, until the test ends.
 * @param views indices of the views
 */
export function SmallCaptureFolder(views: readonly number[], hasDepth: boolean): string {
    const folder = TemporaryFolder();
    const { frames, ...camera } = JSON.parse(readFileSync(join(captureFolder, "transforms_train.json"), "utf8")) as {
        frames: { file_path: string }[];
    };
    const kept = views.map((view) => frames[view]);
    writeFileSync(join(folder, "transforms_train.json"), JSON.stringify({ ...camera, frames: kept }));
    mkdirSync(join(folder, "train"));
    for (const { file_path } of kept) {
        const picture = join("train", `${basename(file_path)}.png`);
        copyFileSync(join(captureFolder, picture), join(folder, picture));
    }
    if (hasDepth) {
        mkdirSync(join(folder, "depth"));
        const depth = (index: number): string => join("depth", `train_${String(index).padStart(3, "0")}.f16.gz`);
        views.forEach((view, index) => {
            copyFileSync(join(captureFolder, depth(view)), join(folder, depth(index)));
        });
    }
    return folder;
}
