import type { SegmentationHierarchy } from "../../../compute/hierarchy/cut/segmentationHierarchy";
import type { EditCommand } from "./editCommand";

/** Replaces the hierarchy by one with other merges of the same leaves. */
export class CommitEdit implements EditCommand {
    /** @param _show shows a hierarchy of the same leaves */
    public constructor(
        public readonly name: string,
        private readonly _before: SegmentationHierarchy,
        private readonly _after: SegmentationHierarchy,
        private readonly _show: (hierarchy: SegmentationHierarchy) => void,
    ) {}

    public apply(): void {
        this._show(this._after);
    }

    public revert(): void {
        this._show(this._before);
    }
}
