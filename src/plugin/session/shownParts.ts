import { BoundingBox } from "@babylonjs/core/Culling/boundingBox";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { CutAtCount } from "../../compute/hierarchy/cut/partition";
import type { PartEditor } from "../parts/edit/partEditor";
import { BoxOfElements } from "../parts/extract/extractMesh";
import type { ContentLeaves } from "../parts/model/contentLeaves";
import { ExtractedPart } from "../parts/model/extractedPart";
import { LEAF_REMOVED } from "../parts/model/leafOverrides";
import { Part } from "../parts/model/part";
import type { PartGroup } from "../parts/model/partGroups";
import type { PartTree } from "../parts/model/partTree";

/** The state of a segmentation that its parts are listed from. */
export interface ShownPartsHost {
    readonly tree: PartTree;
    readonly partCount: number;
    readonly editor: PartEditor;
    /** [n] see LeafOverrides.data. */
    readonly bits: Uint32Array;
    /** The scene's content that the leaves were sampled from; null for captures from files. */
    readonly content: ContentLeaves | null;
    /** The transform from the leaves' coordinates into the scene. */
    readonly worldMatrix: Matrix;
    /** Returns the color, sRGB 0..1, of the part that starts at an order index. */
    colorOf(orderIndex: number): [number, number, number];
}

/** One of the things that a segmentation shows: a part of the cut, a group of merged leaves, or an extracted part. */
export class ShownPart {
    private _id: string | null = null;
    private _leaves: Uint32Array | null = null;

    /** @internal Listed by UltrametricSegmentation.shownParts. */
    public constructor(
        private readonly _host: ShownPartsHost,
        /** The part of the hierarchy, the group or the extracted part, which PartEditor takes. */
        public readonly target: Part | PartGroup | ExtractedPart,
        private readonly _isOwn: (leaf: number) => boolean,
    ) {}

    /**
     * An identifier that stays: for a part of the hierarchy as long as it has the same leaves, whatever the cut and its
     * neighbors are; for an extracted part also in saved files.
     */
    public get id(): string {
        const { target } = this;
        if (target instanceof ExtractedPart) {
            return target.key;
        }
        const leaves =
            target instanceof Part ? target.tree.dendrogram.order.subarray(target.start, target.end) : target.leaves;
        this._id ??= `${target instanceof Part ? "part" : "group"}-${lowest(leaves)}-${leaves.length}`;
        return this._id;
    }

    /** The given name, or one made from the tree, see PartEditor.nameOf. */
    public get name(): string {
        return this._host.editor.nameOf(this.target);
    }

    /** The color in mode "parts", sRGB 0..1. Extracted parts have their own materials; theirs is that of their leaves. */
    public get color(): Color3 {
        const { editor, tree } = this._host;
        const first = tree.orderIndexOf(this.leaves[0]);
        const start = this.target instanceof Part ? this.target.start : first;
        return Color3.FromArray(editor.leafStates.colorAt(first) ?? this._host.colorOf(start));
    }

    /** [size] its leaves: those of groups and extracted parts do not belong to the part of the cut around them. */
    public get leaves(): Uint32Array {
        const { target } = this;
        this._leaves ??= target instanceof ExtractedPart ? target.leaves : target.leaves.filter(this._isOwn);
        return this._leaves;
    }

    /** True if all of its leaves are hidden. */
    public get isHidden(): boolean {
        const { target } = this;
        return target instanceof ExtractedPart
            ? target.meshes.every((mesh) => !mesh.isEnabled() || !mesh.isVisible)
            : this._host.editor.isHidden(target);
    }

    /** True if edits of it throw, see PartEditor.lock. */
    public get isLocked(): boolean {
        return this._host.editor.isLocked(this.target);
    }

    /** True if it has meshes of its own. */
    public get isExtracted(): boolean {
        return this.target instanceof ExtractedPart;
    }

    /** Its own meshes if it was extracted; else the meshes of the content that have faces, points or splats of it. */
    public get meshes(): AbstractMesh[] {
        const { target } = this;
        if (target instanceof ExtractedPart) {
            return [...target.meshes];
        }
        const elements = this._host.content?.elementsOf(this.leaves) ?? [];
        const items = this._host.content?.items.filter((_, i) => elements[i].length > 0) ?? [];
        return [...new Set(items.map(({ mesh }) => mesh))];
    }

    /** The bounding box in the scene, of its meshes in their present place; without content, of its leaves. */
    public get box(): BoundingBox {
        const { target } = this;
        const { content, tree, worldMatrix } = this._host;
        if (target instanceof ExtractedPart) {
            const { min, max } = target.root.getHierarchyBoundingVectors();
            return new BoundingBox(min, max);
        }
        const box = {
            low: new Vector3(Infinity, Infinity, Infinity),
            high: new Vector3(-Infinity, -Infinity, -Infinity),
        };
        for (const [i, elements] of content?.elementsOf(this.leaves).entries() ?? []) {
            const item = content!.items[i];
            if (elements.length > 0 && !item.mesh.isDisposed()) {
                BoxOfElements(item, elements, box);
            }
        }
        if (!(box.low.x <= box.high.x)) {
            const { positions } = tree.hierarchy;
            for (const leaf of this.leaves) {
                const point = Vector3.TransformCoordinates(Vector3.FromArray(positions, 3 * leaf), worldMatrix);
                box.low.minimizeInPlace(point);
                box.high.maximizeInPlace(point);
            }
        }
        return new BoundingBox(box.low, box.high);
    }
}

/** Lists what a segmentation shows: the parts of the cut in the leaf order, then groups, then extracted parts. */
export function ListShownParts(host: ShownPartsHost): ShownPart[] {
    const { tree, partCount, editor, bits } = host;
    const { starts } = CutAtCount(tree.dendrogram, partCount);
    const isGrouped = new Set(editor.groups.flatMap(({ leaves }) => [...leaves]));
    const isPresent = (leaf: number): boolean => (bits[leaf] & LEAF_REMOVED) === 0;
    const isOfCut = (leaf: number): boolean => isPresent(leaf) && !isGrouped.has(leaf);
    const { order } = tree.dendrogram;
    const parts: ShownPart[] = [];
    for (let p = 0; p + 1 < starts.length; p++) {
        if (order.subarray(starts[p], starts[p + 1]).some(isOfCut)) {
            parts.push(new ShownPart(host, new Part(tree, starts[p], starts[p + 1]), isOfCut));
        }
    }
    return [
        ...parts,
        ...editor.groups
            .filter(({ leaves }) => leaves.some(isPresent))
            .map((group) => new ShownPart(host, group, isPresent)),
        ...editor.extracted.map((extracted) => new ShownPart(host, extracted, () => true)),
    ];
}

function lowest(leaves: Uint32Array): number {
    return leaves.reduce((low, leaf) => Math.min(low, leaf), Number.MAX_SAFE_INTEGER);
}
