import { BoundingBox } from "@babylonjs/core/Culling/boundingBox";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import { type Dendrogram, NEVER_MERGED } from "../../../compute/hierarchy/cut/dendrogram";
import type { SegmentationHierarchy } from "../../../compute/hierarchy/cut/segmentationHierarchy";
import type { ExtractedPart } from "./extractedPart";

/** The actions that a {@link Part} forwards. PartEditor implements them. */
export interface PartActions {
    /** Makes a part the selected one. */
    select(part: Part): void;
    hide(part: Part): void;
    show(part: Part): void;
    isolate(part: Part): void;
    /** Draws a part in one color, sRGB 0..1; null restores the colors of its parts. */
    recolor(part: Part, color: { r: number; g: number; b: number } | null): void;
    extract(part: Part): ExtractedPart;
}

/** The tree that a {@link Part} belongs to. PartTree implements it. */
export interface PartContext {
    readonly hierarchy: SegmentationHierarchy;
    readonly dendrogram: Dendrogram;
    /** The actions of the parts; null if the parts are not shown. */
    readonly actions: PartActions | null;
    /** Returns the order index of a leaf. @throws UltrametricError "input" if there is no such leaf */
    placeOf(leaf: number): number;
    /** Returns the gap whose closing merges a part with another; -1 for a component. */
    outerGap(start: number, end: number): number;
    /** Returns the last gap inside a part to close; -1 for a single leaf. */
    innerGap(start: number, end: number): number;
    /** Returns the part that closing a gap makes. */
    partOfGap(gap: number): Part;
}

/**
 * A part of the capture: an interval of places in the leaf order, and where it stands in the tree of all parts. Plain and cheap: made anew
 * each time it is asked for, so compare with {@link equals}.
 */
export class Part {
    /**
     * @param tree of all parts
     * @param start first place in the leaf order
     * @param end one past the last place. The interval has to be a part of the tree; get parts from the tree rather than making them
     */
    public constructor(
        public readonly tree: PartContext,
        public readonly start: number,
        public readonly end: number,
    ) {}

    /** Number of leaves. */
    public get size(): number {
        return this.end - this.start;
    }

    /** The part that it is first joined into; null for one that never is. */
    public get parent(): Part | null {
        const gap = this.tree.outerGap(this.start, this.end);
        return gap < 0 ? null : this.tree.partOfGap(gap);
    }

    /** The two parts that it falls into first; none for a single leaf. */
    public get children(): Part[] {
        const gap = this.tree.innerGap(this.start, this.end);
        return gap < 0 ? [] : [new Part(this.tree, this.start, gap), new Part(this.tree, gap, this.end)];
    }

    /** Rank of the first merge after which it is a part: the merges below are done. */
    public get bornRank(): number {
        const gap = this.tree.innerGap(this.start, this.end);
        return gap < 0 ? 0 : this.tree.dendrogram.rank[gap] + 1;
    }

    /** Rank of the merge that joins it with another; NEVER_MERGED when none does. */
    public get mergedRank(): number {
        const gap = this.tree.outerGap(this.start, this.end);
        return gap < 0 ? NEVER_MERGED : this.tree.dendrogram.rank[gap];
    }

    /** Smallest number of parts at which this is one of them. */
    public get minPartCount(): number {
        const { leafCount, componentCount } = this.tree.dendrogram;
        const merged = this.mergedRank;
        return merged === NEVER_MERGED ? componentCount : leafCount - merged;
    }

    /** Largest number of parts at which this is one of them. */
    public get maxPartCount(): number {
        return this.tree.dendrogram.leafCount - this.bornRank;
    }

    /** [size] its leaves: indices of the hierarchy's points. */
    public get leaves(): Uint32Array {
        return this.tree.dendrogram.order.slice(this.start, this.end);
    }

    /** Its box in the hierarchy's own coordinates; `worldMatrix` of the binding takes it into the scene. */
    public get bounds(): BoundingBox {
        const { positions } = this.tree.hierarchy;
        const { order } = this.tree.dendrogram;
        const low = new Vector3(Infinity, Infinity, Infinity);
        const high = new Vector3(-Infinity, -Infinity, -Infinity);
        for (let place = this.start; place < this.end; place++) {
            const p = 3 * order[place];
            low.minimizeInPlaceFromFloats(positions[p], positions[p + 1], positions[p + 2]);
            high.maximizeInPlaceFromFloats(positions[p], positions[p + 1], positions[p + 2]);
        }
        return new BoundingBox(low, high);
    }

    /** Whether a leaf or another part lies in it; a part contains itself. */
    public contains(other: number | Part): boolean {
        if (typeof other === "number") {
            const place = this.tree.placeOf(other);
            return place >= this.start && place < this.end;
        }
        return other.tree === this.tree && other.start >= this.start && other.end <= this.end;
    }

    /** Whether both are the same part of the same tree. */
    public equals(other: Part | null): boolean {
        return other !== null && other.tree === this.tree && other.start === this.start && other.end === this.end;
    }

    /** Makes it the selected part where its tree is shown. */
    public select(): void {
        this.tree.actions?.select(this);
    }

    /** Stops drawing its leaves where its tree is shown. @throws UltrametricError "unsupported" where that is nowhere, "input" when it is locked; so do the others */
    public hide(): void {
        this._actions.hide(this);
    }

    /** Draws its leaves again. */
    public show(): void {
        this._actions.show(this);
    }

    /** Hides all others. */
    public isolate(): void {
        this._actions.isolate(this);
    }

    /**
     * Draws the part in one color.
     *
     * @param color sRGB 0..1; null for the colors of its parts again
     */
    public recolor(color: { r: number; g: number; b: number } | null): void {
        this._actions.recolor(this, color);
    }

    /** Makes it meshes of its own; see PartEditor.extract. */
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
