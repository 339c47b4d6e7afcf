/** An edit that can be applied, reverted and applied again, exactly. */
export interface EditCommand {
    /** The name in lists of steps, such as "Hide wheel". */
    readonly name: string;
    /** Applies the edit; also again after {@link revert}. If it throws, it must not have changed anything. */
    apply(): void;
    /** Reverts the edit. Called in the state that {@link apply} left. */
    revert(): void;
    /**
     * Frees what the edit holds; called when it leaves the history for good.
     *
     * @param isApplied whether the edit is applied then
     */
    dispose?(isApplied: boolean): void;
}
