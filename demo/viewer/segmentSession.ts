import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Control } from "@babylonjs/gui/2D/controls/control";
import {
    type Capture,
    type Criterion,
    type MaskSet,
    type RunOptions,
    UltrametricError,
    type UltrametricSegmentation,
} from "babylon-ultrametric";
import type { StructurePriors } from "babylon-ultrametric/compute";
import { GENERATOR_QUALITY, type MaskQualityOptions, MaskSetFilter } from "babylon-ultrametric/masks";
import { type PanelTheme, ProgressPanel } from "babylon-ultrametric/ui";
import type { MaskOrigin, Subject } from "./subject";
import type { SubjectRun } from "./subjectRun";

/** The criteria of the viewer; the first is shown first. */
const CRITERIA: readonly Criterion[] = ["consensus", "volume", "distance"];
/** The weight of image masks beside a model's masks, which do not use depth. */
const IMAGE_MASKS_WEIGHT = 0.5;

/** The structure priors of meshes. */
const STRUCTURE: StructurePriors = { shells: true, materials: true };

/** The quality of a segmentation: masks alone, trained features, or the paper's large network. */
export type Quality = "fast" | "balanced" | "paper";

/** The input of a segmentation. */
export interface CaptureInput {
    readonly capture: Capture;
    /** All masks, as read or made. */
    readonly masks: MaskSet;
    /** The default thresholds for the masks. */
    readonly quality: Partial<MaskQualityOptions>;
}

/** Segments the open content. Runs one operation at a time. */
export class SegmentSession {
    /** Called to place the progress panel beside other panels. */
    public placeProgress: ((control: Control) => void) | null = null;
    public quality: Quality = "fast";
    /** True if separate pieces and materials of meshes are likely to be parts. */
    public usesStructure = true;

    private _subject: Subject | null = null;
    private _origin: MaskOrigin = "given";
    private _chosenMasks: MaskSet | null = null;
    private _panel: ProgressPanel | null = null;
    /** Settles with the work in progress; never rejects. */
    private _work: Promise<unknown> = Promise.resolve();

    /**
     * @param _requestFrame called when the progress panel appears or disappears
     * @param _requestProgressFrame called, often, when its text changes
     */
    public constructor(
        private readonly _segmentation: UltrametricSegmentation,
        private readonly _advancedTexture: AdvancedDynamicTexture,
        private readonly _theme: () => PanelTheme,
        private readonly _requestFrame: () => void,
        private readonly _requestProgressFrame: () => void,
    ) {}

    /** The open content; null for a saved segmentation alone. */
    public get subject(): Subject | null {
        return this._subject;
    }

    /** The origin of the masks. */
    public get origin(): MaskOrigin {
        return this._origin;
    }

    public set origin(value: MaskOrigin) {
        if (value !== this._origin) {
            this._origin = value;
            this._chosenMasks = null;
        }
    }

    /** Cancels the work in progress and waits for its end. */
    public async cancelAsync(): Promise<void> {
        this._panel?.cancel();
        await this._work;
    }

    /** Cancels the work in progress, removes other content from the scene, and opens content, also the same anew. */
    public async openAsync(subject: Subject | null): Promise<void> {
        await this.cancelAsync();
        if (this._subject !== subject) {
            this._subject?.dispose();
        }
        this._subject = subject;
        this._chosenMasks = null;
        this.origin = subject?.origins[0] ?? "given";
    }

    /** True while work is in progress. */
    public get isBusy(): boolean {
        return this._panel !== null;
    }

    /** Reads or makes views and masks. @returns null if canceled, or while other work is in progress */
    public async inputAsync(): Promise<CaptureInput | null> {
        let input: CaptureInput | null = null;
        await this._workAsync(async (subject, run) => {
            input = await this._readAsync(subject, run);
        });
        return input;
    }

