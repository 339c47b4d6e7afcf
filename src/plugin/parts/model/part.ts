import { BoundingBox } from "@babylonjs/core/Culling/boundingBox";
import type { IColor3Like } from "@babylonjs/core/Maths/math.like";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import { type Dendrogram, NEVER_MERGED } from "../../../compute/hierarchy/cut/dendrogram";
import type { SegmentationHierarchy } from "../../../compute/hierarchy/cut/segmentationHierarchy";
import type { ExtractedPart } from "./extractedPart";
import type { LeafInterval } from "./leafInterval";

/** The actions that a {@link Part} forwards. PartEditor implements them. */
export interface PartActions {
    /** Makes a part the selected one. */
    select(part: Part): void;
    hide(part: Part): void;
    show(part: Part): void;
    isolate(part: Part): void;
    recolor(part: Part, color: IColor3Like | null): void;
    extract(part: Part): ExtractedPart;
}

/** The tree that a {@link Part} belongs to. PartTree implements it. */
export interface PartContext {
    readonly hierarchy: SegmentationHierarchy;
    readonly dendrogram: Dendrogram;
    /** The actions of the parts; null if the parts are not shown. */
    readonly actions: PartActions | null;
    /** Returns the order index of a leaf. @throws UltrametricError "input" if there is no such leaf */
    orderIndexOf(leaf: number): number;
    /** Returns the gap whose closing merges a part with another; -1 for a component. */
    outerGap(part: LeafInterval): number;
    /** Returns the last gap inside a part that closes; -1 for a single leaf. */
    innerGap(part: LeafInterval): number;
    /** Returns the part that closing a gap makes. */
    partOfGap(gap: number): Part;
}

/**
 * A part: an interval of the leaf order, with its relations in the tree of all parts. Parts are created on each
 * request, so compare them with {@link equals}.
 */
export class Part implements LeafInterval {
    /**
     * @param start the first order index
     * @param end one past the last order index; the interval has to be a part of the tree. Get parts from the tree
     * instead of creating them
     */
    public constructor(
        /** The PartTree that holds this part. */
        public readonly tree: PartContext,
        public readonly start: number,
        public readonly end: number,
    ) {}

    /** The number of leaves. */
    public get size(): number {
        return this.end - this.start;
    }

    /** The part that this part's first merge makes; null for a component. */
    public get parent(): Part | null {
        const gap = this.tree.outerGap(this);
        return gap < 0 ? null : this.tree.partOfGap(gap);
    }

    /** The two parts that the last merge inside joined; none for a single leaf. */
    public get children(): Part[] {
        const gap = this.tree.innerGap(this);
        return gap < 0 ? [] : [new Part(this.tree, this.start, gap), new Part(this.tree, gap, this.end)];
    }

    /** The lowest cut rank at which this is a part. */
    public get bornRank(): number {
        const gap = this.tree.innerGap(this);
        return gap < 0 ? 0 : this.tree.dendrogram.rank[gap] + 1;
    }

    /** The rank of the merge that joins this part with another; NEVER_MERGED for a component. */
    public get mergedRank(): number {
        const gap = this.tree.outerGap(this);
        return gap < 0 ? NEVER_MERGED : this.tree.dendrogram.rank[gap];
    }

    /** The smallest number of parts at which this is one of them. */
    public get minPartCount(): number {
        const { leafCount, componentCount } = this.tree.dendrogram;
        const merged = this.mergedRank;
        return merged === NEVER_MERGED ? componentCount : leafCount - merged;
    }

    /** The largest number of parts at which this is one of them. */
    public get maxPartCount(): number {
        return this.tree.dendrogram.leafCount - this.bornRank;
    }

    /** [size] the leaves: indices of the hierarchy's points. */
    public get leaves(): Uint32Array {
        return this.tree.dendrogram.order.slice(this.start, this.end);
    }

    /** The bounding box in the hierarchy's coordinates; `worldMatrix` of the binding transforms it into the scene. */
    public get bounds(): BoundingBox {
        const { positions } = this.tree.hierarchy;
        const { order } = this.tree.dendrogram;
        const low = new Vector3(Infinity, Infinity, Infinity);
        const high = new Vector3(-Infinity, -Infinity, -Infinity);
        for (let orderIndex = this.start; orderIndex < this.end; orderIndex++) {
            const p = 3 * order[orderIndex];
            low.minimizeInPlaceFromFloats(positions[p], positions[p + 1], positions[p + 2]);
            high.maximizeInPlaceFromFloats(positions[p], positions[p + 1], positions[p + 2]);
        }
        return new BoundingBox(low, high);
    }

    /** Returns true if a leaf or another part lies inside; a part contains itself. */
    public contains(other: number | Part): boolean {
        if (typeof other === "number") {
            const orderIndex = this.tree.orderIndexOf(other);
            return orderIndex >= this.start && orderIndex < this.end;
        }
        return other.tree === this.tree && other.start >= this.start && other.end <= this.end;
    }

    /** Returns true if both are the same part of the same tree. */
    public equals(other: Part | null): boolean {
        return other !== null && other.tree === this.tree && other.start === this.start && other.end === this.end;
    }

    /** Makes it the selected part; does nothing if the parts are not shown. */
    public select(): void {
        this.tree.actions?.select(this);
    }

    /** Hides its leaves. @throws UltrametricError "unsupported" if the parts are not shown, "input" if it is locked */
    public hide(): void {
        this._actions.hide(this);
    }

    /** Shows its leaves again. @throws UltrametricError as {@link hide} */
    public show(): void {
        this._actions.show(this);
    }

    /** Hides all other leaves. @throws UltrametricError as {@link hide} */
    public isolate(): void {
        this._actions.isolate(this);
    }

    /**
     * Draws the part in one color.
     *
     * @param color sRGB 0..1; null restores the colors of its parts
     * @throws UltrametricError as {@link hide}
     */
    public recolor(color: IColor3Like | null): void {
        this._actions.recolor(this, color);
    }

    /** Turns the part into meshes of its own; see PartEditor.extract. @throws UltrametricError as {@link hide} */
    public extract(): ExtractedPart {
        return this._actions.extract(this);
    }

    private get _actions(): PartActions {
        const { actions } = this.tree;
        if (!actions) {
            throw new UltrametricError(
                "unsupported",
                `The parts of "${this.tree.hierarchy.name}" are not shown, so they cannot be edited; ` +
                    "get the part from UltrametricSegmentation.parts.",
            );
        }
        return actions;
    }
}
