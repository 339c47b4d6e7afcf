import type { AssetContainer } from "@babylonjs/core/assetContainer";
import { Axis } from "@babylonjs/core/Maths/math.axis";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import {
    type Capture,
    type FileSource,
    LoadCaptureAsync,
    LoadMaskFilesAsync,
    type MaskSet,
    PickedFileSource,
    RadianceTrainingSession,
    type RunOptions,
    UltrametricError,
    type UltrametricSegmentation,
    type ViewMasksResult,
} from "babylon-ultrametric";
import { HasMaskFilesAsync } from "babylon-ultrametric/formats";
import type { ViewedCapture } from "babylon-ultrametric/parts";
import { AddCaptureFacts } from "./open/contentFacts";
import { OpenReport } from "./open/openReport";
import { CountOf } from "./open/sentences";
import { PhotoStage } from "./photoStage";
import { SegmentAnythingOptions } from "./segmentAnything";
import type { SubjectRun } from "./subjectRun";
import type { ViewerScene } from "./viewerScene";

/** The origin of masks: files of the capture, its images alone, or Segment Anything. */
export type MaskOrigin = "given" | "images" | "model";

/** Content to segment. Views and masks are read or made on first use. */
export abstract class Subject {
    private _capture: Capture | null = null;
    private readonly _masks = new Map<MaskOrigin, MaskSet>();
    private _modelViews = 0;

    protected constructor(
        public readonly name: string,
        private _origins: readonly MaskOrigin[],
        protected readonly _segmentation: UltrametricSegmentation,
        /** The report of the files: their facts, and everything that was left out. */
        public readonly report: OpenReport,
    ) {}

    /** The possible origins of masks; the first is the default. */
    public get origins(): readonly MaskOrigin[] {
        return this._origins;
    }

    /** Reads the files, so that the report is complete. */
    public async readAsync(_run: RunOptions): Promise<void> {}

    /** Returns the views. */
    public async captureAsync(run: SubjectRun): Promise<Capture> {
        this._capture ??= await this._readCaptureAsync(run);
        return this._capture;
    }

    /** Returns the masks of the views. */
    public async masksAsync(origin: MaskOrigin, run: SubjectRun): Promise<MaskSet> {
        const { onProgress, signal } = run;
        let masks = this._masks.get(origin);
        if (!masks) {
            const capture = await this.captureAsync(run);
            masks =
                origin === "given"
                    ? await this._readMasksAsync(capture, { onProgress, signal })
                    : await this._segmentation.generateMasksAsync(capture, {
                          ...(origin === "model" ? { ...SegmentAnythingOptions(), onView: this._countView } : {}),
                          onProgress,
                          signal,
                      });
            this._masks.set(origin, masks);
        }
        return masks;
    }

    /** The number of views with masks by Segment Anything, which a later run reuses; null before the first. */
    public get modelViews(): { readonly made: number; readonly total: number } | null {
        return this._capture && this._modelViews > 0
            ? { made: this._modelViews, total: this._capture.views.length }
            : null;
    }

    /** True for content with meshes, whose structure can be a prior. */
    public get hasMeshes(): boolean {
        return false;
    }

    /** Returns the views and masks of files that clicks can be answered in; null if there are none. */
    public async clickViewsAsync(_run: RunOptions): Promise<ViewedCapture | null> {
        return null;
    }

    /** Removes the content from the scene. */
    public dispose(): void {}

    /** Forgets views and masks, after the content has changed. */
    protected _forget(): void {
        this._capture = null;
        this._masks.clear();
        this._modelViews = 0;
    }

    /** Has masks in files from now on, read anew. */
    protected _setHasMaskFiles(): void {
        this._origins = ["given", "images", "model"];
        this._masks.delete("given");
    }

    private readonly _countView = ({ index }: ViewMasksResult): void => {
        this._modelViews = Math.max(this._modelViews, index + 1);
    };

    protected abstract _readCaptureAsync(run: SubjectRun): Promise<Capture>;
    protected abstract _readMasksAsync(capture: Capture, run: RunOptions): Promise<MaskSet>;
}

/** A capture in files: a dropped or picked folder, or a web address. */
export class FilesSubject extends Subject {
    private _photos: PhotoStage | null = null;
    /** The files of masks, where they came alone. */
    private _maskSource: FileSource | null = null;

    private constructor(
        private readonly _source: FileSource,
        name: string,
        private readonly _hasMasks: boolean,
        segmentation: UltrametricSegmentation,
        private readonly _viewer: ViewerScene,
        /** The capture in the files; null before it is read. */
        private _reading: Promise<Capture> | null,
        /** A saved radiance field training; null starts a new one. */
        private readonly _training: Uint8Array | null,
    ) {
        super(name, _hasMasks ? ["given", "images", "model"] : ["images", "model"], segmentation, new OpenReport());
    }

    /** @param name null for the source's name */
    public static async CreateAsync(
        source: FileSource,
        name: string | null,
        segmentation: UltrametricSegmentation,
        viewer: ViewerScene,
    ): Promise<FilesSubject> {
        const hasMasks = await HasMaskFilesAsync(source);
        return new FilesSubject(source, name ?? source.name, hasMasks, segmentation, viewer, null, null);
    }

