import type { Ray } from "@babylonjs/core/Culling/ray.core";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { Logger } from "@babylonjs/core/Misc/logger";
import { Observable, type Observer } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";
import { Pacer } from "../../compute/base/pacer";
import type { RunOptions } from "../../compute/base/progress";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { Dendrogram } from "../../compute/hierarchy/cut/dendrogram";
import { CountAtGranularity, CutRankForCount } from "../../compute/hierarchy/cut/partition";
import { type Criterion, SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import { CreateSplitHistogram, NextSplitCount } from "../../compute/hierarchy/cut/splitSizes";
import type { MaskSet } from "../../compute/masks/maskSet";
import type { Capture } from "../../compute/views/capture";
import type { ColorMode } from "../display/leafDisplay";
import type { MeshBinding } from "../display/meshBinding";
import type { PointCloudBinding } from "../display/pointCloudBinding";
import type { MakeMasksOptions } from "../masks/makeMasks";
import { PartEditor, type PartEditorHost } from "../parts/edit/partEditor";
import type { CondensedParts } from "../parts/model/condensedParts";
import { ContentLeaves } from "../parts/model/contentLeaves";
import type { LeafInterval } from "../parts/model/leafInterval";
import { LeafOverrides } from "../parts/model/leafOverrides";
import type { Part } from "../parts/model/part";
import { ClimbPart, DescendPart } from "../parts/model/partSteps";
import { PlaceNode } from "../parts/model/partTransform";
import type { PartTree } from "../parts/model/partTree";
import { PartTrees } from "../parts/model/partTrees";
import { Selection } from "../parts/model/selection";
import { SelectionTools, type SelectionToolsHost } from "../parts/select/selectionTools";
import type { SegmentOptions } from "../pipeline/segmentCapture";
import type { OpenedSegmentation } from "../saved/openedSegmentation";
import { OpenSegmentationAsync } from "../saved/openSegmentation";
import { FindContent } from "../saved/savedContent";
import { RestoreEdits } from "../saved/savedEdits";
import {
    SaveSegmentation,
    type SegmentationSource,
    type SegmentationState,
    type SerializedSegmentation,
    SerializeFileAsync,
} from "../saved/savedSegmentation";
import { ReadCriterion, ReadOptions, ReadSelection, ReadSettings, type SavedSettings } from "../saved/savedSettings";
import {
    DEFAULT_ULTRAMETRIC_SEGMENTATION_OPTIONS,
    type UltrametricSegmentationOptions,
} from "../saved/segmentationOptions";
import type { SceneCapture, SceneCaptureOptions } from "../sceneCapture/sceneCapture";
import { PointerControls } from "./pointerControls";
import { ShownHierarchy } from "./shownHierarchy";

/** What messages of a cancel call it. */
const CONTENT = "Finding what follows the leaves";

/** Options of {@link UltrametricSegmentation.loadAsync}. */
export interface LoadOptions {
    /** Meshes among which those are that a saved segmentation was made from. Default: all of the scene. */
    meshes: readonly AbstractMesh[];
    /** Told of each mesh that is missing or has changed, and of each extracted part or material that could not be had again. Default: a warning in the console. */
    onProblem: (problem: UltrametricError) => void;
}

/**
 * What an application holds: a hierarchy, the point cloud that shows it in the scene, and the selection. It is disposed with its scene.
 *
 * @param scene whose engine is a WebGPUEngine. With any other, the leaves are shown as points whatever `display` says, and colored on the page's
 * thread; saved hierarchies, and captures with masks without training, are all that can be shown.
 * @throws UltrametricError "disposed"
 */
export async function CreateUltrametricSegmentationAsync(
    scene: Scene,
    options: Partial<UltrametricSegmentationOptions> = {},
): Promise<UltrametricSegmentation> {
    const engine = scene.getEngine();
    if (scene.isDisposed || engine.isDisposed) {
        throw new UltrametricError("disposed", "The scene has been disposed; make the segmentation before.");
    }
    return new UltrametricSegmentation(scene, engine, {
        ...DEFAULT_ULTRAMETRIC_SEGMENTATION_OPTIONS,
        ...options,
    });
}

/**
 * Parts of a scene's content, at any granularity: captures, makes masks, segments; loads and saves; shows the parts on meshes, splats or points, picks,
 * selects and edits them. Made by {@link CreateUltrametricSegmentationAsync}, and disposed with its scene.
 *
 *     const segmentation = await CreateUltrametricSegmentationAsync(scene, { display: "meshes" });
 *     const capture = await segmentation.captureSceneAsync(meshes);
 *     await segmentation.segmentAsync(capture, await segmentation.generateMasksAsync(capture), { preview: true });
 *     segmentation.granularity = 0.4; // 0: one part, 1: `maxPartCount` parts
 */
export class UltrametricSegmentation {
    /** Notified when a pointer's tap or a call of `select` picks a part. */
    public readonly onPartPickedObservable = new Observable<Part>();
    /** Notified when another part, or none, is selected. */
    public readonly onSelectionChangedObservable = new Observable<Part | null>();
    /** Notified with the granularity, when it or the number of parts has changed. */
    public readonly onGranularityChangedObservable = new Observable<number>();
    /** Notified when another hierarchy, or none, is shown. */
    public readonly onHierarchyChangedObservable = new Observable<SegmentationHierarchy | null>();
    /** Notified when the hierarchy is cut by another criterion. */
    public readonly onCriterionChangedObservable = new Observable<Criterion>();
    /** The selected leaves, one part or many: of the shown tree's leaf order. Emptied when another hierarchy or criterion comes. */
    public readonly selection = new Selection(() => this.parts?.dendrogram.leafCount ?? 0);
    /** Notified at the end of {@link dispose}. */
    public readonly onDisposeObservable = new Observable<UltrametricSegmentation>();

    private readonly _removals: (() => void)[] = [];
    private _trees: PartTrees | null = null;
    private _shown: ShownHierarchy | null = null;
    private _criterion: Criterion | null = null;
    private _granularity: number;
    private _colorMode: ColorMode;
    private _overrides: LeafOverrides | null = null;
    private _editor: PartEditor | null = null;
    private _tools: SelectionTools | null = null;
    private _selectedPart: Part | null = null;
    private _hoveredPart: Part | null = null;
    private _pickedLeaf = -1;
    private _hierarchyRequests = 0;
    private _criterionRequests = 0;
    private _isDisposed = false;

    /** @internal Use {@link CreateUltrametricSegmentationAsync}. */
    public constructor(
        /** The scene in which the leaves are shown. */
        public readonly scene: Scene,
        private readonly _engine: AbstractEngine,
        private readonly _options: Readonly<UltrametricSegmentationOptions>,
    ) {
        this._granularity = Clamp(_options.granularity, 0, 1);
        this._colorMode = _options.colorMode;
        this._own(
            scene.onDisposeObservable.add(() => {
                this.dispose();
            }),
        );
        this._own(
            _engine.onContextRestoredObservable.add(() => {
                // The new device's buffers are empty.
                void this._rebuildAsync();
            }),
        );
        this.selection.onChangedObservable.add(() => {
            this._showSelection();
        });
        if (_options.usePointer) {
            const controls = new PointerControls(scene, {
                hoverAt: (x, y) => {
                    if (this._shown) {
                        this.hoveredPart = this.pick(x, y);
                    }
                },
                selectAt: (at, isToggle) => {
                    this.selectAt(at, isToggle);
                },
                selectParent: () => this.selectParent(),
                selectChildAt: (x, y) => this._selectChildAt(x, y),
                selectNone: () => {
                    this.selection.clear();
                },
            });
            this._removals.push(() => controls.dispose());
        }
    }

    /** Whether {@link dispose} was called, or the scene's. */
    public get isDisposed(): boolean {
        return this._isDisposed;
    }

    /** The hierarchy that is shown; null at first. */
    public get hierarchy(): SegmentationHierarchy | null {
        return this._shown?.hierarchy ?? null;
    }

    /** What shows the leaves; null without a hierarchy. Its `root` places them in the scene; it is switched off while only meshes show the parts. */
    public get pointCloud(): PointCloudBinding | null {
        return this._shown?.pointCloud ?? null;
    }

    /** What shows the parts on the meshes that they were segmented from; null where that is not so, see the option `display`. */
    public get meshes(): MeshBinding | null {
        return this._shown?.meshes ?? null;
    }

    /** The parts by the present criterion; null without a hierarchy. */
    public get parts(): PartTree | null {
        const { _dendrogram: dendrogram } = this;
        return (dendrogram && this._trees?.treeOf(dendrogram)) ?? null;
    }

    /** The parts that are no crumbs (see the option `minStepShare`), as a tree; null without a hierarchy. */
    public get condensedParts(): CondensedParts | null {
        const { _dendrogram: dendrogram } = this;
        return (dendrogram && this._trees?.condensedOf(dendrogram)) ?? null;
    }

    /** What edits the parts, with its history. A new hierarchy gets a new one. @throws UltrametricError "input" without a hierarchy */
    public get editor(): PartEditor {
        this._editor ??= new PartEditor(this._createHost());
        return this._editor;
    }

    /** Ways to select many parts: box, lasso, similar ones, grow and shrink. @throws UltrametricError "input" without a hierarchy */
    public get selectionTools(): SelectionTools {
        this._tools ??= new SelectionTools(this._createHost());
        return this._tools;
    }

    /** The scene's content that the leaves were sampled from: parts are shown on it and extracted from it. Null for captures from files. */
    public get content(): ContentLeaves | null {
        return this._shown?.content ?? null;
    }

    /** The content's splat meshes that show the parts themselves; empty where it has none. Where all content is splats the points of the leaves are hidden. */
    public get splatMeshes(): GaussianSplattingMesh[] {
        return this._shown?.splatMeshes ?? [];
    }

    /** The criteria that the hierarchy has; empty without one. */
    public get criteria(): Criterion[] {
        return this.hierarchy?.criteria ?? [];
    }

    /**
     * By what the hierarchy is cut; null without a hierarchy. Another criterion has other parts: nothing stays selected. Setting one for the first time
     * takes the page's thread for as long as its parts and colors take to be made, some 200 ms of a million leaves; {@link setCriterionAsync} does not.
     */
    public get criterion(): Criterion | null {
        return this._criterion;
    }

    public set criterion(value: Criterion) {
        this._checkUsable();
        const dendrogram = this._dendrogramOf(value);
        this._criterionRequests++;
        if (value === this._criterion) {
            return;
        }
        this.selectedPart = null;
        this.selection.clear();
        this.hoveredPart = null;
        this._criterion = value;
        for (const display of this._shown?.displays ?? []) {
            display.dendrogram = dendrogram;
            display.cutRank = CutRankForCount(dendrogram, this.partCount);
        }
        this.onCriterionChangedObservable.notifyObservers(value);
        this.onGranularityChangedObservable.notifyObservers(this._granularity);
    }

    /**
     * Cuts by another criterion like setting {@link criterion}, which is what it ends with, and makes what that takes in time slices, between which the
     * page has its turns. Of calls that overlap the last one counts; another hierarchy that comes meanwhile has its own first criterion.
     *
     * @throws UltrametricError "input" without a hierarchy, or when it has no such criterion; "disposed"
     */
    public async setCriterionAsync(value: Criterion): Promise<void> {
        this._checkUsable();
        const dendrogram = this._dendrogramOf(value);
        const { _shown: shown, _trees: trees } = this;
        const request = ++this._criterionRequests;
        const pacer = new Pacer("Cutting by another criterion");
        await shown!.prepareAsync(await trees!.prepareAsync(dendrogram, pacer), pacer);
        await pacer.yieldAsync();
        if (request === this._criterionRequests && shown === this._shown) {
            this.criterion = value;
        }
    }

    /**
     * How fine the parts are: 0 is the fewest parts there are, 1 is {@link maxPartCount}; equal steps multiply the number of parts by equal
     * factors. Kept when another hierarchy comes. The next frame shows it.
     */
    public get granularity(): number {
        return this._granularity;
    }

    public set granularity(value: number) {
        this._checkUsable();
        if (Number.isNaN(value)) {
            throw new UltrametricError("input", "The granularity is not a number; it goes from 0 to 1.");
        }
        this._setGranularity(Clamp(value, 0, 1));
    }

    /** Number of parts; 0 without a hierarchy. Setting it takes the nearest number there is, and sets the granularity to match. */
    public get partCount(): number {
        const dendrogram = this.parts?.dendrogram;
        return dendrogram ? CountAtGranularity(dendrogram, this._granularity, this._options.maxParts) : 0;
    }

    public set partCount(value: number) {
        this._checkUsable();
        if (Number.isNaN(value)) {
            throw new UltrametricError("input", "The number of parts is not a number.");
        }
        const { minPartCount: fewest, maxPartCount: most } = this;
        if (fewest === 0) {
            throw new UltrametricError("input", "There is no hierarchy yet; set one before the number of parts.");
        }
        const count = Clamp(Math.round(value), fewest, most);
        this._setGranularity(most === fewest ? this._granularity : Math.log(count / fewest) / Math.log(most / fewest));
    }

    /** Number of parts at granularity 0: the components of the hierarchy; 0 without one. */
    public get minPartCount(): number {
        return this.parts?.dendrogram.componentCount ?? 0;
    }

    /** Number of parts at granularity 1. */
    public get maxPartCount(): number {
        const dendrogram = this.parts?.dendrogram;
        return dendrogram
            ? Math.max(dendrogram.componentCount, Math.min(this._options.maxParts, dendrogram.leafCount))
            : 0;
    }

    /**
     * The next number of parts at which something has split off, or not yet, that is no crumb (see the option `minStepShare`); the present one where there
     * is none up to {@link maxPartCount}.
     *
     * @param direction 1: finer; -1: coarser
     */
    public nextPartCount(direction: 1 | -1): number {
        const { minPartCount, partCount } = this;
        return NextSplitCount(this._sizesOfSplits, minPartCount, partCount, direction, this._minStepLeaves);
    }

    /**
     * Where along the scale of granularity the hierarchy splits: bars from granularity 0 to 1, each with the leaves that split off within it, as
     * shares of the largest bar. All 0 without a hierarchy.
     *
     * @param bars number of bars
     */
    public splitHistogram(bars: number): Float32Array {
        return CreateSplitHistogram(this._sizesOfSplits, this.minPartCount, bars);
    }

    /** What the colors show. */
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
     * The selected part, which keeps its color while all others go dark; null for none, or where the {@link selection} is not one part. It stays
     * selected as granularity changes.
     */
    public get selectedPart(): Part | null {
        return this._selectedPart;
    }

    public set selectedPart(part: Part | null) {
        this._checkUsable();
        this._checkPart(part);
        this.selection.replace(part ?? []);
    }

    /** The part that is drawn brighter; null for none. The pointer sets it, too. */
    public get hoveredPart(): Part | null {
        return this._hoveredPart;
    }

    public set hoveredPart(part: Part | null) {
        this._checkUsable();
        this._checkPart(part);
        this._hoveredPart = part;
        for (const display of this._shown?.displays ?? []) {
            display.hovered = part;
        }
    }

    /**
     * Shows a hierarchy in place of the present one; null for none. Of calls that overlap the last one counts. When it fails, what was shown stays.
     *
     * @param content the scene's content that the hierarchy was segmented from, see {@link UltrametricSegmentation.content}; with the option `display` its meshes show the parts
     * @throws UltrametricError "limits" | "gpu" | "deviceLost" | "disposed", "input" when a mesh of your own does not have its leaves as vertices, the
     * content is that of another hierarchy or its meshes have changed
     */
    public async setHierarchyAsync(
        hierarchy: SegmentationHierarchy | null,
        content: ContentLeaves | null = null,
    ): Promise<void> {
        await this._replaceAsync(hierarchy, content, this._criterion);
    }

    /**
     * Shows what was saved: a hierarchy (`.bumh`), or a whole segmentation with its granularity, criterion, color mode and edits, on the meshes of
     * the scene that it was made from. How parts are drawn stays as this one's options say; {@link ParseAsync} takes them over, too.
     *
     * @param source the file's address, its bytes, the file itself, or the object that {@link serializeAsync} gave
     * @param capture of the scene, made with the same options as the one that was segmented, for a hierarchy that was saved alone: its content shows
     * the parts, and they can be extracted
     * @throws UltrametricError as {@link setHierarchyAsync}, and "input" when there is no such file or it is nothing that was saved
     */
    public async loadAsync(
        source: SegmentationSource,
        capture: SceneCapture | null = null,
        options: Partial<LoadOptions> = {},
    ): Promise<SegmentationHierarchy> {
        this._checkUsable();
        return await this._showAsync(await OpenSegmentationAsync(source), capture, options);
    }

    /**
     * The segmentation as an object that JSON can hold, as `ParseAsync` and {@link loadAsync} read it: hierarchy, cut, options, edits, selection, and which meshes of the
     * scene the leaves lie on, by unique id, id and name. The meshes themselves are saved with the scene. Edits are kept without their history.
     *
     * @throws UltrametricError "input" without a hierarchy
     */
    public async serializeAsync(): Promise<SerializedSegmentation> {
        return await SerializeFileAsync(SaveSegmentation(this._state()));
    }

    /** The same as {@link serializeAsync}, as a file (`.bumh`), in which readers of hierarchies find the hierarchy. */
    public async saveAsync(): Promise<Uint8Array<ArrayBuffer>> {
        return await SaveSegmentation(this._state()).writeAsync();
    }

    /**
     * Makes a segmentation of a scene that was opened again: its parts, edits included, are shown on the scene's meshes, those that were extracted are there
     * as meshes of their own. A mesh that is missing or has changed is told of and left alone; its leaves are shown where points are.
     *
     * @param data what {@link serializeAsync} or {@link saveAsync} gave, or where it is
     * @param scene with the content, loaded as it was
     * @param options in place of those that were saved; those of loading
     * @throws UltrametricError as CreateUltrametricSegmentationAsync and {@link loadAsync}
     */
    public static async ParseAsync(
        data: SegmentationSource,
        scene: Scene,
        options: Partial<UltrametricSegmentationOptions & LoadOptions> = {},
    ): Promise<UltrametricSegmentation> {
        const opened = await OpenSegmentationAsync(data);
        const saved = opened.saved && ReadOptions(opened.saved, DEFAULT_ULTRAMETRIC_SEGMENTATION_OPTIONS);
        const segmentation = await CreateUltrametricSegmentationAsync(scene, { ...saved, ...options });
        try {
            await segmentation._showAsync(opened, null, options);
        } catch (error) {
            segmentation.dispose();
            throw error;
        }
        return segmentation;
    }

    /**
     * Captures content of the scene, to be segmented. See CaptureSceneAsync for the options and what it throws; here the capture's `upAxis` is the
     * one of this segmentation, so that the leaves are shown where the content is.
     *
     * @param meshes meshes and point clouds; null takes all that are visible, but for the leaves that are shown
     */
    public async captureSceneAsync(
        meshes: readonly AbstractMesh[] | null,
        options: Partial<SceneCaptureOptions> & RunOptions = {},
    ): Promise<SceneCapture> {
        this._checkUsable();
        const visible = (mesh: AbstractMesh): boolean => !this._shown?.owns(mesh) && mesh.isVisible && mesh.isEnabled();
        const chosen = meshes ?? this.scene.meshes.filter(visible);
        const { CaptureSceneAsync } = await import("../sceneCapture/sceneCapture");
        return CaptureSceneAsync(this.scene, chosen, { upAxis: this._options.upAxis, ...options }, options);
    }

    /**
     * Makes masks of a capture's views: with `model` by Segment Anything (see GenerateMasksAsync; in a worker where `runtime.moduleUrl` says what
     * it runs), without one from color, depth and normals alone (see CreateImageMasksAsync). Ends with this segmentation's {@link dispose}.
     *
     * @throws UltrametricError as these two; "aborted" also when the segmentation is disposed meanwhile
     */
    public async generateMasksAsync(capture: Capture, options: MakeMasksOptions = {}): Promise<MaskSet> {
        this._checkUsable();
        const disposal = new AbortController();
        const observer = this.onDisposeObservable.add(() => disposal.abort());
        const signal = options.signal ? AbortSignal.any([options.signal, disposal.signal]) : disposal.signal;
        try {
            const { MakeMasksAsync } = await import("../masks/makeMasks");
            return await MakeMasksAsync(capture, { ...options, signal });
        } finally {
            observer.remove();
        }
    }

    /**
     * Segments a capture and shows the result; before, as soon as there is one, the preview, unless a hierarchy of that name is shown already.
     * See SegmentCaptureAsync for what it throws.
     *
     * @param masks of the capture's views
     */
    public async segmentAsync(
        capture: Capture,
        masks: MaskSet,
        options: SegmentOptions = {},
    ): Promise<SegmentationHierarchy> {
        this._checkUsable();
        if (!this._engine.isWebGPU && !options.preview) {
            throw new UltrametricError(
                "unsupported",
                `A feature field is trained with WebGPU, and this scene has a ${this._engine.name} engine: make a WebGPUEngine (where "await WebGPUEngine.IsSupportedAsync" ` +
                    "is true), or segment by the masks alone (preview: true).",
            );
        }
        // What makes hierarchies is large, and an application that shows a saved one does without: it is imported when it is called.
        const [{ SceneCapture }, { SegmentCaptureAsync }] = await Promise.all([
            import("../sceneCapture/sceneCapture"),
            import("../pipeline/segmentCapture"),
        ]);
        const contentOf = async (made: SegmentationHierarchy): Promise<ContentLeaves | null> =>
            capture instanceof SceneCapture ? await ContentLeaves.CreateAsync(capture, made, new Pacer(CONTENT)) : null;
        let isDone = false;
        const showPreview = (preview: SegmentationHierarchy): void => {
            options.onPreview?.(preview);
            if (!this._isDisposed && !isDone) {
                // A preview that cannot be shown is no loss: the result is shown, or tells why not.
                contentOf(preview)
                    .then((content) => (isDone ? undefined : this.setHierarchyAsync(preview, content)))
                    .catch(() => {});
            }
        };
        // An earlier hierarchy of the capture stays in sight until the new one comes.
        const isShown = this.hierarchy?.name === capture.name;
        const engine = this._engine.isWebGPU ? (this._engine as WebGPUEngine) : null;
        const hierarchy = await SegmentCaptureAsync(engine, capture, masks, {
            ...options,
            onPreview: isShown ? options.onPreview : showPreview,
        });
        isDone = true;
        await this.setHierarchyAsync(hierarchy, await contentOf(hierarchy));
        return hierarchy;
    }

    /**
     * The part under a place on screen at the present granularity; null where there is none. Selects nothing.
     *
     * @param x as `scene.pointerX`
     * @param y as `scene.pointerY`
     */
    public pick(x: number, y: number): Part | null {
        this._checkUsable();
        const leaf = this._shown?.pickLeaf(x, y) ?? -1;
        return leaf < 0 ? null : this._partOfLeaf(leaf);
    }

    /** The part that a ray of the scene hits first, as one of an XR controller; else as {@link pick}. */
    public pickRay(ray: Ray): Part | null {
        this._checkUsable();
        const leaf = this._shown?.pickLeafOnRay(ray) ?? -1;
        return leaf < 0 ? null : this._partOfLeaf(leaf);
    }

    /**
     * Selects what a tap at a place on screen, or a ray, selects: the part, or the whole group that its leaf is in (see PartEditor.merge).
     *
     * @param at a place as `scene.pointerX` and `scene.pointerY`, or a ray of the scene, as an XR controller's on its trigger
     * @param isToggle adds it to the selection or takes it away, in place of selecting it alone
     */
    public selectAt(at: { readonly x: number; readonly y: number } | Ray, isToggle = false): void {
        this._checkUsable();
        const leaf = ("origin" in at ? this._shown?.pickLeafOnRay(at) : this._shown?.pickLeaf(at.x, at.y)) ?? -1;
        this._pickedLeaf = leaf;
        if (leaf < 0) {
            if (!isToggle) {
                this.selection.clear();
            }
            return;
        }
        const part = this._partOfLeaf(leaf);
        const group = this._editor?.groupOfLeaf(leaf);
        const what: LeafInterval | readonly LeafInterval[] = group ? this.editor.intervalsOf(group) : part;
        if (isToggle) {
            this.selection.toggle(what);
        } else {
            this.selection.replace(what);
        }
        this.onPartPickedObservable.notifyObservers(part);
    }

    /** Selects the next larger part around the selected one. @returns whether there is one */
    public selectParent(): boolean {
        return this._step((part, minLeaves) => ClimbPart(part, minLeaves));
    }

    /** Selects the next smaller part inside the selected one that holds the leaf which was picked. @returns whether there is one */
    public selectChild(): boolean {
        return this._step((part, minLeaves) => {
            const leaf = part.contains(this._pickedLeaf) ? this._pickedLeaf : part.tree.dendrogram.order[part.start];
            return DescendPart(part, leaf, minLeaves);
        });
    }

    /** Takes everything out of the scene. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._clear(false);
        this._isDisposed = true;
        for (const remove of this._removals) {
            remove();
        }
        this.onDisposeObservable.notifyObservers(this);
        for (const observable of [
            this.onPartPickedObservable,
            this.selection.onChangedObservable,
            this.onSelectionChangedObservable,
            this.onGranularityChangedObservable,
            this.onHierarchyChangedObservable,
            this.onCriterionChangedObservable,
            this.onDisposeObservable,
        ]) {
            observable.clear();
        }
    }

    private _own<T>(observer: Observer<T>): void {
        this._removals.push(() => observer.remove());
    }

    private _checkUsable(): void {
        if (this._isDisposed) {
            throw new UltrametricError(
                "disposed",
                "The segmentation has been disposed, by itself or with its scene; make a new one.",
            );
        }
    }

    private get _dendrogram(): Dendrogram | null {
        const { hierarchy, _criterion: criterion } = this;
        return hierarchy && criterion && hierarchy.dendrogram(criterion);
    }

    private _dendrogramOf(criterion: Criterion): Dendrogram {
        const { hierarchy } = this;
        if (!hierarchy) {
            throw new UltrametricError("input", `There is no hierarchy yet whose criterion could be "${criterion}".`);
        }
        return hierarchy.dendrogram(criterion);
    }

    private _createTrees(hierarchy: SegmentationHierarchy): PartTrees {
        const { maxParts, minStepShare } = this._options;
        return new PartTrees(hierarchy, () => this.editor, {
            maxParts,
            minStepLeaves: MinStepLeaves(hierarchy, minStepShare),
        });
    }

    private _checkPart(part: Part | null): void {
        if (part && part.tree !== this.parts) {
            throw new UltrametricError(
                "input",
                "The part belongs to another hierarchy or criterion than the one that is shown.",
            );
        }
    }

    private _setGranularity(value: number): void {
        if (value === this._granularity) {
            return;
        }
        this._granularity = value;
        const tree = this.parts;
        if (tree) {
            for (const display of this._shown?.displays ?? []) {
                display.cutRank = CutRankForCount(tree.dendrogram, this.partCount);
            }
        }
        this.onGranularityChangedObservable.notifyObservers(value);
    }

    private _clear(keepsEdits: boolean): void {
        if (this._shown) {
            this.selection.clear();
            this.hoveredPart = null;
        }
        if (!keepsEdits) {
            this._editor?.dispose();
            this._editor = null;
            this._overrides = null;
        }
        this._shown?.dispose();
        this._shown = null;
        this._pickedLeaf = -1;
        this._trees = null;
    }

    /** See {@link setHierarchyAsync}. @param wanted what it is cut by, where it has that */
    private async _replaceAsync(
        hierarchy: SegmentationHierarchy | null,
        content: ContentLeaves | null,
        wanted: Criterion | null,
    ): Promise<void> {
        this._checkUsable();
        CheckContent(content, hierarchy);
        const request = ++this._hierarchyRequests;
        // The same again, as on a new device, keeps what was edited.
        const isAgain = hierarchy !== null && hierarchy === this.hierarchy;
        const shownContent = content ?? (isAgain ? this.content : null);
        const criterion = wanted && hierarchy?.dendrograms.has(wanted) ? wanted : (hierarchy?.criteria[0] ?? null);
        // A mesh of your own has one color buffer: what showed it before has to leave it first.
        if (this._options.mesh && this._options.mesh.getTotalVertices() === hierarchy?.leafCount) {
            this._clear(isAgain);
        }
        const options = { ...this._options, colorMode: this._colorMode };
        const shown = hierarchy && (await ShownHierarchy.CreateAsync(this.scene, hierarchy, shownContent, options));
        const trees = hierarchy && this._createTrees(hierarchy);
        if (shown && trees && criterion) {
            const pacer = new Pacer("Showing parts");
            await shown.prepareAsync(await trees.prepareAsync(shown.hierarchy.dendrogram(criterion), pacer), pacer);
        }
        if (this._isDisposed || request !== this._hierarchyRequests) {
            shown?.dispose();
            this._checkUsable();
            return;
        }
        this._clear(isAgain);
        this._shown = shown;
        this._trees = trees;
        this._criterion = criterion;
        const { _dendrogram: dendrogram } = this;
        if (shown && dendrogram) {
            this._overrides ??= new LeafOverrides(shown.hierarchy.leafCount);
            for (const display of shown.displays) {
                if (display.dendrogram !== dendrogram) {
                    display.dendrogram = dendrogram;
                }
                display.cutRank = CutRankForCount(dendrogram, this.partCount);
            }
            shown.show(this._overrides);
        }
        this.onHierarchyChangedObservable.notifyObservers(hierarchy);
        this.onGranularityChangedObservable.notifyObservers(this._granularity);
    }

    private async _rebuildAsync(): Promise<void> {
        const { hierarchy, content } = this;
        if (!this._isDisposed && hierarchy) {
            await this.setHierarchyAsync(hierarchy, content).catch((error: unknown) => {
                // Another loss comes here again when that device is restored; without a segmentation there is nothing to do.
                if (!(error instanceof UltrametricError && ["deviceLost", "disposed"].includes(error.kind))) {
                    throw error;
                }
            });
        }
    }

    private async _showAsync(
        opened: OpenedSegmentation,
        capture: SceneCapture | null,
        { meshes, onProblem = LogProblem }: Partial<LoadOptions>,
    ): Promise<SegmentationHierarchy> {
        const hierarchy = SegmentationHierarchy.FromFile(opened.file);
        const content = capture
            ? await ContentLeaves.CreateAsync(capture, hierarchy, new Pacer(CONTENT))
            : FindContent(opened, meshes ?? this.scene.meshes.filter((mesh) => !this._shown?.owns(mesh)), onProblem);
        await this._replaceAsync(hierarchy, content, opened.saved && ReadCriterion(opened.saved));
        await new Pacer("Opening a segmentation").yieldAsync();
        // Another one may have come meanwhile.
        if (opened.saved && this.hierarchy === hierarchy) {
            this._applySettings(ReadSettings(opened.saved, this));
            RestoreEdits(opened.saved, this._state(), onProblem);
            this.selection.replace(ReadSelection(opened.saved, hierarchy.leafCount));
        }
        return hierarchy;
    }

    private _applySettings({ criterion, granularity, colorMode, transform }: SavedSettings): void {
        this.criterion = criterion;
        this.granularity = granularity;
        this.colorMode = colorMode;
        const root = this.pointCloud?.root;
        if (root && transform) {
            PlaceNode(root, transform);
        }
    }

    private _state(): SegmentationState {
        const { editor, hierarchy, content, criterion, _shown: shown, _overrides: overrides } = this; // the editor tells when there is no hierarchy
        const options = { ...this._options, granularity: this._granularity, colorMode: this._colorMode };
        return {
            scene: this.scene,
            hierarchy: hierarchy!,
            content,
            criterion: criterion!,
            options,
            pointCloud: shown!.pointCloud,
            overrides: overrides!,
            editor,
            selection: this.selection,
        };
    }

    private _createHost(): PartEditorHost & SelectionToolsHost {
        this._checkUsable();
        const take = <T>(what: T | null): T => {
            if (!what) {
                throw new UltrametricError(
                    "input",
                    "There is no hierarchy yet whose parts could be selected or edited.",
                );
            }
            return what;
        };
        const segmentation = this;
        take(this._shown);
        return {
            scene: this.scene,
            selection: this.selection,
            get tree() {
                return take(segmentation.parts);
            },
            get partCount() {
                return segmentation.partCount;
            },
            get overrides() {
                return take(segmentation._overrides);
            },
            get content() {
                return segmentation.content;
            },
            get worldMatrix() {
                return take(segmentation._shown).pointCloud.worldMatrix;
            },
            get pointRadius() {
                return take(segmentation._shown).pointCloud.pointRadius;
            },
            get minStepLeaves() {
                return segmentation._minStepLeaves;
            },
            get condensed() {
                return take(segmentation.condensedParts);
            },
            layerMaskOf: (mesh) => this.meshes?.layerMaskOf(mesh) ?? mesh.layerMask,
            selectPart: (part) => this._pick(part),
            colorOf: (orderIndex) => take(this._shown).pointCloud.colorOf(orderIndex),
        };
    }

    private get _minStepLeaves(): number {
        return MinStepLeaves(this.hierarchy, this._options.minStepShare);
    }

    private get _sizesOfSplits(): Uint32Array {
        const { _dendrogram: dendrogram, _trees: trees } = this;
        return dendrogram && trees ? trees.splitSizesOf(dendrogram) : new Uint32Array(0);
    }

    /** One interval is shown by its ends; several, by a flag at each leaf. */
    private _showSelection(): void {
        const { intervals } = this.selection;
        const { _overrides: overrides, parts: tree } = this;
        if (overrides && tree) {
            for (const display of this._shown?.displays ?? []) {
                display.selected = intervals.length === 1 ? intervals[0] : null;
            }
            if (intervals.length > 1 || overrides.hasSelection) {
                overrides.select(tree.dendrogram.order, intervals.length > 1 ? intervals : []);
            }
        }
        const part = tree && intervals.length === 1 ? tree.partOfInterval(intervals[0]) : null;
        if (part !== this._selectedPart && !part?.equals(this._selectedPart)) {
            this._selectedPart = part;
            this.onSelectionChangedObservable.notifyObservers(part);
        }
    }

    private _partOfLeaf(leaf: number): Part {
        const tree = this.parts!;
        return tree.partOfLeaf(leaf, CutRankForCount(tree.dendrogram, this.partCount));
    }

    private _pick(part: Part): void {
        this.selectedPart = part;
        this.onPartPickedObservable.notifyObservers(part);
    }

    private _step(find: (part: Part, minLeaves: number) => Part | null): boolean {
        this._checkUsable();
        const part = this._selectedPart;
        if (!part) {
            return false;
        }
        const next = find(part, this._minStepLeaves);
        if (next) {
            this.selectedPart = next;
        }
        return next !== null;
    }

    /** Descends toward what is at a place on screen, where that lies in the selected part. */
    private _selectChildAt(x: number, y: number): boolean {
        const leaf = this._shown?.pickLeaf(x, y) ?? -1;
        if (leaf >= 0 && this._selectedPart?.contains(leaf)) {
            this._pickedLeaf = leaf;
        }
        return this.selectChild();
    }
}

function MinStepLeaves(hierarchy: SegmentationHierarchy | null, share: number): number {
    return Math.max(1, Math.round(share * (hierarchy?.leafCount ?? 0)));
}

function CheckContent(content: ContentLeaves | null, hierarchy: SegmentationHierarchy | null): void {
    if (content && content.capture.elements.length !== hierarchy?.leafCount) {
        throw new UltrametricError(
            "input",
            `The content has ${content.capture.elements.length} samples, the hierarchy that is shown ${hierarchy?.leafCount ?? 0} leaves; ` +
                "give that of the capture which the hierarchy was made from.",
        );
    }
}

function LogProblem({ message }: UltrametricError): void {
    Logger.Warn(message);
}

function Clamp(value: number, low: number, high: number): number {
    return Math.min(Math.max(value, low), high);
}
