import type { Material } from "@babylonjs/core/Materials/material";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { Logger } from "@babylonjs/core/Misc/logger";
import type { Scene } from "@babylonjs/core/scene";
import { Pacer } from "../../compute/base/pacer";
import type { RunOptions } from "../../compute/base/progress";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { HierarchyFileOptions } from "../../compute/hierarchy/cut/hierarchyFile";
import { type Criterion, SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { ColorMode } from "../display/leafDisplay";
import type { PointCloudBinding } from "../display/pointCloudBinding";
import type { PartEditor } from "../parts/edit/partEditor";
import { ContentLeaves } from "../parts/model/contentLeaves";
import type { LeafOverrides } from "../parts/model/leafOverrides";
import { PlaceNode } from "../parts/model/partTransform";
import type { Selection } from "../parts/model/selection";
import type { OpenedSegmentation } from "../saved/openedSegmentation";
import { ReadSavedState } from "../saved/readSavedState";
import { RestoreEdits } from "../saved/restoreEdits";
import { FindContent } from "../saved/savedContent";
import {
    SaveSegmentation,
    type SegmentationState,
    type SerializedSegmentation,
    SerializeFileAsync,
} from "../saved/savedSegmentation";
import type { SavedSettings } from "../saved/savedSettings";
import type { UltrametricSegmentationOptions } from "../saved/segmentationOptions";
import type { SceneCapture } from "../sceneCapture/sceneCapture";

/** Options of `UltrametricSegmentation.loadAsync`. */
export interface LoadOptions extends RunOptions, HierarchyFileOptions {
    /**
     * A capture of the scene, made with the same options as the one that was segmented, for a hierarchy that was saved
     * alone: its content shows the parts, and they can be extracted. Default null.
     */
    capture: SceneCapture | null;
    /** The candidates for the meshes that a saved segmentation was made from. Default: all meshes of the scene. */
    meshes: readonly AbstractMesh[];
    /**
     * Returns the material of a name that an extracted part was given and that is not in the scene, such as an
     * application's own one, which it may create now; null for none. Default: none.
     */
    materialOf: (name: string) => Material | null;
    /**
     * Called for each mesh that is missing or has changed, and for each extracted part or material that cannot be
     * restored. Default: logs a warning.
     */
    onProblem: (problem: UltrametricError) => void;
}

/** The names of {@link LoadOptions}. */
export const LOAD_OPTIONS: readonly string[] = [
    "capture",
    "meshes",
    "materialOf",
    "onProblem",
    "maxUnpackedBytes",
    "onProgress",
    "signal",
];

/** The segmentation that {@link SegmentationFiles} save and open. */
export interface SavedSegmentationTarget {
    readonly scene: Scene;
    readonly selection: Selection;
    /** Null without a hierarchy; so are the next three. */
    readonly hierarchy: SegmentationHierarchy | null;
    readonly pointCloud: PointCloudBinding | null;
    readonly content: ContentLeaves | null;
    readonly editor: PartEditor | null;
    get criterion(): Criterion | null;
    set criterion(value: Criterion);
    granularity: number;
    colorMode: ColorMode;
}

/** The segmentation and the parts of its state that are not public. */
export interface SegmentationFilesHost {
    readonly segmentation: SavedSegmentationTarget;
    readonly options: Readonly<UltrametricSegmentationOptions>;
    readonly overrides: LeafOverrides | null;
    /** Returns true if a mesh of the scene belongs to the segmentation itself. */
    owns(mesh: AbstractMesh): boolean;
    /** Shows a hierarchy. @param criterion the criterion to cut by, if the hierarchy has it */
    replaceAsync(
        hierarchy: SegmentationHierarchy,
        options: RunOptions & { content: ContentLeaves | null },
        criterion: Criterion | null,
    ): Promise<void>;
}

/** Saves a segmentation with its settings, edits and selection, and opens what was saved. */
export class SegmentationFiles {
    public constructor(private readonly _host: SegmentationFilesHost) {}

    /** See UltrametricSegmentation.serializeAsync. */
    public async serializeAsync(): Promise<SerializedSegmentation> {
        return SerializeFileAsync(SaveSegmentation(this._state()));
    }

    /** See UltrametricSegmentation.saveAsync. */
    public async saveAsync(): Promise<Uint8Array<ArrayBuffer>> {
        return SaveSegmentation(this._state()).writeAsync();
    }

    /** Shows an opened file; see UltrametricSegmentation.loadAsync. */
    public async openAsync(
        opened: OpenedSegmentation,
        { capture = null, meshes, materialOf = () => null, onProblem = logProblem, ...run }: Partial<LoadOptions>,
    ): Promise<SegmentationHierarchy> {
        const { segmentation, owns, replaceAsync } = this._host;
        const hierarchy = SegmentationHierarchy.FromFile(opened.file);
        const pacer = new Pacer("Opening a segmentation", run.signal);
        const candidates = meshes ?? segmentation.scene.meshes.filter((mesh) => !owns(mesh));
        const content = capture
            ? await ContentLeaves.CreateAsync(capture, hierarchy, pacer)
            : FindContent(opened, candidates, onProblem);
        // A damaged file changes nothing: all of it is read before anything is replaced.
        const saved = opened.saved && ReadSavedState(opened.saved, hierarchy, segmentation);
        await replaceAsync(hierarchy, { content, ...run }, saved?.settings.criterion ?? null);
        await pacer.yieldAsync();
        // Another hierarchy may have been set meanwhile.
        if (saved && segmentation.hierarchy === hierarchy) {
            this._applySettings(saved.settings);
            RestoreEdits(saved.edits, this._state(), { materialOf, onProblem });
            segmentation.selection.replace(saved.selection);
        }
        return hierarchy;
    }

    private _applySettings({ criterion, granularity, colorMode, transform }: SavedSettings): void {
        const { segmentation } = this._host;
        segmentation.criterion = criterion;
        segmentation.granularity = granularity;
        segmentation.colorMode = colorMode;
        const root = segmentation.pointCloud?.root;
        if (root && transform) {
            PlaceNode(root, transform);
        }
    }

    private _state(): SegmentationState {
        const { segmentation, overrides } = this._host;
        const { scene, selection, hierarchy, pointCloud, editor, content, criterion } = segmentation;
        if (!hierarchy || !pointCloud || !editor || !criterion || !overrides) {
            throw new UltrametricError("input", "There is no hierarchy yet to save; segment or load one first.");
        }
        const { granularity, colorMode } = segmentation;
        const options = { ...this._host.options, granularity, colorMode };
        return { scene, hierarchy, content, criterion, options, pointCloud, overrides, editor, selection };
    }
}

function logProblem({ message }: UltrametricError): void {
    Logger.Warn(message);
}
