import { UltrametricError } from "babylon-ultrametric";
import { FolderFileSource } from "./folderFileSource";
import { LoadFolderCaptureAsync } from "./loadFolderCapture";
import { MakeMaskFilesAsync } from "./makeMaskFiles";
import { MASKS_USAGE, ParseMaskArguments } from "./maskArguments";
import { PrintNotes } from "./printNotes";
import { StageClock } from "./stageClock";

async function mainAsync(signal: AbortSignal): Promise<void> {
    const args = ParseMaskArguments(process.argv.slice(2));
    if (args === null) {
        console.log(MASKS_USAGE);
        return;
    }
    const clock = new StageClock();
    const source = new FolderFileSource(args.capture, args);
    const capture = await clock.measureAsync("Reading the capture", () => LoadFolderCaptureAsync(source, { signal }));
    PrintNotes(capture.notes);
    await MakeMaskFilesAsync(capture, args, clock, signal);
}

const controller = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => controller.abort());
}
try {
    await mainAsync(controller.signal);
    process.exit(0);
} catch (error) {
    // An UltrametricError explains itself; any other error is a bug, whose stack helps.
    console.error(error instanceof UltrametricError ? `\n${error.message}` : error);
    process.exit(1);
}
