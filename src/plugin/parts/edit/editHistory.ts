import { Observable } from "@babylonjs/core/Misc/observable";
import { UltrametricError } from "../../../compute/base/ultrametricError";

/** Something that can be done, undone and done again, exactly. */
export interface EditCommand {
    /** What a list of steps shows, such as "Hide wheel". */
    readonly name: string;
    /** Does it; again after {@link revert}. When it throws, nothing may have changed. */
    apply(): void;
    /** Takes it back. Called in the state that {@link apply} left. */
    revert(): void;
    /** Called when it leaves the history for good, to free what it holds. `isApplied` tells whether it is done or undone then. */
    dispose?(isApplied: boolean): void;
}

/** Options of {@link EditHistory}. */
export interface EditHistoryOptions {
    /** Number of steps that can be undone; older ones are forgotten, and stay done. Default 100. */
    limit: number;
}

/** The defaults of {@link EditHistoryOptions}. */
export const DEFAULT_EDIT_HISTORY_OPTIONS: Readonly<EditHistoryOptions> = { limit: 100 };

/** Commands that were done, in order, of which the last are undone. A batch is one step. */
export class EditHistory {
    /** Notified after each step that is done, undone or done again, and after {@link clear}; for a batch once, at its end. */
    public readonly onChangedObservable = new Observable<EditHistory>();
    private readonly _limit: number;
    private readonly _done: EditCommand[] = [];
    private readonly _undone: EditCommand[] = [];
    private readonly _batches: EditCommand[][] = [];

    /** @throws UltrametricError "input" when the limit is no whole number of at least 1 */
    public constructor(options: Partial<EditHistoryOptions> = {}) {
        this._limit = { ...DEFAULT_EDIT_HISTORY_OPTIONS, ...options }.limit;
        if (!(this._limit >= 1)) {
            throw new UltrametricError("input", `The history's limit is ${this._limit}; it is at least 1 step.`);
        }
    }

    /** Names of the steps that can be undone, the oldest first. */
    public get names(): string[] {
        return this._done.map(({ name }) => name);
    }

    /** Names of the steps that can be done again, the next first. */
    public get undoneNames(): string[] {
        return this._undone.map(({ name }) => name).reverse();
    }

    /** Whether there is an edit to take back. */
    public get canUndo(): boolean {
        return this._done.length > 0;
    }

    /** Whether an edit has been taken back that can be made again. */
    public get canRedo(): boolean {
        return this._undone.length > 0;
    }

    /** Does a command and keeps it. What was undone before is forgotten. When it throws, the history is as before. */
    public do(command: EditCommand): void {
        command.apply();
        this.add(command);
    }

    /** Keeps a command that is done already, as what a gizmo did while it was dragged. */
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
     * Everything that is done inside becomes one step; nothing inside, none. When something throws, all that was done inside is taken back.
     *
     * @returns what `body` returns
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
            this.add(new Batch(name, commands));
        }
        return result;
    }

    /** Takes the last step back. @returns whether there was one. @throws UltrametricError "input" inside a batch */
    public undo(): boolean {
        return this._move(this._done, this._undone, (command) => command.revert());
    }

    /** Does the last step that was undone again. @returns whether there was one. @throws UltrametricError "input" inside a batch */
    public redo(): boolean {
        return this._move(this._undone, this._done, (command) => command.apply());
    }

    /** Undoes, or does again, until so many steps are done. @throws UltrametricError "input" for a number of steps that there is not, or inside a batch */
    public goTo(stepCount: number): void {
        const most = this._done.length + this._undone.length;
        if (!(Number.isInteger(stepCount) && stepCount >= 0 && stepCount <= most)) {
            throw new UltrametricError("input", `The history cannot go to step ${stepCount}; it has 0 to ${most}.`);
        }
        while (this._done.length > stepCount) {
            this.undo();
        }
        while (this._done.length < stepCount) {
            this.redo();
        }
    }

    /** Forgets all steps: what is done stays. */
    public clear(): void {
        for (const command of this._done.splice(0)) {
            command.dispose?.(true);
        }
        this._forgetUndone();
        this.onChangedObservable.notifyObservers(this);
    }

    private _move(from: EditCommand[], to: EditCommand[], step: (command: EditCommand) => void): boolean {
        if (this._batches.length > 0) {
            throw new UltrametricError("input", "Steps cannot be undone or done again inside a batch.");
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
        // The last undone first: it may build on those before it.
        for (const command of this._undone.splice(0)) {
            command.dispose?.(false);
        }
    }
}

class Batch implements EditCommand {
    public constructor(
        public readonly name: string,
        private readonly _commands: readonly EditCommand[],
    ) {}

    public apply(): void {
        const done: EditCommand[] = [];
        try {
            for (const command of this._commands) {
                command.apply();
                done.push(command);
            }
        } catch (error) {
            for (const command of done.reverse()) {
                command.revert();
            }
            throw error;
        }
    }

    public revert(): void {
        for (const command of [...this._commands].reverse()) {
            command.revert();
        }
    }

    public dispose(isApplied: boolean): void {
        for (const command of this._commands) {
            command.dispose?.(isApplied);
        }
    }
}
