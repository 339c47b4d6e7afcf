import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mobileSamFiles } from "../../packages/mobilesam/index.js";
import { MOBILE_SAM_FILES } from "../../src/plugin/sam/mobileSamFiles";
import { samModels } from "../../src/plugin/sam/samModel";
import { Sha256Async } from "../../src/plugin/sam/sha256";

const folder = join(import.meta.dirname, "../../packages/mobilesam");

describe("the package of MobileSAM's weights", () => {
    it.each(["encoder", "decoder"] as const)("has the %s that is described", async (which) => {
        const { name, bytes, sha256 } = MOBILE_SAM_FILES[which];
        const file = readFileSync(mobileSamFiles[which]);
        expect(mobileSamFiles[which].pathname.endsWith(`/${name}`)).toBe(true);
        expect([file.length, await Sha256Async(new Uint8Array(file))]).toEqual([bytes, sha256]);
        expect([mobileSamFiles.bytes[which], mobileSamFiles.sha256[which]]).toEqual([bytes, sha256]);
        expect(samModels.mobileSam(mobileSamFiles)[which]).toEqual({ name, source: mobileSamFiles[which], sha256 });
    });

    it("has the name that is documented", () => {
        const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
        expect(name).toBe(MOBILE_SAM_FILES.package);
        expect(MOBILE_SAM_FILES.address).toContain(`${name}@${version.replace(/\.\d+$/, "")}/`);
    });
});
