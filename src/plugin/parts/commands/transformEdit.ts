import type { Node } from "@babylonjs/core/node";
import type { ExtractedPart } from "../model/extractedPart";
import type { PartTransform } from "../model/partTransform";
import type { EditCommand } from "./editCommand";

/** Moves, rotates or scales an extracted part. The place is the same if the application gave it another parent. */
export class TransformEdit implements EditCommand {
    public readonly name: string;
    /** The parent that the transforms are relative to. */
    private readonly _parent: Node | null;

    public constructor(
        private readonly _part: ExtractedPart,
        private readonly _before: PartTransform,
        private readonly _after: PartTransform,
    ) {
        this._parent = _part.root.parent;
        this.name = `Transform ${_part.name}`;
    }

    public apply(): void {
        this._part.place(this._after, this._parent);
    }

    public revert(): void {
        this._part.place(this._before, this._parent);
    }
}
