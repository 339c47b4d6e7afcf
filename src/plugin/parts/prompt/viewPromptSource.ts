import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import { Observable } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";
import { Pacer } from "../../../compute/base/pacer";
import type { Progress, RunOptions } from "../../../compute/base/progress";
import { ThrowIfAborted, UltrametricError } from "../../../compute/base/ultrametricError";
import type { ContentLeaves } from "../model/contentLeaves";
import { AnswerInViewsAsync } from "./answerInViews";
import { CaptureViews, type ViewedCapture } from "./captureViews";
import type { PromptedSegmentation } from "./partPrompt";
import type { PromptAnswer, PromptInput, PromptSource } from "./promptAnswer";
import type { PromptView } from "./promptView";
import type { PromptViews } from "./promptViews";
import { type PromptModel, SamMasker } from "./samMasker";
import { SceneViews } from "./sceneViews";
import { PictureMasker, type ViewMasker } from "./viewMasker";

/** The segmentation whose views a {@link ViewPromptSource} looks at; UltrametricSegmentation is one. */
export interface ViewedSegmentation extends PromptedSegmentation {
    readonly scene: Scene;
    readonly content: ContentLeaves | null;
    readonly pointCloud: { readonly worldMatrix: Matrix; readonly pointRadius: number } | null;
}

/** Options of {@link ViewPromptSource}. */
export interface ViewPromptSourceOptions {
    /** The model that {@link ViewPromptSource.loadModelAsync} loads. Default null: none. */
    model: PromptModel | null;
    /**
     * Returns the views of a hierarchy that has no content in the scene, such as the photos that it was made of; called
     * once for each such hierarchy. Null for none. Default null.
     */
    captureAsync: ((run: RunOptions) => Promise<ViewedCapture | null>) | null;
    /** The time in milliseconds that a camera rests before its view is looked at. Default 500. */
    restTime: number;
    /** The number of views from other sides that an answer is compared with. Default 2. */
    otherViews: number;
}

/** The defaults of {@link ViewPromptSourceOptions}. */
export const DEFAULT_VIEW_PROMPT_SOURCE_OPTIONS: Readonly<ViewPromptSourceOptions> = {
    model: null,
    captureAsync: null,
    restTime: 500,
    otherViews: 2,
};

/** The state of a {@link ViewPromptSource}. */
export interface PromptSourceStatus {
    /**
     * `idle`: it does not know the present view; `loading`: the model is downloaded and started; `looking`: the view is
     * being looked at; `ready`: clicks are answered at once; `failed`: see {@link error}.
     */
    readonly step: "idle" | "loading" | "looking" | "ready" | "failed";
    /** Null unless loading or looking. */
    readonly progress: Progress | null;
    /** The error of the last step; null unless failed. */
    readonly error: Error | null;
}

const IDLE: PromptSourceStatus = { step: "idle", progress: null, error: null };
/** The largest difference to a view's depth at which a leaf is visible, in radii of its point. */
const TOLERANCE_IN_RADII = 2;

/**
 * Answers clicks by the views of a scene: by Segment Anything once its model is loaded, and until then by masks of the
 * pictures alone. Content of the scene is drawn off-screen from where the camera rests; a hierarchy without content is
 * looked at in the views of its capture. Clicks that no view shows are left to the tree.
 *
 *     const source = new ViewPromptSource(segmentation, { model: { model: samModels.mobileSam("models/") } });
 *     prompt.source = source;
 *     await source.loadModelAsync(); // after asking: it downloads some megabytes
 *
 * Disposed with the segmentation.
 */
export class ViewPromptSource implements PromptSource {
    /** Notified with each other status. */
    public readonly onStatusChangedObservable = new Observable<PromptSourceStatus>();
    /** Notified when the same clicks may have a better answer, since more views have been looked at. */
    public readonly onChangedObservable = new Observable<ViewPromptSource>();

    private readonly _options: Readonly<ViewPromptSourceOptions>;
    private readonly _observers: { remove(): void }[];
    private _status = IDLE;
    private _masker: ViewMasker = new PictureMasker();
    private _views: {
        positions: Float32Array;
        content: ContentLeaves | null;
        value: PromptViews<PromptView> | null;
    } | null = null;
    /** The views that are being read, for whoever looks meanwhile. */
    private _reading: {
        positions: Float32Array;
        content: ContentLeaves | null;
        value: Promise<PromptViews<PromptView> | null>;
        abort: AbortController;
    } | null = null;
    private _loading: AbortController | null = null;
    private _looking: AbortController | null = null;
    private _lookingAround: AbortController | null = null;
    private _rest: ReturnType<typeof setTimeout> | undefined;
    private _look: readonly number[] = [];
    private _isWatching = false;
    private _isDisposed = false;

