import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { RequireSystemLibraries } from "../../demo/headless/bundledChromium.mjs";
import { ChooseGpu } from "../../demo/headless/softwareVulkan.mjs";

const launcher = "demo/headless/run.mjs";

function Launch(...args: string[]): { code: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...args], { encoding: "utf8" });
    return { code: status, output: stdout + stderr };
}

describe("the launcher of programs", () => {
    it("runs a program on the GPU, with its arguments and its exit code", () => {
        const { code, output } = Launch("test/support/launcherProgram.ts", "21", "7");
        expect(output).toContain("doubled: 42");
        expect(code).toBe(7);
    });

    it("fails with a reason on invalid arguments", () => {
        expect(Launch("nowhere.ts")).toEqual({ code: 2, output: "The program nowhere.ts does not exist.\n" });
        expect(Launch().output).toMatch(/^Usage: /);
    });
});

describe("the choice of the GPU", () => {
    afterEach(() => {
        vi.unstubAllEnvs();
    });

    it.each(["system", "software"])("is %s when ULTRAMETRIC_GPU is set to it", (wanted) => {
        vi.stubEnv("ULTRAMETRIC_GPU", wanted);
        expect(ChooseGpu()).toBe(wanted);
    });

    it("throws on another value", () => {
        vi.stubEnv("ULTRAMETRIC_GPU", "fast");
        expect(() => ChooseGpu()).toThrow(/ULTRAMETRIC_GPU is "fast"/);
    });

    it.runIf(process.platform === "linux")("names the packages of the system libraries that are missing", () => {
        const folder = mkdtempSync(join(tmpdir(), "ldd-"));
        try {
            // A substitute for ldd, on a machine that lacks two libraries.
            const lines = ["libnss3.so => not found", "libc.so.6 => /lib/libc.so.6", "libexpat.so.1 => not found"];
            writeFileSync(join(folder, "ldd"), `#!/bin/sh\nprintf '\\t%s\\n' '${lines.join("' '")}'\n`, {
                mode: 0o755,
            });
            vi.stubEnv("PATH", `${folder}${delimiter}${process.env.PATH}`);
            expect(() => RequireSystemLibraries("/bin/chromium")).toThrow(/apt-get install -y libnss3 libexpat1$/);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
