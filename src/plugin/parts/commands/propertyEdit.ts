import type { EditCommand } from "./editCommand";

/** Sets a property of an object. */
export class PropertyEdit<T extends object, K extends keyof T> implements EditCommand {
    private readonly _before: T[K];

    public constructor(
        public readonly name: string,
        private readonly _object: T,
        private readonly _key: K,
        private readonly _after: T[K],
    ) {
        this._before = _object[_key];
    }

    public apply(): void {
        this._object[this._key] = this._after;
    }

    public revert(): void {
        this._object[this._key] = this._before;
    }
}
