import type { ExtractedPart } from "../model/extractedPart";
import type { PartTransform } from "../model/partTransform";
import type { EditCommand } from "./editCommand";

/** Moves, rotates or scales an extracted part. */
export class TransformEdit implements EditCommand {
    public readonly name: string;

    public constructor(
        private readonly _part: ExtractedPart,
        private readonly _before: PartTransform,
        private readonly _after: PartTransform,
    ) {
        this.name = `Transform ${_part.name}`;
    }

    public apply(): void {
        this._part.place(this._after);
    }

    public revert(): void {
        this._part.place(this._before);
    }
}
