import { PickedFileSource, type UltrametricSegmentation } from "babylon-ultrametric";
import { PageElement } from "./elements";

/** The ending of files with a radiance field in training. */
export const TRAINING_ENDING = ".umrt";

/** Calls `openAsync` with the files that are dropped on the page or chosen in a dialog. */
export function BindFileInputs(openAsync: (files: Promise<PickedFileSource>) => void): void {
    const drop = PageElement("drop", HTMLElement);
    for (const [button, input] of [
        ["open", "file"],
        ["openFolder", "folder"],
    ]) {
        const field = PageElement(input, HTMLInputElement);
        PageElement(button, HTMLButtonElement).onclick = () => field.click();
        field.onchange = () => {
            const files = [...(field.files ?? [])];
            field.value = "";
            if (files.length > 0) {
                openAsync(Promise.resolve().then(() => PickedFileSource.FromFiles(files)));
            }
        };
    }
    window.addEventListener("dragover", (event) => {
        event.preventDefault();
        drop.hidden = false;
    });
    window.addEventListener("dragleave", (event) => {
        drop.hidden = event.relatedTarget === null;
    });
    window.addEventListener("drop", (event) => {
        event.preventDefault();
        drop.hidden = true;
        if (event.dataTransfer && event.dataTransfer.items.length > 0) {
            openAsync(PickedFileSource.FromDataTransferAsync(event.dataTransfer));
        }
    });
}

/** Downloads the segmentation as a file, with its cut, colors and names of parts. */
export async function SaveSegmentationAsync(segmentation: UltrametricSegmentation): Promise<void> {
    SaveFile(`${segmentation.hierarchy?.name}.bumh`, await segmentation.saveAsync());
}

/** Downloads bytes as a file. */
export function SaveFile(name: string, bytes: Uint8Array<ArrayBuffer> | Blob): void {
    const url = URL.createObjectURL(new Blob([bytes]));
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    URL.revokeObjectURL(url);
}
