import type { ExtractedPart } from "../model/extractedPart";
import type { EditCommand } from "./editCommand";

/** Takes an extracted part out of the scene. */
export class RemovePartEdit implements EditCommand {
    public constructor(
        public readonly name: string,
        private readonly _part: ExtractedPart,
    ) {}

    public apply(): void {
        this._part.setInScene(false);
    }

    public revert(): void {
        this._part.setInScene(true);
    }
}
