import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { rollup } from "rollup";
import type { PackedPackage } from "./packedPackage";

/** Entries whose declarations attw checks; it takes a second for each, and the others are made alike. */
const CHECKED = [".", "./ui", "./umd"];
/** Modules alone are a choice: CommonJS gets them by `require` in Node 20.19 and later. */
const CHOSEN = ["NoResolution node10", "CJSResolvesToESM node16-cjs"];

/** Returns what publint and attw ("are the types wrong") say about a package. */
export async function LintPackageAsync(packed: PackedPackage): Promise<string[]> {
    const manifest = JSON.parse(readFileSync(join(packed.packageFolder, "package.json"), "utf8"));
    const tarball = readFileSync(packed.tarball);
    const { messages } = await publint({
        strict: true,
        pack: { tarball: Uint8Array.from(tarball).buffer },
    });
    const result = await checkPackage(createPackageFromTarballData(tarball), { entrypoints: CHECKED });
    if (!result.types) {
        return ["attw: the package has no declarations"];
    }
    const problems = result.problems
        .map((problem) => [
            `${problem.kind} ${"resolutionKind" in problem ? problem.resolutionKind : ""}`,
            JSON.stringify(problem),
        ])
        .filter(([what]) => !CHOSEN.includes(what));
    return [
        ...messages.map((message) => `publint: ${formatMessage(message, manifest)}`),
        ...problems.map(([, problem]) => `attw: ${problem}`),
    ];
}

/** A bundle of an application, with Babylon. */
interface Bundle {
    readonly code: string;
    readonly warnings: readonly string[];
}

/** Bundlers: functions of an application's folder and of the text of its entry. */
export const BUNDLERS: Readonly<Record<string, (folder: string, text: string) => Promise<Bundle>>> = {
    esbuild: async (folder, text) => {
        const { outputFiles, warnings } = await build({
            stdin: { contents: text, resolveDir: folder },
            bundle: true,
            format: "esm",
            minify: true,
            write: false,
            logLevel: "silent",
        });
        return { code: outputFiles[0].text, warnings: warnings.map((warning) => warning.text) };
    },
    Rollup: async (folder, text) => {
        const input = join(folder, "rollupEntry.js");
        writeFileSync(input, text);
        const warnings: string[] = [];
        const bundle = await rollup({
            input,
            external: [/^@babylonjs\/serializers/, "onnxruntime-web"], // optional peers, which are not installed
            plugins: [nodeResolve()],
            onwarn: (warning) => warnings.push(warning.message),
        });
        const { output } = await bundle.generate({ format: "es" });
        await bundle.close();
        return { code: output.map((chunk) => (chunk.type === "chunk" ? chunk.code : "")).join(""), warnings };
    },
};
