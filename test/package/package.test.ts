import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MeasureBundleAsync } from "../../scripts/size.mjs";
import { DecodePngToRgba } from "../../src/plugin/formats/base/pngImage";
import { ChromiumLaunchOptions } from "../support/chromium.mjs";
import { BUNDLERS, LintPackageAsync } from "../support/packageChecks";
import { PackAndInstallAsync, type PackedPackage, repositoryFolder } from "../support/packedPackage";
import { ServeFolderAsync, type StaticServer } from "../support/staticServer";

/**
 * Bytes that an application with a saved hierarchy loads initially, minified and gzipped, without Babylon and
 * onnxruntime-web.
 */
const MINIMUM_LIMIT = 68_000;
/** Limit of the tarball in bytes; a third of it is the script for pages without modules. */
const TARBALL_LIMIT = 1_250_000;
const UMD = "dist/umd/babylon-ultrametric.js";

/** Compiled, not run: a script of a page that loads the package by a script tag. */
const SCRIPT = `/// <reference types="babylon-ultrametric/umd" />
declare const dendrogram: BABYLON_ULTRAMETRIC.Dendrogram;
const labels: Uint32Array = BABYLON_ULTRAMETRIC.LabelLeaves(BABYLON_ULTRAMETRIC.CutAtCount(dendrogram, 30));
`;

let packed: PackedPackage;
let server: StaticServer;
let browser: Browser;

beforeAll(async () => {
    const launching = chromium.launch(ChromiumLaunchOptions());
    packed = await PackAndInstallAsync();
    server = await ServeFolderAsync(packed.appFolder);
    browser = await launching;
});

afterAll(async () => {
    await browser?.close();
    await server?.closeAsync();
    packed?.remove();
});

/**
 * Opens a page of test/package/app and expects it to capture, segment in workers and show two parts, without errors.
 */
async function ExpectTwoPartsAsync(path: string): Promise<void> {
    const page = await browser.newPage({ viewport: { width: 200, height: 200 } });
    try {
        const complaints: string[] = [];
        let workers = 0;
        page.on("worker", () => workers++);
        page.on("pageerror", (error) => complaints.push(String(error.stack)));
        page.on("console", (message) => {
            if (["error", "warning"].includes(message.type())) {
                complaints.push(message.text());
            }
        });
        page.on("response", (response) => {
            if (!response.ok()) {
                complaints.push(`${response.status()} ${response.url()}`);
            }
        });
        await page.goto(`${server.address}/${path}`);
        const readOutcome = (): Promise<unknown> => page.evaluate(() => (window as { outcome?: object }).outcome);
        let outcome = await readOutcome();
        for (let wait = 0; wait < 60_000 && complaints.length === 0 && !outcome; wait += 100) {
            await page.waitForTimeout(100);
            outcome = await readOutcome();
        }
        expect(complaints).toEqual([]);
        expect(outcome).toMatchObject({ parts: 2, areApart: true });
        // One creates the masks, one the hierarchy.
        expect(workers).toBeGreaterThanOrEqual(2);
        const { width, height, data } = DecodePngToRgba(await page.screenshot(), "screenshot");
        const colorAt = (x: number): number[] => {
            const at = 4 * (Math.round(height / 2) * width + Math.round(x * width));
            return [...data.subarray(at, at + 3)];
        };
        const [background, left, right] = [0.02, 0.35, 0.65].map(colorAt);
        const differenceOf = (a: number[], b: number[]): number =>
            a.reduce((sum, value, c) => sum + Math.abs(value - b[c]), 0);
        // Colors of different parts are far apart; light and antialiasing alone do not differ that much on a flat face.
        for (const [a, b] of [
            [background, left],
            [background, right],
            [left, right],
        ]) {
            expect(differenceOf(a, b), `[${a}] and [${b}]`).toBeGreaterThan(60);
        }
    } finally {
        await page.close();
    }
}

/** Replaces Babylon's large script: a global with the modules that are used. */
async function BuildBabylonGlobalAsync(paths: readonly string[]): Promise<void> {
    const listOf = (start: string): string =>
        paths.flatMap((path) => (path.startsWith(start) ? [`export * from "${path}";\n`] : [])).join("");
    const entry = join(packed.appFolder, "babylonGlobal.js");
    writeFileSync(join(packed.appFolder, "babylonGui.js"), listOf("@babylonjs/gui/"));
    writeFileSync(entry, `${listOf("@babylonjs/core/")}export * as GUI from "./babylonGui.js";\n`);
    await build({
        configFile: false,
        root: packed.appFolder,
        logLevel: "error",
        build: {
            target: "es2022",
            minify: false,
            outDir: "script",
            reportCompressedSize: false,
            lib: { entry, name: "BABYLON", formats: ["iife"], fileName: () => "babylon.js" },
        },
    });
}

