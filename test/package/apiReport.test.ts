import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type Rolldown } from "vite";
import { describe, expect, it } from "vitest";
import { WriteApiReport } from "../../docs/site/apiReport.mjs";
import { repositoryFolder } from "../support/packedPackage";

describe("the public API", () => {
    it("is the one of the checked-in report", () => {
        const folder = mkdtempSync(join(tmpdir(), "api-report-"));
        try {
            const file = join(folder, "api.md");
            WriteApiReport(file);
            const expected = readFileSync(join(repositoryFolder, "docs/site/api.md"), "utf8");
            expect(readFileSync(file, "utf8"), "npm run api writes the report anew").toBe(expected);
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    });

    it("has at most 125 names in the root entry", () => {
        const index = readFileSync(join(repositoryFolder, "src/index.ts"), "utf8");
        const names = [...index.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, list]) =>
            list.split(",").filter((name) => name.trim() !== ""),
        );
        expect(names.length).toBeGreaterThan(50);
        expect(names.length).toBeLessThanOrEqual(125);
    });

    it("imports neither Babylon nor onnxruntime-web in the entry for workers and Node", async () => {
        const { output } = (await build({
            configFile: false,
            root: repositoryFolder,
            logLevel: "error",
            build: {
                write: false,
                minify: false,
                lib: { entry: join(repositoryFolder, "src/compute.ts"), formats: ["es"] },
                rolldownOptions: { external: [/^@babylonjs\//, /^onnxruntime-web/] },
            },
        }).then((result) => (Array.isArray(result) ? result[0] : result))) as Rolldown.RolldownOutput;
        const imports = output.flatMap((chunk) =>
            chunk.type === "chunk" ? [...chunk.imports, ...chunk.dynamicImports] : [],
        );
        expect(imports.filter((name) => /^(@babylonjs|onnxruntime)/.test(name))).toEqual([]);
    });
});
