import type { ExtractedPart } from "../model/extractedPart";
import type { ExtractedParts } from "../model/extractedParts";
import type { EditCommand } from "./editCommand";

/** Adds an extracted part that is in the scene. */
export class AddPartEdit implements EditCommand {
    public constructor(
        public readonly name: string,
        private readonly _parts: ExtractedParts,
        private readonly _part: ExtractedPart,
    ) {}

    public apply(): void {
        this._part.setInScene(true);
        this._parts.add(this._part);
    }

    public revert(): void {
        this._part.setInScene(false);
        this._parts.remove(this._part);
    }

    public dispose(isApplied: boolean): void {
        if (!isApplied) {
            this._part.dispose();
        }
    }
}