describe("the package", () => {
    it("contains the library, its declarations and its documents, and nothing else", () => {
        const paths = packed.files.map(({ path }) => path);
        expect(paths).toEqual(
            expect.arrayContaining([
                "package.json",
                "README.md",
                "CHANGELOG.md",
                "LICENSE",
                "dist/index.js",
                "dist/index.d.ts",
                "dist/ui/index.js",
                "dist/ui/index.d.ts",
                UMD,
            ]),
        );
        const others = paths.filter(
            (path) => !/^dist\/(.*(\.js|\.d\.ts)|THIRD-PARTY-NOTICES\.txt)$|^[^/]+\.(md|json)$|^LICENSE$/.test(path),
        );
        expect(others).toEqual([]);
        expect(packed.size).toBeLessThan(TARBALL_LIMIT);
    });

    it("contains every file that package.json exports", () => {
        const { exports, unpkg } = JSON.parse(readFileSync(join(packed.packageFolder, "package.json"), "utf8"));
        const targets = [unpkg, ...Object.values(exports).flatMap((target) => Object.values(Object(target)))].filter(
            (target) => String(target).startsWith("./"),
        );
        const paths = new Set(packed.files.map(({ path }) => `./${path}`));
        expect(targets.length).toBeGreaterThanOrEqual(5);
        expect(targets.filter((target) => !paths.has(String(target)))).toEqual([]);
    });

    it(`adds at most ${MINIMUM_LIMIT / 1000} kB to an application that shows a saved hierarchy`, async () => {
        const { first, later, modules } = await MeasureBundleAsync(packed.packageFolder);
        const heaviest = modules.slice(0, 8).map(({ name, bytes }) => `${name} ${bytes}`);
        expect(first, `the heaviest modules: ${heaviest.join(", ")}`).toBeLessThan(MINIMUM_LIMIT);
        // The code that builds hierarchies is loaded later.
        expect(later).toBeGreaterThan(20_000);
    });

    for (const resolution of ["bundler", "node16"]) {
        it(`has declarations for applications with moduleResolution ${resolution}`, () => {
            const module = resolution === "bundler" ? "esnext" : resolution;
            const config = join(packed.appFolder, `tsconfig.${resolution}.json`);
            writeFileSync(join(packed.appFolder, "script.ts"), SCRIPT);
            const compilerOptions = { strict: true, noEmit: true, target: "es2020", module, skipLibCheck: false };
            writeFileSync(
                config,
                JSON.stringify({
                    compilerOptions: {
                        ...compilerOptions,
                        lib: ["ES2020", "DOM"],
                        moduleResolution: resolution,
                        types: [],
                        allowUmdGlobalAccess: true,
                    },
                    files: ["usage.ts", "script.ts"],
                }),
            );
            writeFileSync(join(packed.appFolder, "package.json"), JSON.stringify({ type: "module" }));
            const compiler = join(repositoryFolder, "node_modules", ".bin", "tsc");
            const { stdout } = spawnSync(compiler, ["-p", config], {
                encoding: "utf8",
                shell: process.platform === "win32",
            });
            expect(stdout).toBe("");
        });
    }

    it("has no fault that publint or attw finds", async () => {
        expect(await LintPackageAsync(packed)).toEqual([]);
    });

    it.each(Object.entries(BUNDLERS))(
        "adds less than 5 kB to an application that cuts, by %s",
        async (_, bundleAsync) => {
            const { code, warnings } = await bundleAsync(
                packed.appFolder,
                'export { CutAtCount } from "babylon-ultrametric";',
            );
            expect(warnings).toEqual([]);
            expect(code.length).toBeGreaterThan(200);
            expect(code.length).toBeLessThan(5000);
        },
    );

    it("names its repository in one place, from which its page has pictures and links", () => {
        const { repository, homepage, bugs } = JSON.parse(
            readFileSync(join(packed.packageFolder, "package.json"), "utf8"),
        );
        const page = repository.url.replace(/^git\+(.*)\.git$/, "$1");
        expect([homepage, bugs]).toEqual([`${page}#readme`, `${page}/issues`]);
        const readme = readFileSync(join(packed.packageFolder, "README.md"), "utf8");
        expect(readme).toContain(`(${page}/raw/main/docs/images/viewer.webp)`);
        expect(readme).toContain(`(${page}/blob/main/docs/get-started.md)`);
        expect([...readme.matchAll(/\]\((?!https:)[^)]*\)/g)].map(([link]) => link)).toEqual([]);
    });

    it("contains the licenses of the code that is in it", () => {
        const notices = readFileSync(join(packed.packageFolder, "dist/THIRD-PARTY-NOTICES.txt"), "utf8");
        for (const name of ["earcut", "fast-png", "fflate", "fzstd", "iobuffer"]) {
            expect(notices).toMatch(new RegExp(`^${name} \\d[^]*?(Permission|permission)`, "m"));
        }
    });

    it("is imported and required by Node without a bundler", () => {
        for (const [type, load] of [
            ["module", "await import"],
            ["commonjs", "require"],
        ]) {
            const code =
                `const { CutAtCount } = ${load}('babylon-ultrametric'); ` +
                `const { CreateDendrogram } = ${load}('babylon-ultrametric/compute'); ` +
                "console.log(typeof CutAtCount, typeof CreateDendrogram);";
            const output = execFileSync(process.execPath, [`--input-type=${type}`, "-e", code], {
                cwd: packed.appFolder,
                encoding: "utf8",
                stdio: ["ignore", "pipe", "ignore"], // Node 20 warns that require of modules is new
            });
            expect(output.trim(), type).toBe("function function");
        }
    });
});

