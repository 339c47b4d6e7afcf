import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Creates an empty folder, until the test ends. */
export function TemporaryFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), "viewer-test-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
}

/** Writes a file, until the test ends. @returns its path */
export function MadeFile(name: string, bytes: Uint8Array): string {
    const path = join(TemporaryFolder(), name);
    writeFileSync(path, bytes);
    return path;
}
