import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExcavatorCapture } from "../../demo/captures/make/excavatorCapture";
import { CutAtCount, LabelLeaves } from "../../src/compute/hierarchy/cut/partition";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { CountDifferent } from "../support/arrays";
import { EXCAVATOR_FOLDER, ReadExcavatorIds } from "../support/excavatorFiles";
import { SegmentAndScoreAsync } from "../support/partScore";

describe("the demo's capture", () => {
    it("has the masks that the simulation draws from the stored ids, in every view", () => {
        const capture = new ExcavatorCapture();
        // Integers only, so every engine gives the same.
        for (let i = 0; i < capture.trainCameras.length; i++) {
            const stem = String(i).padStart(3, "0");
            const file = JSON.parse(readFileSync(join(EXCAVATOR_FOLDER, `masks/r_${stem}.json`), "utf8")) as {
                file_path: string;
                masks: object[];
            };
            expect(file.file_path).toBe(`./train/r_${stem}`);
            expect(file.masks.length).toBeGreaterThan(5);
            expect(capture.simulateMasks(i, ReadExcavatorIds("train", stem, 2))).toEqual(file.masks);
        }
    });

    it("has the segmentation that its masks give, with an NC above 97", async () => {
        const { hierarchy, score } = await SegmentAndScoreAsync(EXCAVATOR_FOLDER, "masks");
        expect(score).toBeGreaterThan(97);
        const file = readFileSync(join(EXCAVATOR_FOLDER, "segmentation.bumh"));
        const stored = await SegmentationHierarchy.ParseAsync(new Uint8Array(file));
        expect(stored.name).toBe("Excavator");
        expect(CountDifferent(hierarchy.positions, stored.positions, 1e-6)).toBe(0);
        // Engines sum in different orders, which may swap merges of nearly equal height.
        const labels = [hierarchy, stored].map((h) => LabelLeaves(CutAtCount(h.dendrogram("consensus"), 12)));
        expect(CountDifferent(labels[0], labels[1])).toBeLessThan(0.01 * hierarchy.leafCount);
    });
});
