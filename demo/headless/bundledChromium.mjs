// Unpacks the headless Chromium and SwiftShader (a Vulkan driver for the CPU) of the npm package @sparticuz/chromium
// into node_modules/.cache, for machines without a browser or without a GPU.
import { spawnSync } from "node:child_process";
import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    renameSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { parseTar } from "nanotar";

const repositoryFolder = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const cacheFolder = join(repositoryFolder, "node_modules", ".cache", "babylon-ultrametric");

/** The Debian packages of the system libraries that Chromium and SwiftShader need. */
const debianPackages = [
    { pattern: /^lib(nss3|nssutil3|smime3|ssl3|softokn3)\.so/, name: "libnss3" },
    { pattern: /^lib(nspr4|plc4|plds4)\.so/, name: "libnspr4" },
    { pattern: /^libexpat\.so/, name: "libexpat1" },
    { pattern: /^libstdc\+\+\.so/, name: "libstdc++6" },
    { pattern: /^libz\.so/, name: "zlib1g" },
];

/** Finds @sparticuz/chromium. @returns its folder `bin` and its version */
function findPackage() {
    let entry;
    try {
        entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
    } catch (error) {
        throw new Error(
            "@sparticuz/chromium is not installed. Run npm install, or set CHROME to the path of a browser.",
            {
                cause: error,
            },
        );
    }
    if (process.platform !== "linux" || process.arch !== "x64") {
        throw new Error(
            `@sparticuz/chromium is built for Linux on x64, but this is ${process.platform} on ${process.arch}. ` +
                "Install Chrome, or set CHROME to the path of another browser, and set ULTRAMETRIC_GPU=system.",
        );
    }
    const root = dirname(dirname(dirname(entry)));
    return { bin: join(root, "bin"), version: JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version };
}

/**
 * Writes the files of a tar archive into a folder.
 * @param {Buffer} archive
 * @param {string} folder
 */
function extractTar(archive, folder) {
    for (const { name, type, data } of parseTar(archive)) {
        if (type !== "file" || !data) {
            continue;
        }
        const path = join(folder, name);
        if (!path.startsWith(folder + sep)) {
            throw new Error(`The archive's entry ${name} is outside the target folder.`);
        }
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, data, { mode: 0o755 });
    }
}

/**
 * Creates `folder` if it is missing: `fill` writes into a private folder beside it, which is then renamed. Two
 * concurrent processes both get a complete folder.
 * @param {string} folder
 * @param {(privateFolder: string) => void} fill
 */
function createFolderOnce(folder, fill) {
    if (existsSync(folder)) {
        return;
    }
    mkdirSync(cacheFolder, { recursive: true });
    const privateFolder = mkdtempSync(join(cacheFolder, "unpack-"));
    try {
        fill(privateFolder);
        chmodSync(privateFolder, 0o755);
        renameSync(privateFolder, folder);
    } catch (error) {
        if (!existsSync(folder)) {
            throw error;
        }
    } finally {
        rmSync(privateFolder, { recursive: true, force: true });
    }
}

/**
 * Checks that the system has the libraries that `file` needs. @throws Error that names missing ones
 * @param {string} file an executable or a shared library
 */
export function RequireSystemLibraries(file) {
    const result = spawnSync("ldd", [file], { encoding: "utf8" });
    const missing = [...(result.stdout ?? "").matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
    if (missing.length === 0) {
        return;
    }
    const packages = new Set(
        missing.map((library) => debianPackages.find((known) => known.pattern.test(library))?.name ?? library),
    );
    throw new Error(
        `${file} needs missing system libraries: ${missing.join(", ")}. ` +
            `Install them; on Debian or Ubuntu: apt-get install -y ${[...packages].join(" ")}`,
    );
}

/**
 * Unpacks SwiftShader.
 * @returns {string} the folder that holds libvk_swiftshader.so and vk_swiftshader_icd.json
 */
export function UnpackSwiftShader() {
    const { bin, version } = findPackage();
    const folder = join(cacheFolder, `swiftshader-${version}`);
    createFolderOnce(folder, (privateFolder) => {
        extractTar(brotliDecompressSync(readFileSync(join(bin, "swiftshader.tar.br"))), privateFolder);
    });
    RequireSystemLibraries(join(folder, "libvk_swiftshader.so"));
    return folder;
}

/**
 * Unpacks the headless Chromium, with SwiftShader and a font.
 * @returns {{ executablePath: string, env: Record<string, string> }} the browser, and the environment it needs
 */
export function UnpackChromium() {
    const { bin, version } = findPackage();
    const folder = join(cacheFolder, `chromium-${version}`);
    createFolderOnce(folder, (privateFolder) => {
        const executable = brotliDecompressSync(readFileSync(join(bin, "chromium.br")));
        writeFileSync(join(privateFolder, "chromium"), executable, { mode: 0o755 });
        extractTar(brotliDecompressSync(readFileSync(join(bin, "swiftshader.tar.br"))), privateFolder);
        extractTar(brotliDecompressSync(readFileSync(join(bin, "fonts.tar.br"))), privateFolder);
        // The package's own fonts.conf is for a cloud service.
        writeFileSync(
            join(privateFolder, "fonts.conf"),
            `<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n` +
                `  <dir prefix="relative">fonts</dir>\n  <cachedir prefix="xdg">fontconfig</cachedir>\n</fontconfig>\n`,
        );
    });
    const executablePath = join(folder, "chromium");
    RequireSystemLibraries(executablePath);
    return { executablePath, env: { FONTCONFIG_FILE: join(folder, "fonts.conf") } };
}
