import { Observable } from "@babylonjs/core/Misc/observable";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import { EditBatch } from "../commands/editBatch";
import type { EditCommand } from "../commands/editCommand";

/** Options of {@link EditHistory}. */
export interface EditHistoryOptions {
    /** The number of steps that can be undone; older ones are forgotten and stay applied. Default 100. */
    limit: number;
}

/** The defaults of {@link EditHistoryOptions}. */
export const DEFAULT_EDIT_HISTORY_OPTIONS: Readonly<EditHistoryOptions> = { limit: 100 };

/** The edits that were applied, in order, and those that were undone. A batch is one step. */
export class EditHistory {
    /** Notified after each step that is applied, undone or redone, and after {@link clear}; once per batch. */
    public readonly onChangedObservable = new Observable<EditHistory>();
    private readonly _limit: number;
    private readonly _done: EditCommand[] = [];
    private readonly _undone: EditCommand[] = [];
    private readonly _batches: EditCommand[][] = [];

    /** @throws UltrametricError "input" if the limit is below 1 */
    public constructor(options: Partial<EditHistoryOptions> = {}) {
        this._limit = { ...DEFAULT_EDIT_HISTORY_OPTIONS, ...options }.limit;
        if (!(this._limit >= 1)) {
            throw new UltrametricError("input", `The history's limit is ${this._limit}; it must be at least 1 step.`);
        }
    }

    /** The names of the steps that can be undone, the oldest first. */
    public get names(): string[] {
        return this._done.map(({ name }) => name);
    }

    /** The names of the steps that can be redone, the next first. */
    public get undoneNames(): string[] {
        return this._undone.map(({ name }) => name).reverse();
    }

    /** True if there is a step to undo. */
    public get canUndo(): boolean {
        return this._done.length > 0;
    }

    /** True if there is a step to redo. */
    public get canRedo(): boolean {
        return this._undone.length > 0;
    }

    /** Applies an edit and adds it. Undone steps are forgotten. If the edit throws, the history stays the same. */
    public do(command: EditCommand): void {
        command.apply();
        this.add(command);
    }

    /** Adds an edit that is applied already, such as a drag of a gizmo. */
    public add(command: EditCommand): void {
        const batch = this._batches[this._batches.length - 1];
        if (batch) {
            batch.push(command);
            return;
        }
        this._forgetUndone();
        this._done.push(command);
        if (this._done.length > this._limit) {
            this._done.shift()!.dispose?.(true);
        }
        this.onChangedObservable.notifyObservers(this);
    }

    /**
     * Turns all edits inside `body` into one step; no edits, no step. If `body` throws, its edits are reverted.
     *
     * @returns the result of `body`
     */
    public batch<T>(name: string, body: () => T): T {
        const commands: EditCommand[] = [];
        this._batches.push(commands);
        let result: T;
        try {
            result = body();
        } catch (error) {
            for (const command of commands.reverse()) {
                command.revert();
                command.dispose?.(false);
            }
            throw error;
        } finally {
            this._batches.pop();
        }
        if (commands.length > 0) {
            this.add(new EditBatch(name, commands));
        }
        return result;
    }

    /** Undoes the last step. @returns whether there was one. @throws UltrametricError "input" inside a batch */
    public undo(): boolean {
        return this._move(this._done, this._undone, (command) => command.revert());
    }

    /** Redoes the last undone step. @returns whether there was one. @throws UltrametricError "input" inside a batch */
    public redo(): boolean {
        return this._move(this._undone, this._done, (command) => command.apply());
    }

    /**
     * Undoes or redoes steps until `stepCount` steps are applied.
     *
     * @throws UltrametricError "input" if there are fewer steps, or inside a batch
     */
    public goTo(stepCount: number): void {
        const total = this._done.length + this._undone.length;
        if (!(Number.isInteger(stepCount) && stepCount >= 0 && stepCount <= total)) {
            throw new UltrametricError("input", `The history cannot go to step ${stepCount}; it has 0 to ${total}.`);
        }
        while (this._done.length > stepCount) {
            this.undo();
        }
        while (this._done.length < stepCount) {
            this.redo();
        }
    }

    /** Forgets all steps; the applied ones stay applied. */
    public clear(): void {
        for (const command of this._done.splice(0)) {
            command.dispose?.(true);
        }
        this._forgetUndone();
        this.onChangedObservable.notifyObservers(this);
    }

    private _move(from: EditCommand[], to: EditCommand[], step: (command: EditCommand) => void): boolean {
        if (this._batches.length > 0) {
            throw new UltrametricError("input", "Steps cannot be undone or redone inside a batch.");
        }
        const command = from[from.length - 1];
        if (!command) {
            return false;
        }
        step(command);
        from.pop();
        to.push(command);
        this.onChangedObservable.notifyObservers(this);
        return true;
    }

    private _forgetUndone(): void {
        // The last undone first: it may depend on those before it.
        for (const command of this._undone.splice(0)) {
            command.dispose?.(false);
        }
    }
}
