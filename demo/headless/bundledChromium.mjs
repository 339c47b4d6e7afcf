// The npm package @sparticuz/chromium carries a headless Chromium and SwiftShader (a Vulkan driver that runs on the CPU).
// This file unpacks them into node_modules/.cache, where machines without a browser or without a GPU find them.
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
import { dirname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

const repositoryFolder = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const cacheFolder = join(repositoryFolder, "node_modules", ".cache", "babylon-ultrametric");

/** The Debian packages of the shared libraries that Chromium and SwiftShader take from the system. */
const packageOfLibrary = [
    { pattern: /^lib(nss3|nssutil3|smime3|ssl3|softokn3)\.so/, name: "libnss3" },
    { pattern: /^lib(nspr4|plc4|plds4)\.so/, name: "libnspr4" },
    { pattern: /^libexpat\.so/, name: "libexpat1" },
    { pattern: /^libstdc\+\+\.so/, name: "libstdc++6" },
    { pattern: /^libz\.so/, name: "zlib1g" },
];

/** @returns the folder `bin` of the installed @sparticuz/chromium, and its version */
function findPackage() {
    let entry;
    try {
        entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
    } catch (error) {
        throw new Error("@sparticuz/chromium is not installed. Run npm install, or name a browser in CHROME.", {
            cause: error,
        });
    }
    if (process.platform !== "linux" || process.arch !== "x64") {
        throw new Error(
            `@sparticuz/chromium is built for Linux on x64, this is ${process.platform} on ${process.arch}. ` +
                "Install Chrome (CHROME names another one), and set ULTRAMETRIC_GPU=system.",
        );
    }
    const root = dirname(dirname(dirname(entry)));
    return { bin: join(root, "bin"), version: JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version };
}

/**
 * Writes the plain files of a ustar archive.
 * @param {Buffer} archive
 * @param {string} folder
 */
function extractTar(archive, folder) {
    const text = (/** @type {number} */ from, /** @type {number} */ to) =>
        archive.toString("latin1", from, to).split("\0")[0];
    for (let offset = 0; offset + 512 <= archive.length && archive[offset] !== 0; ) {
        const name = text(offset, offset + 100);
        const size = Number.parseInt(text(offset + 124, offset + 136), 8);
        const isFile = text(offset + 156, offset + 157) === "0" || archive[offset + 156] === 0;
        const path = normalize(join(folder, name));
        if (!path.startsWith(folder + sep) && path !== folder) {
            throw new Error(`The archive's entry ${name} leaves its folder.`);
        }
        if (isFile) {
            mkdirSync(dirname(path), { recursive: true });
            writeFileSync(path, archive.subarray(offset + 512, offset + 512 + size), { mode: 0o755 });
        }
        offset += 512 + Math.ceil(size / 512) * 512;
    }
}

/**
 * Makes `folder` once: `fill` writes into a private folder beside it, which is then renamed. Of two processes that do
 * this at once, one wins and both find a complete folder.
 * @param {string} folder
 * @param {(privateFolder: string) => void} fill
 */
function makeFolderOnce(folder, fill) {
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
 * Throws an error that names the system libraries that `file` needs and this machine lacks.
 * @param {string} file an executable or a shared library
 */
export function RequireSystemLibraries(file) {
    const result = spawnSync("ldd", [file], { encoding: "utf8" });
    const missing = [...(result.stdout ?? "").matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
    if (missing.length === 0) {
        return;
    }
    const packages = new Set(
        missing.map((library) => packageOfLibrary.find((known) => known.pattern.test(library))?.name ?? library),
    );
    throw new Error(
        `${file} needs system libraries that are not here: ${missing.join(", ")}. ` +
            `Install them, on Debian or Ubuntu with: apt-get install -y ${[...packages].join(" ")}`,
    );
}

/**
 * Unpacks SwiftShader.
 * @returns {string} the folder that holds libvk_swiftshader.so and vk_swiftshader_icd.json
 */
export function UnpackSwiftShader() {
    const { bin, version } = findPackage();
    const folder = join(cacheFolder, `swiftshader-${version}`);
    makeFolderOnce(folder, (privateFolder) => {
        extractTar(brotliDecompressSync(readFileSync(join(bin, "swiftshader.tar.br"))), privateFolder);
    });
    RequireSystemLibraries(join(folder, "libvk_swiftshader.so"));
    return folder;
}

/**
 * Unpacks the headless Chromium, with SwiftShader and a font beside it.
 * @returns {{ executablePath: string, env: Record<string, string> }} the browser, and the environment that it needs
 */
export function UnpackChromium() {
    const { bin, version } = findPackage();
    const folder = join(cacheFolder, `chromium-${version}`);
    makeFolderOnce(folder, (privateFolder) => {
        const executable = brotliDecompressSync(readFileSync(join(bin, "chromium.br")));
        writeFileSync(join(privateFolder, "chromium"), executable, { mode: 0o755 });
        extractTar(brotliDecompressSync(readFileSync(join(bin, "swiftshader.tar.br"))), privateFolder);
        extractTar(brotliDecompressSync(readFileSync(join(bin, "fonts.tar.br"))), privateFolder);
        // The package's own fonts.conf names folders of a cloud service.
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
