import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** An empty folder, until the test has ended. */
export function TemporaryFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), "viewer-test-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
}

/** The path of a file with these bytes, until the test has ended. */
export function MadeFile(name: string, bytes: Uint8Array): string {
    const path = join(TemporaryFolder(), name);
    writeFileSync(path, bytes);
    return path;
}
