import type { Color3 } from "@babylonjs/core/Maths/math.color";
import { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import type { Scene } from "@babylonjs/core/scene";
import { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import { ReadMeshElements } from "../content/meshElements";
import { CenterOfLeaves } from "../parts/extract/partMeshes";
import type { ContentLeaves } from "../parts/model/contentLeaves";
import { ExtractedPart } from "../parts/model/extractedPart";
import type { LeafStates } from "../parts/model/leafStates";
import type { PartTree } from "../parts/model/partTree";
import { BakedItem } from "./bakedItem";
import { CreateLeafPoints, GlbWriter, GroupElements } from "./glbWriter";

/** A thing that a segmentation shows, see ShownPart. */
export interface ShownGlbPart {
    readonly id: string;
    readonly name: string;
    readonly color: Color3;
    readonly leaves: Uint32Array;
    readonly target: object;
}

/** The segmentation whose parts are written; UltrametricSegmentation is one. */
export interface ShownGlbSource {
    readonly scene: Scene;
    /** Null without a hierarchy; so are the next two. */
    readonly hierarchy: SegmentationHierarchy | null;
    readonly parts: PartTree | null;
    readonly editor: { readonly leafStates: Pick<LeafStates, "hiddenIn"> } | null;
    /** The scene's content that the leaves were sampled from; null for captures from files. */
    readonly content: ContentLeaves | null;
    /** The points of the leaves, whose place leaves without content are written in. */
    readonly pointCloud: { readonly worldMatrix: Matrix } | null;
    readonly shownParts: readonly ShownGlbPart[];
}

/** Options of {@link ExportShownGlbAsync}. */
export interface ExportShownGlbOptions {
    /** True to write hidden parts, too, in nodes whose extras have `hidden: true`. Default false. */
    includesHidden: boolean;
    /** Cancels the export. Default: none. */
    signal: AbortSignal | undefined;
}

/** The defaults of {@link ExportShownGlbOptions}. */
export const DEFAULT_EXPORT_SHOWN_GLB_OPTIONS: Readonly<ExportShownGlbOptions> = {
    includesHidden: false,
    signal: undefined,
};

/** Creates the meshes of a piece of a part below a node. */
type Piece = (parent: TransformNode) => void;

/** The pieces of a part. */
interface PartPieces {
    readonly visible: Piece[];
    readonly hidden: Piece[];
}

/**
 * Exports the parts that a segmentation shows as one GLB, each as a node with the part's name: the parts of the cut,
 * merged groups, and extracted parts once, where they are now. Deleted parts are left out, as are hidden parts and
 * meshes (see `includesHidden`), splats, and what the plugin adds to the scene itself. The scene is only read.
 *
 * A node's `extras` contain `id` (see ShownPart.id), `color` [red, green, blue] (the color in mode "parts", sRGB
 * 0..1), `leaves` (their number), and `hidden: true` for what is hidden. Meshes have their own materials, and the place
 * and pose that they have in the scene; points without content have the place of the segmentation's point cloud.
 *
 * @throws UltrametricError "input" if there is no hierarchy, or nothing to write; "unsupported" without
 * \@babylonjs/serializers; "disposed"; "aborted"
 */
export async function ExportShownGlbAsync(
    segmentation: ShownGlbSource,
    options: Partial<ExportShownGlbOptions> = {},
): Promise<Uint8Array<ArrayBuffer>> {
    const { includesHidden, signal } = { ...DEFAULT_EXPORT_SHOWN_GLB_OPTIONS, ...options };
    const { scene: engineScene, hierarchy, shownParts } = segmentation;
    const pacer = new Pacer("Exporting what is shown", signal);
    const pieces = new ShownPieces(segmentation);
    const written = shownParts
        .map((part, p) => ({ part, visible: pieces.of[p].visible, hidden: includesHidden ? pieces.of[p].hidden : [] }))
        .filter(({ visible, hidden }) => visible.length + hidden.length > 0);
    if (written.length === 0) {
        throw new UltrametricError(
            "input",
            `None of the ${shownParts.length} shown parts has visible faces or points; show some, or pass ` +
                "includesHidden. Splats have writers of their own.",
        );
    }
    const writer = await GlbWriter.CreateAsync(engineScene, pieces.meshes);
    return await writer.writeAsync(async (scene) => {
        const root = new TransformNode(hierarchy!.name, scene);
        const createAsync = async (parent: TransformNode, create: readonly Piece[]): Promise<void> => {
            for (const piece of create) {
                piece(parent);
                await pacer.yieldIfDueAsync();
            }
        };
        for (const { part, visible, hidden } of written) {
            const { id, name, color, leaves } = part;
            const addNode = (name: string, parent: TransformNode, isHidden: boolean): TransformNode => {
                const node = new TransformNode(name, scene);
                node.parent = parent;
                const extras = { id, color: color.asArray(), leaves: leaves.length };
                node.metadata = { gltf: { extras: isHidden ? { ...extras, hidden: true } : extras } };
                return node;
            };
            const node = addNode(name, root, visible.length === 0);
            await createAsync(node, visible);
            if (hidden.length > 0) {
                await createAsync(visible.length === 0 ? node : addNode(`${name} (hidden)`, node, true), hidden);
            }
        }
    });
}

/** Finds what each shown part consists of. */
class ShownPieces {
    /** [shown parts] */
    public readonly of: readonly PartPieces[];
    /** The meshes that are read. */
    public readonly meshes: AbstractMesh[] = [];
    private readonly _partCount: number;
    /** [leaves] the part of each leaf; with the number of parts added for a hidden leaf; -1 for none. */
    private readonly _labels: Int32Array;

    /** @throws UltrametricError "input" without a hierarchy */
    public constructor(source: ShownGlbSource) {
        const { hierarchy, parts: tree, editor, content, pointCloud, shownParts, scene } = source;
        if (!hierarchy || !tree || !editor) {
            throw new UltrametricError("input", "There is no hierarchy yet to export; segment or load one first.");
        }
        this._partCount = shownParts.length;
        this.of = shownParts.map(() => ({ visible: [], hidden: [] }));
        this._labels = new Int32Array(hierarchy.leafCount).fill(-1);
        for (const [p, { target, leaves }] of shownParts.entries()) {
            for (const leaf of target instanceof ExtractedPart ? [] : leaves) {
                const start = tree.orderIndexOf(leaf);
                const isHidden = editor.leafStates.hiddenIn({ start, end: start + 1 }) > 0;
                this._labels[leaf] = p + (isHidden ? this._partCount : 0);
            }
        }
        if (content) {
            this._addContent(content);
        } else {
            this._addLeaves(hierarchy, pointCloud?.worldMatrix ?? Matrix.Identity(), scene);
        }
        for (const [p, { target }] of shownParts.entries()) {
            if (target instanceof ExtractedPart) {
                this._addExtracted(p, target, content ? null : hierarchy);
            }
        }
    }

    private _addContent({ items, leafOfElement }: ContentLeaves): void {
        // Content that an application has disposed is not seen.
        for (const item of items.filter(({ kind, mesh }) => kind !== "splats" && !mesh.isDisposed())) {
            const { mesh, firstElement, elementCount } = item;
            const isSeen = isSeenMesh(mesh);
            let baked: BakedItem | null = null;
            const groups = GroupElements(elementCount, (e) => this._labels[leafOfElement[firstElement + e]]);
            for (const [label, elements] of groups) {
                this._add(label, isSeen, (parent) => {
                    baked ??= new BakedItem(item);
                    baked.createMeshes(elements, parent);
                });
            }
            this.meshes.push(mesh);
        }
    }

    private _addLeaves(hierarchy: SegmentationHierarchy, world: Matrix, scene: Scene): void {
        const toFile = toRightHanded(world, scene);
        for (const [label, leaves] of GroupElements(hierarchy.leafCount, (leaf) => this._labels[leaf])) {
            this._add(label, true, (parent) => CreateLeafPoints(hierarchy, leaves, parent, toFile));
        }
    }

    /** @param hierarchy of a part that is a cloud of leaves; null for meshes of content */
    private _addExtracted(p: number, part: ExtractedPart, hierarchy: SegmentationHierarchy | null): void {
        for (const mesh of part.meshes) {
            const elements = hierarchy ? null : ReadMeshElements(mesh);
            if (hierarchy) {
                const { x, y, z } = CenterOfLeaves(hierarchy, part.leaves);
                const world = Matrix.Translation(-x, -y, -z).multiply(mesh.computeWorldMatrix(true));
                const toFile = toRightHanded(world, mesh.getScene());
                const leaves = [...part.leaves];
                this._add(p, isSeenMesh(mesh), (parent) => CreateLeafPoints(hierarchy, leaves, parent, toFile));
            } else if (elements) {
                const { kind, count } = elements;
                const item = { mesh, thinInstance: -1, kind, firstElement: 0, elementCount: count };
                const all = Array.from({ length: count }, (_, element) => element);
                this._add(p, isSeenMesh(mesh), (parent) => new BakedItem(item).createMeshes(all, parent));
                this.meshes.push(mesh);
            }
        }
    }

    private _add(label: number, isSeen: boolean, piece: Piece): void {
        if (label >= 0) {
            const pieces = this.of[label % this._partCount];
            (isSeen && label < this._partCount ? pieces.visible : pieces.hidden).push(piece);
        }
    }
}

function isSeenMesh(mesh: AbstractMesh): boolean {
    return mesh.isEnabled() && mesh.isVisible && mesh.visibility > 0;
}

/** Adds the conversion of Babylon's glTF loader and exporter to a world matrix. */
function toRightHanded(world: Matrix, { useRightHandedSystem }: Scene): Matrix {
    return world.multiply(Matrix.Scaling(useRightHandedSystem ? 1 : -1, 1, 1));
}
