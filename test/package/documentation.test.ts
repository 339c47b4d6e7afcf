import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repositoryFolder } from "../support/packedPackage";

let folder: string;
/** Returns the text of every page by its path in the folder. */
let pages: ReadonlyMap<string, string>;

beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "documentation-"));
    try {
        execFileSync("npm", ["run", "build", "--silent", "-w", "docs/site", "--", "--out", folder], {
            cwd: repositoryFolder,
            encoding: "utf8",
            stdio: "pipe",
            shell: process.platform === "win32",
        });
    } catch (error) {
        const { stdout, stderr } = error as { stdout: string; stderr: string };
        throw new Error(
            `The documentation was not made; what follows says which docstring is missing or wrong.\n${stdout}${stderr}`,
        );
    }
    pages = new Map(
        readdirSync(folder, { recursive: true, encoding: "utf8" })
            .filter((path) => path.endsWith(".html"))
            .map((path) => [path, readFileSync(join(folder, path), "utf8")]),
    );
});

afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
});

describe("the documentation", () => {
    it("has a page for each guide and for each entry of the package", () => {
        const titles = readdirSync(join(repositoryFolder, "docs"))
            .filter((file) => file.endsWith(".md"))
            .map((file) => readFileSync(join(repositoryFolder, "docs", file), "utf8").match(/^# (.+)$/m)![1]);
        expect(titles.length).toBeGreaterThan(4);
        const guides = [...pages]
            .filter(([path]) => /^documents[\\/]/.test(path))
            .map(([, text]) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))));
        expect(guides.length).toBe(titles.length);
        for (const title of titles.map((text) => text.replaceAll("`", ""))) {
            expect(
                guides.some((text) => text.includes(`<title>${title} | `)),
                title,
            ).toBe(true);
        }
        for (const path of ["modules/babylon-ultrametric.html", "modules/babylon-ultrametric_ui.html"]) {
            expect(pages.has(join(path)), path).toBe(true);
        }
    });

    it("has no broken link or image, and requests nothing from other servers", () => {
        const broken: string[] = [];
        let count = 0;
        for (const [path, text] of pages) {
            for (const [, kind, address] of text.matchAll(/(?:<(a|link|script|img)\b[^>]*? (?:href|src)="([^"#]+))/g)) {
                const isElsewhere = /^[a-z]+:/.test(address);
                count++;
                // The viewer is next to the documentation on the site, not in this folder.
                const isThere =
                    isElsewhere ||
                    address.endsWith("../index.html") ||
                    existsSync(join(folder, dirname(path), address));
                if (!isThere || (isElsewhere && kind !== "a")) {
                    broken.push(`${path}: ${address}`);
                }
            }
        }
        expect(count).toBeGreaterThan(1000);
        expect(broken).toEqual([]);
    });
});
