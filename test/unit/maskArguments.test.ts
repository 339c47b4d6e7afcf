import { describe, expect, it } from "vitest";
import { ParseMaskArguments } from "../../demo/headless/maskArguments";

describe("ParseMaskArguments", () => {
    it("has the official generator's options by default", () => {
        const args = ParseMaskArguments(["captures/chair/"])!;
        expect(args).toMatchObject({
            capture: "captures/chair",
            out: "captures/chair/masks",
            images: null,
            force: false,
        });
        expect(args.generator).toMatchObject({
            pointsPerSide: 32,
            minPredictedIou: 0.88,
            minStability: 0.95,
            skipFound: null,
        });
    });

    it("reads all options", () => {
        const args = ParseMaskArguments([
            ..."chair --out o --images train800 --points-per-side 16 --min-iou 0.8 --min-stability 0.9".split(" "),
            ..."--skip-found --batch 16 --threads 3 --force".split(" "),
        ])!;
        expect(args).toMatchObject({ out: "o", images: "train800", threads: 3, force: true });
        expect(args.generator).toMatchObject({ pointsPerSide: 16, minPredictedIou: 0.8, skipFound: {}, batchSize: 16 });
    });

    it.each([
        [["chair", "--min-iou", "much"], /--min-iou is "much"/],
        [["chair", "--points-per-side", "0"], /--points-per-side is "0"; it must be a number from 1 to 256/],
        [["chair", "--color", "red"], /--color/],
        [[], /Name one capture, not 0/],
    ])("throws on %j with a reason", (words, message) => {
        expect(() => ParseMaskArguments(words)).toThrow(message);
    });

    it("returns null for --help", () => {
        expect(ParseMaskArguments(["--help"])).toBeNull();
    });
});
