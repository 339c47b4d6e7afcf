// Writes the report of the public API, one text file with every exported signature by entry.
//   node docs/site/apiReport.mjs [file, docs/site/api.md by default]
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** The entries of the package, each with the name of its namespace in the report. */
const ENTRIES = {
    root: "index",
    ui: "ui/index",
    compute: "compute",
    fields: "fields",
    masks: "masks",
    formats: "formats",
    parts: "parts",
    evaluation: "evaluation",
};

/** @param {string} file the report's path */
export function WriteApiReport(file) {
    // Inside the repository, where the declarations find the types of other packages.
    mkdirSync(join(repository, "out"), { recursive: true });
    const folder = mkdtempSync(join(repository, "out", "api-report-"));
    try {
        const compiler = join(repository, "node_modules", ".bin", "tsc");
        const { status, stdout } = spawnSync(
            compiler,
            ["-p", join(repository, "tsconfig.build.json"), "--outDir", folder],
            { encoding: "utf8", shell: process.platform === "win32" },
        );
        if (status !== 0) {
            throw new Error(`tsc failed:\n${stdout}`);
        }
        const entry = join(folder, "api.d.ts");
        const namespaces = Object.entries(ENTRIES).map(
            ([name, path]) => `import * as ${name} from "./${path}";\nexport { ${name} };\n`,
        );
        writeFileSync(entry, namespaces.join(""));
        const config = ExtractorConfig.prepare({
            configObject: {
                projectFolder: repository,
                mainEntryPointFilePath: entry,
                compiler: {
                    overrideTsconfig: {
                        compilerOptions: {
                            target: "ES2022",
                            module: "ESNext",
                            moduleResolution: "bundler",
                            lib: ["ES2023", "DOM", "DOM.Iterable"],
                            types: ["@webgpu/types"],
                            skipLibCheck: true,
                        },
                        files: [entry],
                    },
                },
                apiReport: {
                    enabled: true,
                    reportFileName: "api",
                    reportFolder: folder,
                    reportTempFolder: folder,
                    includeForgottenExports: false,
                },
                docModel: { enabled: false },
                dtsRollup: { enabled: false },
                tsdocMetadata: { enabled: false },
                messages: {
                    compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
                    extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
                    tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
                },
            },
            configObjectFullPath: undefined,
            packageJsonFullPath: join(repository, "package.json"),
        });
        const result = Extractor.invoke(config, { localBuild: true, showVerboseMessages: false });
        if (!result.succeeded) {
            throw new Error("The API report was not written.");
        }
        copyFileSync(join(folder, "api.api.md"), file);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    WriteApiReport(resolve(process.argv[2] ?? fileURLToPath(new URL("api.md", import.meta.url))));
}
