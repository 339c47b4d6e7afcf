import type { Ray } from "@babylonjs/core/Culling/ray.core";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { Logger } from "@babylonjs/core/Misc/logger";
import { Observable } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";
import { CheckOptions } from "../../compute/base/checkOptions";
import { Pacer } from "../../compute/base/pacer";
import { type RunOptions, StageProgress } from "../../compute/base/progress";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { Criterion, SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { SuggestedPartCounts } from "../../compute/hierarchy/cut/suggestedPartCounts";
import type { MaskSet } from "../../compute/masks/maskSet";
import type { Capture } from "../../compute/views/capture";
import type { ContentSource } from "../content/findMeshes";
import type { ColorMode } from "../display/leafDisplay";
import type { MeshBinding } from "../display/meshBinding";
import type { PointCloudBinding } from "../display/pointCloudBinding";
import type { MakeMasksOptions } from "../masks/makeMasks";
import { PartEditor } from "../parts/edit/partEditor";
import type { CondensedParts } from "../parts/model/condensedParts";
import { CheckContent, type ContentLeaves } from "../parts/model/contentLeaves";
import { LeafOverrides } from "../parts/model/leafOverrides";
import type { Part } from "../parts/model/part";
import type { PartTree } from "../parts/model/partTree";
import type { Selection } from "../parts/model/selection";
import { SelectionTools } from "../parts/select/selectionTools";
import type { SegmentOptions } from "../pipeline/segmentCapture";
import { OpenSegmentationAsync } from "../saved/openSegmentation";
import type { SegmentationSource, SerializedSegmentation } from "../saved/savedSegmentation";
import { ReadOptions } from "../saved/savedSettings";
import {
    DEFAULT_ULTRAMETRIC_SEGMENTATION_OPTIONS,
    type UltrametricSegmentationOptions,
} from "../saved/segmentationOptions";
import type { SceneCapture } from "../sceneCapture/sceneCapture";
import { CreateEditorHost, type EditorHost } from "./editorHost";
import { HierarchyCut } from "./hierarchyCut";
import { PartSelection } from "./partSelection";
import type { PickTarget } from "./partSelectionHost";
import { PointerControls } from "./pointerControls";
import { LOAD_OPTIONS, type LoadOptions, SegmentationFiles } from "./segmentationFiles";
import { type CaptureContentOptions, SegmentationRuns } from "./segmentationRuns";
import type { SegmentObjectOptions } from "./segmentObject";
import { ShownHierarchy } from "./shownHierarchy";
import type { ShownPart } from "./shownParts";

const OPTIONS = Object.keys(DEFAULT_ULTRAMETRIC_SEGMENTATION_OPTIONS);

/** Options of {@link UltrametricSegmentation.setHierarchyAsync}. */
export interface ShowOptions extends RunOptions {
    /**
     * The scene's content that the hierarchy was segmented from; with the option `display` its meshes show the parts.
     * Default null.
     */
    content: ContentLeaves | null;
}

/**
 * The parts of a scene's content at any granularity: captures, creates masks, segments; loads and saves; shows the
 * parts on meshes, splats or points; picks, selects and edits them. It is disposed with its scene.
 *
 *     const segmentation = new UltrametricSegmentation(scene, { display: "meshes" });
 *     const capture = await segmentation.captureSceneAsync(meshes);
 *     await segmentation.segmentAsync(capture, await segmentation.generateMasksAsync(capture), { preview: true });
 *     segmentation.granularity = 0.4; // 0: one part, 1: `maxPartCount` parts
 *
 * Without a hierarchy, {@link hierarchy} and all that belongs to it (parts, editor, bindings ...) are null.
 *
 * Asynchronous methods may overlap, also with themselves. They work side by side; of those that show a hierarchy or set
 * the criterion, the last call counts.
 */
export class UltrametricSegmentation {
    /** Notified when a tap of the pointer or a call of `Part.select` picks a part. */
    public readonly onPartPickedObservable: Observable<Part>;
    /** Notified when another part, or none, is selected. */
    public readonly onSelectionChangedObservable: Observable<Part | null>;
    /** Notified with the granularity, when it or the number of parts has changed. */
    public readonly onGranularityChangedObservable = new Observable<number>();
    /** Notified when another hierarchy, or none, is shown. */
    public readonly onHierarchyChangedObservable = new Observable<SegmentationHierarchy | null>();
    /** Notified when the hierarchy is cut by another criterion. */
    public readonly onCriterionChangedObservable = new Observable<Criterion>();
    /**
     * Notified with an error before a frame or after a restored device, such as the loss of the GPU, which has no
     * caller. The parts are hidden then, the frames of the application go on, and the next hierarchy or a restored
     * device shows them again. Without an observer the error is logged.
     */
    public readonly onErrorObservable = new Observable<Error>();
    /** Notified at the end of {@link dispose}. */
    public readonly onDisposeObservable = new Observable<UltrametricSegmentation>();
    /**
     * The selected leaves, one part or several, as intervals of the leaf order that is shown. Another hierarchy or
     * criterion empties it.
     */
    public readonly selection: Selection;

    private readonly _options: Readonly<UltrametricSegmentationOptions>;
    private readonly _cut: HierarchyCut;
    private readonly _partSelection: PartSelection;
    private readonly _editorHost: EditorHost;
    private readonly _runs: SegmentationRuns;
    private readonly _files: SegmentationFiles;
    private readonly _removals: (() => void)[] = [];
    private _shown: ShownHierarchy | null = null;
    private _colorMode: ColorMode;
    private _overrides: LeafOverrides | null = null;
    private _editor: PartEditor | null = null;
    private _tools: SelectionTools | null = null;
    private _hierarchyRequests = 0;
    private _criterionRequests = 0;
    private _isDisposed = false;

    /**
     * @param scene with a WebGPUEngine. With any other engine, points show the leaves whatever `display` is, colored on
     * the main thread; saved hierarchies, and captures with masks without training, are all that can be shown.
     * @throws UltrametricError "disposed" for a disposed scene, "input" for a granularity that is not a number
     */
    public constructor(
        public readonly scene: Scene,
        options: Partial<UltrametricSegmentationOptions> = {},
    ) {
        const engine = scene.getEngine();
        if (scene.isDisposed || engine.isDisposed) {
            throw new UltrametricError("disposed", "The scene has been disposed; create the segmentation before.");
        }
        CheckOptions(options, OPTIONS, "UltrametricSegmentation");
        this._options = { ...DEFAULT_ULTRAMETRIC_SEGMENTATION_OPTIONS, ...options };
        this._colorMode = this._options.colorMode;
        this._cut = new HierarchyCut(this._options);
        const segmentation = this;
        const state = {
            scene,
            cut: this._cut,
            onHierarchyChangedObservable: this.onHierarchyChangedObservable,
            onGranularityChangedObservable: this.onGranularityChangedObservable,
            get partSelection() {
                return segmentation._partSelection;
            },
            get shown() {
                return segmentation._shown;
            },
            get overrides() {
                return segmentation._overrides;
            },
            get editor() {
                return segmentation._editor;
            },
            onReplaced: (hierarchy: SegmentationHierarchy | null) => {
                if (hierarchy) {
                    this.onHierarchyChangedObservable.notifyObservers(hierarchy);
                }
                this.onGranularityChangedObservable.notifyObservers(this.granularity);
            },
        };
        this._partSelection = new PartSelection(state);
        this._editorHost = CreateEditorHost(state);
        this.selection = this._partSelection.selection;
        this.onPartPickedObservable = this._partSelection.onPartPickedObservable;
        this.onSelectionChangedObservable = this._partSelection.onSelectionChangedObservable;
        this._runs = new SegmentationRuns(
            {
                scene,
                get hierarchy() {
                    return segmentation.hierarchy;
                },
                get leavesToScene() {
                    return segmentation.pointCloud?.worldMatrix ?? null;
                },
                owns: (mesh) => this._shown?.owns(mesh) ?? false,
                setHierarchyAsync: (hierarchy, showOptions) => this.setHierarchyAsync(hierarchy, showOptions),
            },
            this._options,
        );
        this._files = new SegmentationFiles({
            segmentation: this,
            options: this._options,
            owns: (mesh) => this._shown?.owns(mesh) ?? false,
            replaceAsync: (hierarchy, showOptions, criterion) => this._replaceAsync(hierarchy, showOptions, criterion),
            get overrides() {
                return segmentation._overrides;
            },
        });
        const disposal = scene.onDisposeObservable.add(() => this.dispose());
        // The buffers of a restored device are empty.
        const restoration = engine.onContextRestoredObservable.add(() => void this._rebuildAsync());
        this._removals.push(
            () => disposal.remove(),
            () => restoration.remove(),
        );
        if (this._options.usePointer) {
            const target = this._partSelection.pointerTarget((error) => this._reportError(error));
            const controls = new PointerControls(scene, target);
            this._removals.push(() => controls.dispose());
        }
    }

    /** True if the segmentation or its scene was disposed. */
    public get isDisposed(): boolean {
        return this._isDisposed;
    }

    /** The hierarchy that is shown; null at first. */
    public get hierarchy(): SegmentationHierarchy | null {
        return this._shown?.hierarchy ?? null;
    }

    /** The points of the leaves. Its `root` places them in the scene; it is disabled while only meshes show parts. */
    public get pointCloud(): PointCloudBinding | null {
        return this._shown?.pointCloud ?? null;
    }

    /** The meshes that show the parts; null if none do, see the option `display`. */
    public get meshBinding(): MeshBinding | null {
        return this._shown?.meshBinding ?? null;
    }

    /**
     * The splat meshes of the content that show the parts. While all content is splats, the leaves' points are hidden.
     */
    public get splatMeshes(): GaussianSplattingMesh[] {
        return this._shown?.splatMeshes ?? [];
    }

    /** The scene's content that the leaves were sampled from; null also for captures from files. */
    public get content(): ContentLeaves | null {
        return this._shown?.content ?? null;
    }

    /** The parts by the criterion that is shown. */
    public get parts(): PartTree | null {
        return this._cut.parts;
    }

    /** The parts without small fragments (see the option `minStepShare`), as a tree. */
    public get condensedParts(): CondensedParts | null {
        return this._cut.condensedParts;
    }

    /** The parts of the cut, groups, and extracted parts; the same list until the cut or an edit changes it. */
    public get shownParts(): readonly ShownPart[] {
        return this._editorHost.shownParts(this.editor);
    }

    /** The editor of the parts, with its history. Each hierarchy has its own. */
    public get editor(): PartEditor | null {
        if (!this._editor && this._shown) {
            this._editor = new PartEditor(this._editorHost);
        }
        return this._editor;
    }

    /** Selects many parts at once: by box, lasso, similarity, growing and shrinking. */
    public get selectionTools(): SelectionTools | null {
        if (!this._shown) {
            return null;
        }
        this._tools ??= new SelectionTools(this._editorHost);
        return this._tools;
    }

    /** The criteria of the hierarchy. */
    public get criteria(): Criterion[] {
        return this.hierarchy?.criteria ?? [];
    }

    /**
     * The criterion that the hierarchy is cut by. Another criterion has other parts and clears the selection. The first
     * change to a criterion blocks the main thread while its parts and colors are created, some 200 ms for a million
     * leaves; {@link setCriterionAsync} does not.
     *
     * @throws UltrametricError "input" without a hierarchy, or without that criterion
     */
    public get criterion(): Criterion | null {
        return this._cut.criterion;
    }

    public set criterion(value: Criterion) {
        this._checkUsable();
        const dendrogram = this._cut.dendrogramOf(value);
        this._criterionRequests++;
        if (value === this.criterion) {
            return;
        }
        this._partSelection.clear();
        this._cut.setCriterion(value);
        for (const display of this._shown?.displays ?? []) {
            display.dendrogram = dendrogram;
        }
        this._showCut();
        this.onCriterionChangedObservable.notifyObservers(value);
        this.onGranularityChangedObservable.notifyObservers(this.granularity);
    }

    /**
     * Sets {@link criterion} after creating its parts and colors in time slices. The last of overlapping calls counts;
     * a hierarchy that is set meanwhile starts with its own first criterion.
     *
     * @throws UltrametricError "input" without a hierarchy, or without that criterion; "aborted"; "disposed"
     */
    public async setCriterionAsync(value: Criterion, { signal, onProgress }: RunOptions = {}): Promise<void> {
        this._checkUsable();
        this._cut.dendrogramOf(value);
        const { _shown: shown } = this;
        const request = ++this._criterionRequests;
        const pacer = new Pacer("Cutting by another criterion", signal);
        onProgress?.(StageProgress("cutByCriterion", 0));
        await shown!.prepareAsync(await this._cut.prepareAsync(value, pacer), pacer);
        await pacer.yieldAsync();
        if (request === this._criterionRequests && shown === this._shown) {
            this.criterion = value;
        }
    }

    /**
     * The granularity: 0 is the smallest number of parts, 1 is {@link maxPartCount}; equal steps multiply the number of
     * parts by equal factors. It stays when another hierarchy is set. The next frame shows a change.
     *
     * @throws UltrametricError "input" for a value that is not a number; others are clamped
     */
    public get granularity(): number {
        return this._cut.granularity;
    }

    public set granularity(value: number) {
        this._changeCut(() => {
            this._cut.granularity = value;
        });
    }

    /**
     * The number of parts; 0 without a hierarchy. Setting it takes the nearest number there is, and the granularity
     * that belongs to it.
     *
     * @throws UltrametricError "input" without a hierarchy, or for a value that is not a number
     */
    public get partCount(): number {
        return this._cut.partCount;
    }

    public set partCount(value: number) {
        this._changeCut(() => {
            this._cut.partCount = value;
        });
    }

    /** The number of parts at granularity 0, which is the number of components; 0 without a hierarchy. */
    public get minPartCount(): number {
        return this._cut.minPartCount;
    }

    /** The number of parts at granularity 1; 0 without a hierarchy. */
    public get maxPartCount(): number {
        return this._cut.maxPartCount;
    }

    /**
     * The numbers of parts that the hierarchy suggests: a coarse, a natural and a fine cut, around which it changes
     * least. Null without a hierarchy, and for criteria other than `consensus`, whose heights have no common scale.
     */
    public get suggestedPartCounts(): SuggestedPartCounts | null {
        return this._cut.suggestedPartCounts;
    }

    /** Returns the granularity of a number of parts, of the nearest one there is. */
    public granularityOf(partCount: number): number {
        return this._cut.granularityOf(partCount);
    }

    /**
     * Returns the next number of parts at which something other than a small fragment (see the option `minStepShare`)
     * splits off or joins; the present number if there is none up to {@link maxPartCount}.
     *
     * @param direction 1: finer; -1: coarser
     */
    public nextPartCount(direction: 1 | -1): number {
        return this._cut.nextPartCount(direction);
    }

    /**
     * Returns the number of leaves that split off along the scale of granularity.
     *
     * @param bars the number of equal ranges of granularity
     * @returns [bars] relative to the largest; all 0 without a hierarchy
     */
    public splitHistogram(bars: number): Float32Array {
        return this._cut.splitHistogram(bars);
    }

    /** The meaning of the colors: parts, parts over the original colors, or the original colors. */
    public get colorMode(): ColorMode {
        return this._colorMode;
    }

    public set colorMode(value: ColorMode) {
        this._checkUsable();
        this._colorMode = value;
        for (const display of this._shown?.displays ?? []) {
            display.colorMode = value;
        }
    }

    /**
     * The selected part, which keeps its color while all others are dimmed; null for none, or while {@link selection}
     * is not one part. It stays selected as granularity changes.
     */
    public get selectedPart(): Part | null {
        return this._partSelection.selectedPart;
    }

    public set selectedPart(part: Part | null) {
        this._checkUsable();
        this._partSelection.selectedPart = part;
    }

    /** The part that is drawn brighter; null for none. The pointer sets it, too. */
    public get hoveredPart(): Part | null {
        return this._partSelection.hoveredPart;
    }

    public set hoveredPart(part: Part | null) {
        this._checkUsable();
        this._partSelection.hoveredPart = part;
    }

    /**
     * Returns the part at a position on screen, at the present granularity; null if there is none. Selects nothing.
     *
     * @param x as `scene.pointerX`
     * @param y as `scene.pointerY`
     */
    public pick(x: number, y: number): Part | null {
        this._checkUsable();
        return this._partSelection.pick({ x, y });
    }

    /** Returns the first part that a ray of the scene hits, such as that of an XR controller; null if there is none. */
    public pickRay(ray: Ray): Part | null {
        this._checkUsable();
        return this._partSelection.pick(ray);
    }

    /**
     * Selects the part at a position on screen or on a ray, or the whole group that its leaf is in (see
     * PartEditor.merge).
     *
     * @param at a position as `scene.pointerX` and `scene.pointerY`, or a ray of the scene
     * @param isToggle adds the part to the selection or removes it, instead of replacing the selection
     */
    public selectAt(at: PickTarget, isToggle = false): void {
        this._checkUsable();
        this._partSelection.selectAt(at, isToggle);
    }

    /** Selects the next larger part around the selected one. @returns whether there is one */
    public selectParent(): boolean {
        this._checkUsable();
        return this._partSelection.selectParent();
    }

    /**
     * Selects the next smaller part inside the selected one that holds the picked leaf.
     *
     * @returns whether there is one
     */
    public selectChild(): boolean {
        this._checkUsable();
        return this._partSelection.selectChild();
    }

    /**
     * Captures content of the scene for segmentation; see CaptureSceneAsync for the options and errors. The default of
     * `upAxis` is that of this segmentation, so that the leaves coincide with the content.
     *
     * @param content meshes and point clouds, nodes such as the root of a glTF with all below, or an asset container; null
     * takes all meshes that are visible, except those that segmentations show parts with
     */
    public async captureSceneAsync(
        content: ContentSource | null,
        options: CaptureContentOptions = {},
    ): Promise<SceneCapture> {
        this._checkUsable();
        return this._runs.captureSceneAsync(content, options);
    }

    /**
     * Creates masks of a capture's views: with `model` by Segment Anything (see GenerateMasksAsync; in a worker if
     * `runtime.moduleUrl` is set), without one from color, depth and normals alone (see CreateImageMasksAsync).
     *
     * @throws UltrametricError as these two; "aborted" also when the segmentation is disposed meanwhile
     */
    public async generateMasksAsync(capture: Capture, options: MakeMasksOptions = {}): Promise<MaskSet> {
        this._checkUsable();
        return this._runs.generateMasksAsync(capture, options);
    }

    /**
     * Segments a capture and shows the result; before that the preview, unless a hierarchy of that name is shown
     * already.
     *
     * @param masks the masks of the capture's views
     * @throws UltrametricError as SegmentCaptureAsync; "aborted" also when the segmentation is disposed meanwhile
     */
    public async segmentAsync(
        capture: Capture,
        masks: MaskSet,
        options: SegmentOptions = {},
    ): Promise<SegmentationHierarchy> {
        this._checkUsable();
        return this._runs.segmentAsync(capture, masks, options);
    }

    /**
     * Calls {@link captureSceneAsync}, {@link generateMasksAsync} and {@link segmentAsync}, with one progress (`total`).
     * Without options it needs no model and no training.
     */
    public async segmentObjectAsync(
        content: ContentSource | null,
        options: SegmentObjectOptions = {},
    ): Promise<SegmentationHierarchy> {
        this._checkUsable();
        const { SegmentObjectAsync } = await import("./segmentObject");
        return SegmentObjectAsync(this._runs, content, options);
    }

    /**
     * Shows the parts on other splats of the same thing in the same place, such as another level of detail or a stream,
     * in place of the present content: each splat follows the leaf of like color and normal among the nearest. Cut,
     * criterion and edits stay, and edits take effect on these meshes from now on. The meshes that showed the parts
     * before get their own look back.
     *
     * @param meshes splat meshes that keep their splats in memory, and streams
     * @throws UltrametricError "input" without a hierarchy or without splats in memory, "unsupported" for other meshes,
     * "disposed"; "aborted" also when the segmentation is disposed meanwhile; otherwise as {@link setHierarchyAsync}
     */
    public async carryToAsync(meshes: readonly AbstractMesh[], options: RunOptions = {}): Promise<void> {
        this._checkUsable();
        await this._runs.carryToAsync(meshes, options);
    }

    /**
     * Resolves when all splats that streams show by then show parts. Blocks of splats that come later look as they are
     * for the moment until parts are carried to them.
     */
    public async whenCarriedAsync(): Promise<void> {
        this._checkUsable();
        await this._shown?.whenCarriedAsync();
    }

    /**
     * Shows a hierarchy in place of the present one; null for none. The last of overlapping calls counts. When it
     * fails, the present one stays.
     *
     * @throws UltrametricError "limits" | "gpu" | "deviceLost" | "disposed" | "aborted"; "input" if a mesh of the
     * option `mesh` does not have the leaves as vertices, or the content belongs to another hierarchy or its meshes
     * have changed
     */
    public async setHierarchyAsync(
        hierarchy: SegmentationHierarchy | null,
        options: Partial<ShowOptions> = {},
    ): Promise<void> {
        await this._replaceAsync(hierarchy, options, this.criterion);
    }

    /**
     * Shows a saved hierarchy (`.bumh`), or a whole saved segmentation with its granularity, criterion, color mode and
     * edits, on the meshes of the scene that it was made from. The options of this segmentation stay as they are;
     * {@link ParseAsync} takes over the saved ones.
     *
     * @param source the file's address, its bytes, the file itself, or the object that {@link serializeAsync} returned
     * @throws UltrametricError as {@link setHierarchyAsync}, "input" for a missing or damaged file, and "limits" for
     * one that unpacks to more than `maxUnpackedBytes`; what was shown stays, with its edits
     */
    public async loadAsync(
        source: SegmentationSource,
        options: Partial<LoadOptions> = {},
    ): Promise<SegmentationHierarchy> {
        this._checkUsable();
        CheckOptions(options, LOAD_OPTIONS, "loadAsync");
        return this._files.openAsync(await OpenSegmentationAsync(source, options), options);
    }

    /**
     * Returns the segmentation as an object for JSON, which {@link ParseAsync} and {@link loadAsync} read: hierarchy,
     * cut, options, edits, selection, and the unique id, id and name of the meshes that the leaves lie on. The meshes
     * themselves are saved with the scene. The history of the edits is left out.
     *
     * @throws UltrametricError "input" without a hierarchy
     */
    public async serializeAsync(): Promise<SerializedSegmentation> {
        this._checkUsable();
        return this._files.serializeAsync();
    }

    /** Returns the same as {@link serializeAsync} as a file (`.bumh`), which readers of hierarchies open as well. */
    public async saveAsync(): Promise<Uint8Array<ArrayBuffer>> {
        this._checkUsable();
        return this._files.saveAsync();
    }

    /**
     * Creates the segmentation of a scene that was opened again: the scene's meshes show its parts with their edits,
     * and extracted parts are meshes again. A missing or changed mesh is reported and left alone.
     *
     * @param data the result of {@link serializeAsync} or {@link saveAsync}, or its address
     * @param scene with the content, loaded as before
     * @param options replace saved ones; those of loading
     * @throws UltrametricError as the constructor and {@link loadAsync}
     */
    public static async ParseAsync(
        data: SegmentationSource,
        scene: Scene,
        options: Partial<UltrametricSegmentationOptions & LoadOptions> = {},
    ): Promise<UltrametricSegmentation> {
        CheckOptions(options, [...OPTIONS, ...LOAD_OPTIONS], "ParseAsync");
        const opened = await OpenSegmentationAsync(data, options);
        const own = Object.fromEntries(Object.entries(options).filter(([name]) => OPTIONS.includes(name)));
        const saved = opened.saved && ReadOptions(opened.saved, DEFAULT_ULTRAMETRIC_SEGMENTATION_OPTIONS);
        const segmentation = new UltrametricSegmentation(scene, { ...saved, ...own });
        try {
            await segmentation._files.openAsync(opened, options);
        } catch (error) {
            segmentation.dispose();
            throw error;
        }
        return segmentation;
    }

    /** Ends all runs and removes everything from the scene. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._clear(false);
        this._isDisposed = true;
        this._runs.dispose();
        for (const remove of this._removals) {
            remove();
        }
        this._partSelection.dispose();
        this.onErrorObservable.clear();
        this.onDisposeObservable.notifyObservers(this);
        for (const observable of [
            this.onGranularityChangedObservable,
            this.onHierarchyChangedObservable,
            this.onCriterionChangedObservable,
            this.onDisposeObservable,
        ]) {
            observable.clear();
        }
    }

    private _checkUsable(): void {
        if (this._isDisposed) {
            throw new UltrametricError(
                "disposed",
                "The segmentation or its scene has been disposed; create a new one.",
            );
        }
    }

    private _changeCut(change: () => void): void {
        this._checkUsable();
        const before = this.granularity;
        change();
        if (this.granularity !== before) {
            this._showCut();
            this.onGranularityChangedObservable.notifyObservers(this.granularity);
        }
    }

    private _showCut(): void {
        for (const display of this._shown?.displays ?? []) {
            display.cutRank = this._cut.rank;
        }
    }

    private _clear(keepsEdits: boolean): void {
        if (this._shown) {
            this._partSelection.clear();
        }
        if (!keepsEdits) {
            this._editor?.dispose();
            this._editor = null;
            this._overrides = null;
        }
        this._tools = null;
        this._shown?.dispose();
        this._shown = null;
        this._cut.setHierarchy(null);
    }

    /** See {@link setHierarchyAsync}. @param preferred the criterion to cut by, if the hierarchy has it */
    private async _replaceAsync(
        hierarchy: SegmentationHierarchy | null,
        { content = null, signal, onProgress }: Partial<ShowOptions>,
        preferred: Criterion | null,
    ): Promise<void> {
        this._checkUsable();
        CheckContent(hierarchy, content);
        const request = ++this._hierarchyRequests;
        // Setting the same hierarchy again, as after a lost device, keeps the edits.
        const isSame = hierarchy !== null && hierarchy === this.hierarchy;
        const criterion =
            preferred && hierarchy?.dendrograms.has(preferred) ? preferred : (hierarchy?.criteria[0] ?? null);
        const shownContent = content ?? (isSame ? this.content : null);
        // The application's own mesh has one color buffer, which the present binding must release first.
        if (this._options.mesh && this._options.mesh.getTotalVertices() === hierarchy?.leafCount) {
            this._clear(isSame);
        }
        onProgress?.(StageProgress("showParts", 0));
        const pacer = new Pacer("Showing parts", signal);
        const options = { ...this._options, colorMode: this._colorMode };
        const shown = hierarchy && (await ShownHierarchy.CreateAsync(this.scene, hierarchy, shownContent, options));
        const trees = hierarchy && this._cut.createTrees(hierarchy, () => this.editor!);
        try {
            if (shown && trees && criterion) {
                await shown.prepareAsync(await trees.prepareAsync(hierarchy.dendrogram(criterion), pacer), pacer);
            }
        } catch (error) {
            shown?.dispose();
            throw error;
        }
        if (this._isDisposed || request !== this._hierarchyRequests) {
            shown?.dispose();
            this._checkUsable();
            return;
        }
        this._clear(isSame);
        this._shown = shown;
        if (shown && trees && criterion) {
            const dendrogram = shown.hierarchy.dendrogram(criterion);
            this._cut.setHierarchy({ hierarchy: shown.hierarchy, trees, criterion });
            this._overrides ??= new LeafOverrides(shown.hierarchy.leafCount);
            for (const display of shown.displays) {
                display.onFailedObservable.add((error) => this._onDisplayFailed(error));
                if (display.dendrogram !== dendrogram) {
                    display.dendrogram = dendrogram;
                }
            }
            this._showCut();
            shown.show(this._overrides);
        }
        this.onHierarchyChangedObservable.notifyObservers(hierarchy);
        this.onGranularityChangedObservable.notifyObservers(this.granularity);
    }

    private async _rebuildAsync(): Promise<void> {
        const { hierarchy, content } = this;
        if (this._isDisposed || !hierarchy) {
            return;
        }
        try {
            await this.setHierarchyAsync(hierarchy, { content });
        } catch (error) {
            // Another loss of the device leads here again once it is restored; a disposed segmentation needs nothing.
            if (!(error instanceof UltrametricError && ["deviceLost", "disposed"].includes(error.kind))) {
                this._reportError(error as Error);
            }
        }
    }

    private _reportError(error: Error): void {
        if (this.onErrorObservable.hasObservers()) {
            this.onErrorObservable.notifyObservers(error);
        } else {
            Logger.Error(`${error.name}: ${error.message}`);
        }
    }

    private _onDisplayFailed(error: Error): void {
        const { meshBinding } = this;
        if (meshBinding) {
            meshBinding.isShown = false; // the meshes show their own look
        }
        this._reportError(error);
    }
}
