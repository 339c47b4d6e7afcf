import type { EditCommand } from "./editCommand";

/** Several edits as one step. */
export class EditBatch implements EditCommand {
    public constructor(
        public readonly name: string,
        private readonly _commands: readonly EditCommand[],
    ) {}

    public apply(): void {
        const applied: EditCommand[] = [];
        try {
            for (const command of this._commands) {
                command.apply();
                applied.push(command);
            }
        } catch (error) {
            for (const command of applied.reverse()) {
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
