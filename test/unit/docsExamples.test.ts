import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const repository = join(import.meta.dirname, "../..");
const PAGES = ["README.md", ...readdirSync(join(repository, "docs")).map((name) => `docs/${name}`)].filter((name) =>
    name.endsWith(".md"),
);

/** The variables that every example may use, unless it declares them. */
const GIVEN = `
import type { Ray } from "@babylonjs/core/Culling/ray.core";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Scene } from "@babylonjs/core/scene";
import type { WebXRInputSource } from "@babylonjs/core/XR/webXRInputSource";
import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { MaskSet, Part, SceneCapture, SegmentationHierarchy, UltrametricSegmentation } from "babylon-ultrametric";
declare global {
    const advancedTexture: AdvancedDynamicTexture;
    const canvas: HTMLCanvasElement;
    const capture: SceneCapture;
    const controller: WebXRInputSource;
    const engine: WebGPUEngine;
    const input: HTMLInputElement;
    const hierarchy: SegmentationHierarchy;
    const masks: MaskSet;
    const meshes: AbstractMesh[];
    const part: Part;
    const ray: Ray;
    const redoButton: HTMLButtonElement;
    const scene: Scene;
    const segmentation: UltrametricSegmentation;
    const texture: AdvancedDynamicTexture;
    const undoButton: HTMLButtonElement;
    function showDirectoryPicker(): Promise<FileSystemDirectoryHandle>; // missing in TypeScript's library
}
`;

/** Compiler options that differ from the repository's: examples may have unused variables. */
const OPTIONS = {
    noUnusedLocals: false,
    noUnusedParameters: false,
    isolatedModules: false,
    verbatimModuleSyntax: false,
    checkJs: false,
    paths: {
        "babylon-ultrametric": [join(repository, "src/index.ts")],
        "babylon-ultrametric/ui": [join(repository, "src/ui/index.ts")],
        "babylon-ultrametric/*": [join(repository, "src/*.ts")],
    },
};

interface Example {
    readonly page: string;
    /** The number of its first line in the page. */
    readonly line: number;
    readonly code: string;
}

/** Returns the TypeScript blocks of a page. */
function ReadExamples(page: string): Example[] {
    const text = readFileSync(join(repository, page), "utf8");
    return [...text.matchAll(/^```ts\n(.*?)^```/gms)].map((match) => ({
        page,
        line: text.slice(0, match.index).split("\n").length + 1,
        code: match[1],
    }));
}

/** Compiles examples. @returns the errors by page and line */
async function TypeCheckAsync(examples: readonly Example[]): Promise<string[]> {
    const parent = join(repository, "node_modules", ".cache");
    mkdirSync(parent, { recursive: true });
    const folder = mkdtempSync(join(parent, "docs-examples-"));
    try {
        writeFileSync(join(folder, "given.d.ts"), GIVEN);
        examples.forEach(({ code }, i) => {
            writeFileSync(join(folder, `example${i}.ts`), `${code}export {};\n`);
        });
        const config = {
            extends: relative(folder, join(repository, "tsconfig.json")),
            compilerOptions: OPTIONS,
            include: ["*.ts"],
        };
        writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
        const compiler = join(repository, "node_modules", "typescript", "lib", "tsc.js");
        const output = await promisify(execFile)(process.execPath, [compiler, "-p", folder, "--pretty", "false"], {
            cwd: folder,
        }).then(
            ({ stdout }) => stdout,
            (error: { stdout?: string; message: string }) => error.stdout || error.message,
        );
        return output
            .split("\n")
            .filter((line) => line.trim() !== "")
            .map((line) =>
                line.replace(/^.*?example(\d+)\.ts\((\d+),/, (_, index: string, row: string) => {
                    const { page, line: first } = examples[Number(index)];
                    return `${page}:${first + Number(row) - 1} (column `;
                }),
            );
    } finally {
        rmSync(folder, { recursive: true });
    }
}

/** An example with an error, which checks that errors are found. */
const WRONG: Example = { page: "wrong.md", line: 10, code: '\nsegmentation.partCount = "many";\n' };

describe("the examples of the guides", () => {
    it("compile", { timeout: 120_000 }, async () => {
        const examples = PAGES.flatMap(ReadExamples);
        expect(examples.length).toBeGreaterThan(5);
        expect(await TypeCheckAsync([...examples, WRONG])).toEqual([
            expect.stringMatching(/^wrong\.md:11 \(column 1\): error TS2322/),
        ]);
    });
});