    public constructor(
        private readonly _segmentation: ViewedSegmentation,
        options: Partial<ViewPromptSourceOptions> = {},
    ) {
        this._options = { ...DEFAULT_VIEW_PROMPT_SOURCE_OPTIONS, ...options };
        const { scene, onHierarchyChangedObservable, onDisposeObservable } = _segmentation;
        this._observers = [
            scene.onAfterRenderObservable.add(() => this._followCamera()),
            onHierarchyChangedObservable.add(() => {
                this._forgetOthers();
                this._restart();
            }),
            onDisposeObservable.add(() => this.dispose()),
        ];
    }

    /** The state, for a status line. */
    public get status(): PromptSourceStatus {
        return this._status;
    }

    /** The model that can be loaded; null for none. */
    public get model(): PromptModel | null {
        return this._options.model;
    }

    /** True if the model is loaded. */
    public get hasModel(): boolean {
        return this._masker instanceof SamMasker;
    }

    /** True if views are looked at as soon as the camera rests, and not only for a click. Default false. */
    public get isWatching(): boolean {
        return this._isWatching;
    }

    public set isWatching(value: boolean) {
        this._isWatching = value && !this._isDisposed;
        this._restart();
    }

    /**
     * Downloads and starts the model. Clicks are answered without it meanwhile.
     *
     * @throws UltrametricError "input" without a model, or for one that cannot be reached; see GenerateMasksAsync.
     * "aborted" also by {@link cancel}, "disposed"
     */
    public async loadModelAsync({ onProgress, signal }: RunOptions = {}): Promise<void> {
        const { model } = this._options;
        if (this._isDisposed || !model) {
            throw this._isDisposed
                ? new UltrametricError("disposed", "The source of answers was disposed; create a new one.")
                : new UltrametricError("input", "There is no model to load; pass one as the option model.");
        }
        if (this.hasModel) {
            return;
        }
        this._loading?.abort();
        const loading = new AbortController();
        this._loading = loading;
        const run = { onProgress, signal: signal ? AbortSignal.any([signal, loading.signal]) : loading.signal };
        try {
            const masker = await SamMasker.StartAsync(model, this._reported("loading", run));
            if (run.signal.aborted) {
                masker.dispose();
                ThrowIfAborted(run.signal, "Loading the model");
            }
            this._stopLooking();
            this._masker.dispose();
            this._masker = masker;
            this._loading = null;
            this._setStatus(IDLE);
        } catch (error) {
            if (this._loading === loading) {
                this._loading = null;
                this._fail(error);
            }
            throw error;
        }
        this._restart();
        this.onChangedObservable.notifyObservers(this);
    }

    /** Cancels loading the model and looking at views. Another click or a move of the camera starts looking anew. */
    public cancel(): void {
        this._loading?.abort();
        this._stopLooking();
        this._stopReading();
        clearTimeout(this._rest);
        this._setStatus(IDLE);
    }

    /** See {@link PromptSource.answerAsync}. */
    public async answerAsync(
        input: PromptInput,
        fromTree: PromptAnswer,
        signal: AbortSignal,
    ): Promise<PromptAnswer | null> {
        const { parts, pointCloud } = this._segmentation;
        const leaves = input.points.filter(({ isPositive }) => isPositive).map(({ leaf }) => leaf);
        const current = parts && pointCloud && (await this._lookAsync(leaves, signal));
        if (!current) {
            return null;
        }
        const pacer = new Pacer("Answering the clicks", signal);
        const depthTolerance = TOLERANCE_IN_RADII * pointCloud.pointRadius;
        const masker = this._masker;
        const othersAsync = (inside: Uint32Array): Promise<PromptView[]> => this._othersAsync(current, inside, pacer);
        try {
            const views = { parts, masker, current, othersAsync, depthTolerance };
            return await AnswerInViewsAsync(input, fromTree, views, pacer);
        } catch (error) {
            this._fail(error);
            throw error;
        }
    }

    /** Releases the model and the views. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this.cancel();
        this._isDisposed = true;
        this._isWatching = false;
        for (const observer of this._observers) {
            observer.remove();
        }
        this._masker.dispose();
        this._views?.value?.dispose();
        this._views = null;
        this.onStatusChangedObservable.clear();
        this.onChangedObservable.clear();
    }

    /** Starts to look at the view when the camera has not moved for a while. */
    private _followCamera(): void {
        const view = this._segmentation.scene.activeCamera?.getViewMatrix().asArray() ?? [];
        if (this._isWatching && view.some((value, i) => value !== this._look[i])) {
            this._look = [...view];
            this._restart();
        }
    }

    private _restart(): void {
        clearTimeout(this._rest);
        if (!this._isWatching || this._isDisposed) {
            return;
        }
        this._rest = setTimeout(() => {
            void this._lookAsync([], undefined).catch(() => {}); // the status tells
        }, this._options.restTime);
    }