describe("an application", () => {
    it("built by Vite without the optional peers segments and shows parts", async () => {
        await build({
            configFile: false,
            root: packed.appFolder,
            base: "./",
            logLevel: "error",
            build: { target: "es2022", minify: false, outDir: "built", reportCompressedSize: false },
        });
        const chunks = readdirSync(join(packed.appFolder, "built", "assets"));
        expect(chunks.some((name) => name.startsWith("segmentCapture"))).toBe(true);
        await ExpectTwoPartsAsync("built/index.html");
    });

    it("with an import map instead of a bundler segments and shows parts", async () => {
        await ExpectTwoPartsAsync("importMap.html");
    });

    it("starts its workers from files where a content security policy allows no others", async () => {
        const page = readFileSync(join(packed.appFolder, "importMap.html"), "utf8");
        const policy = `<meta http-equiv="Content-Security-Policy" content="worker-src 'self'" />`;
        const changed = page.replace("<head>", `<head>${policy}`).replace("./main.js", "./workerUrls.js");
        writeFileSync(join(packed.appFolder, "workerUrls.html"), changed);
        await ExpectTwoPartsAsync("workerUrls.html");
    });

    it("with script tags finds everything that the package imports from Babylon in Babylon's global", async () => {
        const whole: Readonly<Record<string, object>> = {
            core: await import("@babylonjs/core/index"),
            gui: await import("@babylonjs/gui/index"),
        };
        const missing: string[] = [];
        let count = 0;
        for (const { path } of packed.files.filter(({ path }) => /^dist\/(?!umd).*\.js$/.test(path))) {
            const code = readFileSync(join(packed.packageFolder, path), "utf8");
            for (const [, names, peer] of code.matchAll(/import \{([^}]*)\} from "@babylonjs\/(core|gui)\//g)) {
                for (const name of names.split(",").map((one) => one.trim().split(" ")[0])) {
                    count++;
                    if (!(name in whole[peer])) {
                        missing.push(`${peer}: ${name} (${path})`);
                    }
                }
            }
        }
        expect(count).toBeGreaterThan(50);
        expect(missing).toEqual([]);
    });

    it("with script tags, as in the Playground, segments and shows parts", async () => {
        const script = readFileSync(join(packed.packageFolder, UMD), "utf8");
        const required = [...script.matchAll(/require\("(@babylonjs\/[^"]+)"\)/g)].map(([, path]) => path);
        expect(required.length).toBeGreaterThan(20);
        const main = readFileSync(join(packed.appFolder, "main.js"), "utf8");
        const used = [...main.matchAll(/from "(@babylonjs\/[^"]+)\.js"/g)].map(([, path]) => path);
        const late = packed.files
            .filter(({ path }) => /^dist\/(?!umd).*\.js$/.test(path))
            .flatMap(({ path }) => {
                const code = readFileSync(join(packed.packageFolder, path), "utf8");
                return [...code.matchAll(/\bimport\("(@babylonjs\/(?:core|gui)\/[^"]+)\.js"\)/g)].map(([, one]) => one);
            });
        await BuildBabylonGlobalAsync([...new Set([...required, ...late, ...used])]);
        await ExpectTwoPartsAsync("umd.html");
    });
});
