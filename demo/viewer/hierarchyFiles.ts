import type { UltrametricSegmentation } from "../../src/plugin/ultrametricSegmentation";
import { PageElement } from "./elements";

/** Calls `openAsync` with the files that are dropped on the page or chosen in the dialog. */
export function BindFileInputs(openAsync: (file: File) => Promise<void>): void {
    const drop = PageElement("drop", HTMLElement);
    const input = PageElement("file", HTMLInputElement);
    PageElement("open", HTMLButtonElement).onclick = () => input.click();
    input.onchange = () => {
        const file = input.files?.[0];
        input.value = "";
        if (file) {
            void openAsync(file);
        }
    };
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
        const file = event.dataTransfer?.files[0];
        if (file) {
            void openAsync(file);
        }
    });
}

/** Lets the browser save a hierarchy as a file, with its cut, its colours and the names of its parts. */
export async function SaveSegmentationAsync(segmentation: UltrametricSegmentation): Promise<void> {
    const url = URL.createObjectURL(new Blob([await segmentation.saveAsync()]));
    const link = document.createElement("a");
    link.href = url;
    link.download = `${segmentation.hierarchy?.name}.bumh`;
    link.click();
    URL.revokeObjectURL(url);
}
