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

/** What the viewer offers to cut by; the first is shown first. */
const CRITERIA: readonly Criterion[] = ["consensus", "volume", "distance"];
/** How much the pictures' own masks count beside a model's, which know nothing of depth. */
const SHARE_BESIDE_MODEL = 0.5;

/** What is asked of the structure of meshes. */
const STRUCTURE: StructurePriors = { shells: true, materials: true };

/** How long segmenting may take: masks alone, features trained as usual, or the paper's large network. */
export type Quality = "fast" | "balanced" | "paper";

/** What is segmented. */
export interface CaptureInput {
    readonly capture: Capture;
    /** As they were read or made: not all need be good enough. */
    readonly masks: MaskSet;
    /** Which of them are good enough, unless someone says otherwise. */
    readonly quality: Partial<MaskQualityOptions>;
}

/** Segments what is open, as often as one likes. One piece of work at a time. */
export class SegmentSession {
    /** Moves the progress out of the way of what else there is. */
    public placeProgress: ((control: Control) => void) | null = null;
    public quality: Quality = "fast";
    /** Whether separate pieces and materials of meshes are likely to be parts. */
    public usesStructure = true;

    private _subject: Subject | null = null;
    private _origin: MaskOrigin = "given";
    private _chosenMasks: MaskSet | null = null;
    private _panel: ProgressPanel | null = null;
    /** Ends, without fail, with the work under way. */
    private _work: Promise<unknown> = Promise.resolve();

    /**
     * @param _requestFrame called when the progress panel has come or gone
     * @param _requestProgressFrame called, often, when it says something else
     */
    public constructor(
        private readonly _segmentation: UltrametricSegmentation,
        private readonly _advancedTexture: AdvancedDynamicTexture,
        private readonly _theme: () => PanelTheme,
        private readonly _requestFrame: () => void,
        private readonly _requestProgressFrame: () => void,
    ) {}

    /** What is open; null where a saved segmentation is shown alone. */
    public get subject(): Subject | null {
        return this._subject;
    }

    /** Where masks come from. */
    public get origin(): MaskOrigin {
        return this._origin;
    }

    public set origin(value: MaskOrigin) {
        if (value !== this._origin) {
            this._origin = value;
            this._chosenMasks = null;
        }
    }

    /** Ends the work under way. */
    public async cancelAsync(): Promise<void> {
        this._panel?.cancel();
        await this._work;
    }

    /** Opens something else, once the work under way has been canceled. What was open before leaves the scene. */
    public async openAsync(subject: Subject | null): Promise<void> {
        await this.cancelAsync();
        this._subject?.dispose();
        this._subject = subject;
        this._chosenMasks = null;
        this.origin = subject?.origins[0] ?? "given";
    }

    /** Whether it is at work. */
    public get isBusy(): boolean {
        return this._panel !== null;
    }

    /** The views, and the masks that segmenting chooses from. @returns null when that was canceled, or something else is going on */
    public async inputAsync(): Promise<CaptureInput | null> {
        let input: CaptureInput | null = null;
        await this._workAsync(async (subject, run) => {
            input = await this._readAsync(subject, run);
        });
        return input;
    }

    /**
     * Segments by the masks alone, in seconds.
     * @param masks used from now on in place of those that `origin` says
     * @returns false when it was canceled, or something else is going on
     */
    public async previewAsync(masks: MaskSet | null = null): Promise<boolean> {
        this._chosenMasks = masks ?? this._chosenMasks;
        return await this.segmentAsync("fast");
    }

    /** Segments and shows the parts, before training those that masks alone give. @returns false when it was canceled */
    public async segmentAsync(quality: Quality = this.quality): Promise<boolean> {
        return await this._workAsync(async (subject, run) => {
            const { capture, masks: made, quality: wanted } = await this._readAsync(subject, run);
            const masks = this._chosenMasks ?? (await chooseAsync(capture, made, wanted, run));
            await this._segmentation.segmentAsync(capture, masks, {
                ...run,
                criteria: CRITERIA,
                preview: quality === "fast",
                preset: quality === "paper" ? "paper" : "default",
                ...(this.usesStructure && capture.geometry?.structure ? { hierarchy: { priors: STRUCTURE } } : {}),
                imageMasks: this.origin === "model" ? SHARE_BESIDE_MODEL : 0,
            });
        });
    }

    /** Reads what is to be opened, in sight unless there is work under way, which goes on. @throws what that throws; UltrametricError "aborted" when canceled */
    public async prepareAsync<T>(workAsync: (run: RunOptions) => Promise<T>): Promise<T> {
        return this._panel ? await workAsync({}) : await this._withPanelAsync(workAsync);
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
        panel.control.topInPixels = 100; // below the page's own cards, which cover the canvas
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

/** The masks that are good enough; all where nothing is asked of them. */
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
