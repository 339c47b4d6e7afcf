import { describe, expect, it } from "vitest";
import { FolderFileSource } from "../../demo/headless/folderFileSource";
import { FeatureFieldTrainer } from "../../src/compute/fields/feature/featureFieldTrainer";
import { CreateTrainingViews } from "../../src/compute/fields/feature/trainingViews";
import { LoadNerfCaptureAsync } from "../../src/plugin/formats/captures/nerfCapture";
import { LoadMaskFilesAsync } from "../../src/plugin/formats/masks/maskFiles";
import { UseEngine } from "../support/gpu";
import { HAS_SHARED_DATA, SHARED_DATA } from "../support/sharedData";

const engine = UseEngine();

describe.runIf(HAS_SHARED_DATA)("FeatureFieldTrainer", () => {
    it("has the losses of the Python prototype on gltf-hs/xwing", async () => {
        const source = new FolderFileSource(`${SHARED_DATA}gltf-hs/xwing`);
        const capture = await LoadNerfCaptureAsync(source);
        const masks = await LoadMaskFilesAsync(source, capture, { removeDuplicates: false });
        const views = CreateTrainingViews(capture, masks);
        const trainer = await FeatureFieldTrainer.CreateAsync(engine(), views, { training: { steps: 1000 } });
        for (let step = 0; step < 60; step++) {
            trainer.recordStep();
        }
        const losses = await trainer.state.readLossesAsync(0, 60);
        const mean = (loss: 0 | 1, from: number, to: number): number => {
            const values = losses.filter((_, i) => i % 2 === loss).subarray(from, to);
            return values.reduce((sum, value) => sum + value, 0) / values.length;
        };
        // The prototype, seeds 0 to 2, starts at 0.85 to 1.13 and 0.72 to 0.85; its means over steps 40 to 59 are 0.325
        // to 0.339 and 0.539 to 0.543. Single steps, and so these means, depend on which views they draw.
        expect(mean(0, 0, 1)).toBeGreaterThan(0.7);
        expect(mean(0, 0, 1)).toBeLessThan(1.3);
        expect(Math.abs(mean(0, 40, 60) - 0.33)).toBeLessThan(0.08);
        expect(Math.abs(mean(1, 40, 60) - 0.54)).toBeLessThan(0.08);
        trainer.dispose();
    });
});
