import { UltrametricError, type UltrametricSegmentation } from "babylon-ultrametric";
import { PageElement } from "../elements";
import { SaveFile } from "../fileInputs";
import { ShowError } from "../message";
import type { SegmentSession } from "../segmentSession";
import type { ViewerScene } from "../viewerScene";
import { type ExportScope, ListParts } from "./exportedParts";
import { EXPORT_FORMATS, type ExportSource } from "./exportFormats";
import { FileName } from "./fileName";
import { CreateZipAsync } from "./zipBlob";

/** The menu of the button "Export": which parts, the kind of files, and the button that starts. */
export class ExportMenu {
    private readonly _menu = PageElement("exportMenu", HTMLElement);
    private readonly _button = PageElement("export", HTMLButtonElement);
    private readonly _start = PageElement("exportStart", HTMLButtonElement);

    public constructor(
        private readonly _segmentation: UltrametricSegmentation,
        private readonly _session: SegmentSession,
        private readonly _viewer: ViewerScene,
    ) {
        this._menu.addEventListener("beforetoggle", () => this._refresh());
        for (const input of this._menu.querySelectorAll("input")) {
            input.onchange = () => this._refresh();
        }
        this._start.onclick = () => {
            this._menu.hidePopover();
            this._exportAsync().catch((error: unknown) => {
                if (!(error instanceof UltrametricError && error.kind === "aborted")) {
                    ShowError("The export failed", error);
                }
            });
        };
        _segmentation.onHierarchyChangedObservable.add((hierarchy) => {
            this._button.disabled = hierarchy === null;
            if (hierarchy === null) {
                this._menu.hidePopover();
            }
        });
    }

    private get _source(): ExportSource {
        return { segmentation: this._segmentation, viewer: this._viewer, subject: this._session.subject };
    }

    /** Offers what the open content has, and the scopes that there are. */
    private _refresh(): void {
        for (const input of this._inputs("exportFormat")) {
            input.disabled = !EXPORT_FORMATS[input.value].isPossible(this._source);
            input.checked &&= !input.disabled;
            input.closest("label")!.hidden = input.disabled;
        }
        if (this._chosen("exportFormat") === null) {
            this._inputs("exportFormat").find((input) => !input.disabled)!.checked = true;
        }
        const isPicture = this._chosen("exportFormat") === "picture";
        for (const input of this._inputs("exportScope")) {
            input.disabled = isPicture || (input.value === "selection" && this._segmentation.selection.isEmpty);
            input.checked &&= isPicture || !input.disabled;
        }
        if (this._chosen("exportScope") === null) {
            this._inputs("exportScope")[0].checked = true;
        }
    }

    private async _exportAsync(): Promise<void> {
        const format = EXPORT_FORMATS[this._chosen("exportFormat")!];
        const parts = ListParts(this._segmentation, this._chosen("exportScope") as ExportScope);
        const name = FileName(this._segmentation.hierarchy?.name ?? "parts");
        await this._session.useAsync(async (run) => {
            const { signal, onProgress } = run;
            const zip = format.isMany ? await CreateZipAsync(signal) : null;
            let count = 0;
            for await (const file of format.filesAsync(this._source, parts, name, run)) {
                onProgress?.({ stage: "Exporting", detail: file.name, fraction: file.fraction });
                count++;
                if (zip) {
                    await zip.addAsync(file.name, file.bytes);
                } else {
                    SaveFile(file.name, file.bytes);
                }
            }
            if (count === 0) {
                throw new UltrametricError(
                    "input",
                    "The chosen parts have nothing that this format can hold; choose others.",
                );
            }
            if (zip) {
                SaveFile(`${name} parts.zip`, await zip.finishAsync());
            }
        });
    }

    private _inputs(name: string): HTMLInputElement[] {
        return [...this._menu.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`)];
    }

    private _chosen(name: string): string | null {
        return this._inputs(name).find((input) => input.checked)?.value ?? null;
    }
}