    /**
     * Segments by masks alone, in seconds.
     * @param masks used from now on instead of the masks of `origin`
     * @returns false if canceled, or while other work is in progress
     */
    public async previewAsync(masks: MaskSet | null = null): Promise<boolean> {
        this._chosenMasks = masks ?? this._chosenMasks;
        return await this.segmentAsync("fast");
    }

    /** Segments and shows the parts; before training, those by masks alone. @returns false if canceled */
    public async segmentAsync(quality: Quality = this.quality): Promise<boolean> {
        return await this._workAsync(async (subject, run) => {
            const { capture, masks: made, quality: thresholds } = await this._readAsync(subject, run);
            const masks = this._chosenMasks ?? (await chooseAsync(capture, made, thresholds, run));
            const { onProgress, signal } = run;
            await this._segmentation.segmentAsync(capture, masks, {
                onProgress,
                signal,
                criteria: CRITERIA,
                preview: quality === "fast",
                preset: quality === "paper" ? "paper" : "default",
                ...(this.usesStructure && capture.geometry?.structure ? { hierarchy: { priors: STRUCTURE } } : {}),
                imageMasks: this.origin === "model" ? IMAGE_MASKS_WEIGHT : 0,
            });
        });
    }

    /**
     * Reads content that is about to be opened. Shows the progress unless other work is in progress, which continues.
     * @throws errors of `workAsync`; UltrametricError "aborted" if canceled
     */
    public async prepareAsync<T>(workAsync: (run: RunOptions) => Promise<T>): Promise<T> {
        return this._panel ? await workAsync({}) : await this._withPanelAsync(workAsync);
    }

    /**
     * Does other work with the open content, such as an export, with its progress.
     * @throws errors of `workAsync`; UltrametricError "aborted" if canceled, "input" while other work is in progress
     */
    public async useAsync<T>(workAsync: (run: SubjectRun) => Promise<T>): Promise<T> {
        if (this._panel) {
            throw new UltrametricError("input", "Other work is in progress; wait for its end, or cancel it.");
        }
        return await this._withPanelAsync(workAsync);
    }

    private async _readAsync(subject: Subject, run: SubjectRun): Promise<CaptureInput> {
        const capture = await subject.captureAsync(run);
        const masks = await subject.masksAsync(this._origin, run);
        return { capture, masks, quality: this._origin === "model" ? GENERATOR_QUALITY : {} };
    }

    private async _workAsync(work: (subject: Subject, run: SubjectRun) => Promise<void>): Promise<boolean> {
        const { subject } = this;
        if (this._panel || !subject) {
            return false;
        }
        try {
            await this._withPanelAsync((run) => work(subject, run));
            return true;
        } catch (error) {
            if (error instanceof UltrametricError && error.kind === "aborted") {
                return false;
            }
            throw error;
        }
    }

    private async _withPanelAsync<T>(work: (run: SubjectRun) => Promise<T>): Promise<T> {
        const panel = new ProgressPanel(this._advancedTexture, { theme: this._theme() });
        panel.control.topInPixels = 100; // below the page's cards, which cover the canvas
        this.placeProgress?.(panel.control);
        this._panel = panel;
        try {
            const onProgress: RunOptions["onProgress"] = (progress) => {
                panel.onProgress(progress);
                this._requestProgressFrame();
            };
            const running = work({ onProgress, signal: panel.signal, panel });
            this._work = running.catch(() => {});
            return await running;
        } finally {
            panel.dispose();
            this._panel = null;
            this._requestFrame();
        }
    }
}

/** Returns the masks that pass the thresholds; all of them without thresholds. */
async function chooseAsync(
    capture: Capture,
    masks: MaskSet,
    quality: Partial<MaskQualityOptions>,
    { signal }: RunOptions,
): Promise<MaskSet> {
    return Object.keys(quality).length === 0
        ? masks
        : (await new MaskSetFilter(capture, masks, quality).applyAsync(signal)).masks;
}
