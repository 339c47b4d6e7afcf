import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Control } from "@babylonjs/gui/2D/controls/control";
import type { Criterion } from "../../src/compute/hierarchy/segmentationHierarchy";
import type { Progress } from "../../src/compute/progress";
import { UltrametricError } from "../../src/compute/ultrametricError";
import type { Capture } from "../../src/compute/views/capture";
import type { MaskSet } from "../../src/compute/views/maskSet";
import { LoadNerfCaptureAsync } from "../../src/plugin/captures/nerfCapture";
import { UrlFileSource } from "../../src/plugin/captures/urlFileSource";
import { LoadMaskFilesAsync } from "../../src/plugin/masks/maskFiles";
import { SegmentCaptureAsync } from "../../src/plugin/pipeline";
import type { UltrametricSegmentation } from "../../src/plugin/ultrametricSegmentation";
import { ProgressPanel } from "../../src/ui/progressPanel";

/** What the viewer offers to cut by; the first is shown first. */
const CRITERIA: readonly Criterion[] = ["consensus", "volume", "distance"];

/** What is segmented. */
export interface CaptureInput {
    readonly capture: Capture;
    readonly masks: MaskSet;
}

/** A capture with masks at a web address: read once, segmented as often as one likes. One piece of work at a time. */
export class CaptureSession {
    /** Moves the progress out of the way of what else there is. */
    public placeProgress: ((control: Control) => void) | null = null;

    private _input: CaptureInput | null = null;
    private _chosenMasks: MaskSet | null = null;
    private _panel: ProgressPanel | null = null;

    /**
     * @param _url folder of the capture, in the layout of LoadNerfCaptureAsync and LoadMaskFilesAsync
     * @param _requestFrame called when the progress panel has changed
     */
    public constructor(
        private readonly _url: URL,
        private readonly _name: string,
        private readonly _segmentation: UltrametricSegmentation,
        private readonly _advancedTexture: AdvancedDynamicTexture,
        private readonly _requestFrame: () => void,
    ) {}

    /** Whether it is at work. */
    public get isBusy(): boolean {
        return this._panel !== null;
    }

    /** The capture, and its masks as they were read. @returns null when that was cancelled, or something else is going on */
    public async inputAsync(): Promise<CaptureInput | null> {
        if (!this._input) {
            await this._workAsync(async (panel) => {
                await this._readAsync(panel);
            });
        }
        return this._input;
    }

    /**
     * Segments by the masks alone, in seconds.
     * @param chosenMasks used from now on in place of the masks that were read
     * @returns false when it was cancelled, or something else is going on
     */
    public async previewAsync(chosenMasks: MaskSet | null = this._chosenMasks): Promise<boolean> {
        return await this._workAsync(async (panel) => {
            const { capture, masks: readMasks } = await this._readAsync(panel);
            const masks = chosenMasks ?? readMasks;
            const hierarchy = await SegmentCaptureAsync(null, capture, masks, {
                ...panel,
                criteria: CRITERIA,
                preview: true,
            });
            await this._segmentation.setHierarchyAsync(hierarchy);
            this._chosenMasks = chosenMasks;
        });
    }

    /** Learns features from the masks, then segments. @returns false when it was cancelled */
    public async trainAsync(): Promise<boolean> {
        return await this._workAsync(async (panel) => {
            const { capture, masks } = await this._readAsync(panel);
            await this._segmentation.segmentAsync(capture, this._chosenMasks ?? masks, {
                ...panel,
                criteria: CRITERIA,
            });
        });
    }

    private async _readAsync(options: {
        onProgress: (progress: Progress) => void;
        signal: AbortSignal;
    }): Promise<CaptureInput> {
        if (!this._input) {
            const source = new UrlFileSource(this._url);
            const capture = await LoadNerfCaptureAsync(source, { ...options, name: this._name });
            this._input = { capture, masks: await LoadMaskFilesAsync(source, capture, options) };
        }
        return this._input;
    }

    private async _workAsync(
        work: (options: { onProgress: (progress: Progress) => void; signal: AbortSignal }) => Promise<void>,
    ): Promise<boolean> {
        if (this._panel) {
            return false;
        }
        const panel = new ProgressPanel(this._advancedTexture);
        panel.control.topInPixels = 100; // below the page's own cards, which cover the canvas
        this.placeProgress?.(panel.control);
        this._panel = panel;
        try {
            await work({
                onProgress: (progress) => {
                    panel.onProgress(progress);
                    this._requestFrame();
                },
                signal: panel.signal,
            });
            return true;
        } catch (error) {
            if (error instanceof UltrametricError && error.kind === "aborted") {
                return false;
            }
            throw error;
        } finally {
            panel.dispose();
            this._panel = null;
            this._requestFrame();
        }
    }
}