    /** Returns the present view after looking at it; null if there is none. */
    private async _lookAsync(leaves: readonly number[], signal: AbortSignal | undefined): Promise<PromptView | null> {
        this._looking?.abort();
        const looking = new AbortController();
        this._looking = looking;
        const run = { signal: signal ? AbortSignal.any([signal, looking.signal]) : looking.signal };
        try {
            const views = await this._viewsAsync();
            const view = (await views?.currentAsync(leaves, new Pacer("Looking at the view", run.signal))) ?? null;
            if (view && !this._masker.isPrepared(view)) {
                await this._masker.prepareAsync(view, this._reported("looking", run));
            }
            ThrowIfAborted(run.signal, "Looking at the view");
            this._setStatus(view ? { step: "ready", progress: null, error: null } : IDLE);
            return view;
        } catch (error) {
            if (this._looking === looking) {
                if (run.signal.aborted) {
                    this._setStatus(IDLE);
                } else {
                    this._fail(error);
                }
            }
            throw error;
        }
    }

    /** Returns the views from other sides that are known; looks at the others, and notifies then. */
    private async _othersAsync(current: PromptView, leaves: Uint32Array, pacer: Pacer): Promise<PromptView[]> {
        const views = await this._viewsAsync();
        const others = (await views?.othersAsync(current, leaves, this._options.otherViews, pacer)) ?? [];
        const known = others.filter((view) => this._masker.isPrepared(view));
        if (known.length < others.length) {
            void this._lookAroundAsync(others).catch(() => {}); // the answer of one view stays
        }
        return known;
    }

    private async _lookAroundAsync(others: readonly PromptView[]): Promise<void> {
        this._forgetOthers();
        const around = new AbortController();
        this._lookingAround = around;
        for (const view of others) {
            await this._masker.prepareAsync(view, { signal: around.signal });
        }
        if (!around.signal.aborted) {
            this.onChangedObservable.notifyObservers(this);
        }
    }

    /** Returns the views of the hierarchy, which are read once. */
    private async _viewsAsync(): Promise<PromptViews<PromptView> | null> {
        const { content, parts, pointCloud } = this._segmentation;
        if (!parts || !pointCloud) {
            return null;
        }
        const { positions } = parts.hierarchy;
        if (this._views?.positions === positions && this._views.content === content) {
            return this._views.value;
        }
        if (this._reading?.positions !== positions || this._reading.content !== content) {
            this._stopReading();
            const abort = new AbortController();
            const value = this._readViewsAsync(positions, content, pointCloud, abort.signal);
            this._reading = { positions, content, value, abort };
        }
        const reading = this._reading;
        try {
            const value = await reading.value;
            if (this._reading === reading) {
                this._views?.value?.dispose();
                this._views = { positions, content, value };
            }
            return value;
        } finally {
            if (this._reading === reading) {
                this._reading = null;
            }
        }
    }

    private async _readViewsAsync(
        positions: Float32Array,
        content: ContentLeaves | null,
        { worldMatrix: leavesToScene, pointRadius }: NonNullable<ViewedSegmentation["pointCloud"]>,
        signal: AbortSignal,
    ): Promise<PromptViews<PromptView> | null> {
        const { scene } = this._segmentation;
        const depthTolerance = TOLERANCE_IN_RADII * pointRadius;
        if (content) {
            return scene.getEngine().isWebGPU
                ? new SceneViews({ scene, positions, content, leavesToScene, depthTolerance })
                : null;
        }
        const viewed = await this._options.captureAsync?.(this._reported("looking", { signal }));
        ThrowIfAborted(signal, "Reading the views");
        return viewed ? CaptureViews.InScene(viewed, positions, scene, leavesToScene, depthTolerance) : null;
    }

    private _reported(step: "loading" | "looking", { onProgress, signal }: RunOptions): RunOptions {
        return {
            signal,
            onProgress: (progress) => {
                onProgress?.(progress);
                if (!signal?.aborted) {
                    this._setStatus({ step, progress, error: null });
                }
            },
        };
    }

    /** Shows an error, and starts with new views the next time: a lost device has none of the old ones. */
    private _fail(error: unknown): void {
        if (error instanceof UltrametricError && error.kind === "aborted") {
            return;
        }
        this._views?.value?.dispose();
        this._views = null;
        this._setStatus({ step: "failed", progress: null, error: error as Error });
    }

    private _stopReading(): void {
        this._reading?.abort.abort();
        this._reading = null;
    }

    private _stopLooking(): void {
        this._looking?.abort();
        this._looking = null;
        this._forgetOthers();
    }

    private _forgetOthers(): void {
        this._lookingAround?.abort();
        this._lookingAround = null;
    }

    private _setStatus(status: PromptSourceStatus): void {
        // A view that is looked at does not hide the download.
        if (this._isDisposed || (this._loading && status.step !== "loading" && status.step !== "failed")) {
            return;
        }
        this._status = status;
        this.onStatusChangedObservable.notifyObservers(status);
    }
}
