import { describe, expect, it } from "vitest";
import { ParseSegmentArguments } from "../../demo/headless/segmentArguments";

describe("ParseSegmentArguments", () => {
    it("leaves missing options to the files and presets", () => {
        const { out, radianceFile, holdOutEvery, level, field } = ParseSegmentArguments(["photos/toy/"])!;
        expect(out).toBe("out/toy");
        expect([radianceFile, holdOutEvery, level, field]).toEqual([null, null, null, null]);
    });

    it("reads the options of photos", () => {
        const given = [
            "toy",
            "--radiance-file",
            "toy.umrt",
            "--hold-out-every",
            "0",
            "--no-level",
            "--min-images",
            "5",
        ];
        const { radianceFile, holdOutEvery, level, minImages } = ParseSegmentArguments(given)!;
        expect([radianceFile, holdOutEvery, level, minImages]).toEqual(["toy.umrt", 0, false, 5]);
    });

    it("throws on invalid options and names them", () => {
        expect(() => ParseSegmentArguments(["toy", "--hold-out-every", "few"])).toThrow(/--hold-out-every is "few"/);
        expect(() => ParseSegmentArguments(["toy", "--level"])).toThrow(/level/);
        expect(() => ParseSegmentArguments([])).toThrow(/Name one capture, not 0/);
        expect(ParseSegmentArguments(["--help"])).toBeNull();
    });
});