    /**
     * Returns the same files with a saved radiance field training. The scene stays unchanged.
     * @throws UltrametricError "input" for a training of other images
     */
    public async withTrainingAsync(training: Uint8Array, run: RunOptions): Promise<FilesSubject> {
        const { _source, name, _hasMasks, _segmentation, _viewer } = this;
        const capture = await RadianceTrainingSession.CaptureOfAsync(await this._readFilesAsync(run), training);
        const reading = Promise.resolve(capture);
        return new FilesSubject(_source, name, _hasMasks, _segmentation, _viewer, reading, training);
    }

    public override async readAsync(run: RunOptions): Promise<void> {
        await this._readFilesAsync(run);
    }

    /**
     * Takes masks of files that came alone, in place of those that it has.
     * @throws UltrametricError "input" for files with no masks of its images; it is as before
     */
    public async addMasksAsync(masks: PickedFileSource, run: RunOptions): Promise<void> {
        // A folder of masks is dropped with the name of any folder.
        const paths = await masks.listAllAsync(run.signal);
        const source = PickedFileSource.FromPaths(
            new Map(paths.map((path) => [`capture/masks/${path}`, () => masks.getFileAsync(path)])).set(
                "capture/.masks",
                () => Promise.resolve(new File([], ".masks")),
            ),
            masks.name,
        );
        await LoadMaskFilesAsync(source, await this._readFilesAsync(run), run);
        this._maskSource = source;
        this._setHasMaskFiles();
    }

    public override async clickViewsAsync(run: RunOptions): Promise<ViewedCapture | null> {
        const capture = await this._readFilesAsync(run);
        const hasDepth = capture.views.some(({ depth }) => depth !== null);
        const hasMasks = this.origins.includes("given");
        return hasDepth
            ? { capture, masks: hasMasks ? await LoadMaskFilesAsync(this._source, capture, run) : null }
            : null;
    }

    public override dispose(): void {
        this._photos?.dispose();
        this._photos = null;
    }

    protected override async _readCaptureAsync(run: SubjectRun): Promise<Capture> {
        const capture = await this._readFilesAsync(run);
        const isOfPhotos = this._training !== null || capture.views.every(({ depth }) => depth === null);
        if (!isOfPhotos || !this._segmentation.scene.getEngine().isWebGPU) {
            return capture;
        }
        // Photos have no depth: learn it first.
        this._photos ??= await PhotoStage.CreateAsync(this._viewer, this._segmentation, capture, this._training, run);
        try {
            return await this._photos.learnAsync(run);
        } catch (error) {
            if (error instanceof UltrametricError && error.kind === "deviceLost") {
                this.dispose(); // the field is lost; the next run starts again, or from the file
            }
            throw error;
        }
    }

    private async _readFilesAsync({ onProgress, signal }: RunOptions): Promise<Capture> {
        this._reading ??= LoadCaptureAsync(this._source, { onProgress, signal, name: this.name });
        try {
            const capture = await this._reading;
            if (this.report.facts.length === 0) {
                AddCaptureFacts(capture, this.report);
            }
            return capture;
        } catch (error) {
            this._reading = null; // may be canceled: try again next time
            throw error;
        }
    }

    protected override async _readMasksAsync(capture: Capture, run: RunOptions): Promise<MaskSet> {
        const masks = await LoadMaskFilesAsync(this._maskSource ?? this._source, capture, run);
        const count = masks.views.reduce((sum, view) => sum + view.masks.length, 0);
        this.report.addFact(CountOf(count, "mask"));
        for (const note of masks.notes ?? []) {
            this.report.addLeftOut(note);
        }
        return masks;
    }
}

/** Meshes, points or splats of the scene, whose views the plugin draws. */
export class SceneSubject extends Subject {
    private _isFlipped = false;

    public constructor(
        name: string,
        /** Everything that was read from the file. */
        public readonly content: AssetContainer,
        report: OpenReport,
        segmentation: UltrametricSegmentation,
        /** Opens the same file again, with another of its scenes. */
        public readonly reopenAsync: (run: RunOptions, scene: number) => Promise<SceneSubject>,
    ) {
        super(name, ["images", "model"], segmentation, report);
    }

    public override get hasMeshes(): boolean {
        return this.content.meshes.some(
            (mesh) => mesh.getTotalIndices() > 0 && mesh.getClassName() !== "GaussianSplattingMesh",
        );
    }

    /** True for content that is turned over. */
    public get isFlipped(): boolean {
        return this._isFlipped;
    }

    /** Turns the content over: by half a turn around x. */
    public flip(): void {
        this._isFlipped = !this._isFlipped;
        for (const node of [...this.content.meshes, ...this.content.transformNodes]) {
            if (!node.parent) {
                node.rotateAround(Vector3.ZeroReadOnly, Axis.X, Math.PI);
                node.computeWorldMatrix(true);
            }
        }
        this._forget();
    }

    public override dispose(): void {
        this.content.dispose();
    }

    protected override _readCaptureAsync({ onProgress, signal }: SubjectRun): Promise<Capture> {
        const meshes = this.content.meshes.filter((mesh) => mesh.getTotalVertices() > 0);
        return this._segmentation.captureSceneAsync(meshes, { onProgress, signal, name: this.name });
    }

    protected override _readMasksAsync(): Promise<MaskSet> {
        throw new Error("Content of a scene has no mask files.");
    }
}
