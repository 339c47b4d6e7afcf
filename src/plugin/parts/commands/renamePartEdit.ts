import type { Dendrogram } from "../../../compute/hierarchy/cut/dendrogram";
import type { PartNames } from "../model/partNames";
import type { EditCommand } from "./editCommand";

/** Names a part. */
export class RenamePartEdit implements EditCommand {
    private readonly _before: string | undefined;

    /** @param _key the key of the part, see PartNames */
    public constructor(
        public readonly name: string,
        private readonly _names: PartNames,
        private readonly _dendrogram: Dendrogram,
        private readonly _key: string,
        private readonly _after: string,
    ) {
        this._before = _names.namesOf(_dendrogram).get(_key);
    }

    public apply(): void {
        this._names.set(this._dendrogram, this._key, this._after);
    }

    public revert(): void {
        this._names.set(this._dendrogram, this._key, this._before);
    }
}
