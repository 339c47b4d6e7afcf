/** Prints what was left out of files. */
export function PrintNotes(notes: readonly string[] = []): void {
    for (const note of notes) {
        console.log(`Note: ${note}`);
    }
}
