import type { Node } from "@babylonjs/core/node";
import type { ExtractedPart } from "../model/extractedPart";
import type { PartTransform } from "../model/partTransform";
import type { EditCommand } from "./editCommand";

/** Hangs an extracted part below another node. */
export class ReparentEdit implements EditCommand {
    private readonly _before: { readonly parent: Node | null; readonly transform: PartTransform };

    /** @param _parent the new parent; null for none */
    public constructor(
        public readonly name: string,
        private readonly _part: ExtractedPart,
        private readonly _parent: Node | null,
    ) {
        this._before = { parent: _part.root.parent, transform: _part.transform };
    }

    public apply(): void {
        this._part.root.setParent(this._parent);
    }

    public revert(): void {
        const { parent, transform } = this._before;
        this._part.root.parent = parent;
        this._part.place(transform);
    }
}
