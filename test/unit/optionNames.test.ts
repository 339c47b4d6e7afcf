import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { Scene } from "@babylonjs/core/scene";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CheckOptions } from "../../src/compute/base/checkOptions";
import type { Capture } from "../../src/compute/views/capture";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";

let scene: Scene;

beforeEach(() => {
    scene = new Scene(new NullEngine());
});
afterEach(() => scene.getEngine().dispose());

const capture = { name: "none", views: [], heldOutViews: [] } as unknown as Capture;

describe("CheckOptions", () => {
    it("names the option that was probably meant, or all of them", () => {
        CheckOptions({ views: 3 }, ["views"], "Test");
        expect(() => CheckOptions({ view: 3 }, ["size", "views"], "Test")).toThrow(
            /Test has no option "view".*"views"/,
        );
        expect(() => CheckOptions({ colourMode: 1 }, ["colorMode"], "Test")).toThrow(/did you mean "colorMode"/);
        expect(() => CheckOptions({ x: 3 }, ["size", "many"], "Test")).toThrow(/options are many, size/);
    });
});

describe("options that are no options", () => {
    it("are told by TypeScript and when the code runs, instead of being ignored", async () => {
        // @ts-expect-error: spelled in another way
        expect(() => new UltrametricSegmentation(scene, { colourMode: "parts" })).toThrow(/"colorMode"/);
        const segmentation = new UltrametricSegmentation(scene);
        // @ts-expect-error: it is samples
        const sampled = segmentation.captureSceneAsync([], { sample: 3 });
        await expect(sampled).rejects.toThrow(/"samples"/);
        // @ts-expect-error: it is criteria
        const segmented = segmentation.segmentAsync(capture, { views: [] }, { preview: true, criterion: "area" });
        await expect(segmented).rejects.toThrow(/"criteria"/);
        // @ts-expect-error: an option of the constructor
        await expect(segmentation.loadAsync(new Uint8Array(1), { display: "meshes" })).rejects.toThrow(/loadAsync/);
        // @ts-expect-error: spelled in another way
        const parsed = UltrametricSegmentation.ParseAsync(new Uint8Array(1), scene, { onProblems: () => {} });
        await expect(parsed).rejects.toThrow(/"onProblem"/);
    });

    it("are told where a model's description or the model itself is missing", async () => {
        const segmentation = new UltrametricSegmentation(scene);
        // @ts-expect-error: fields are missing
        const described = segmentation.generateMasksAsync(capture, { model: { name: "mine", image: {} } });
        await expect(described).rejects.toThrow(/encoder, decoder, embeddings, prompts, constants missing/);
        // @ts-expect-error: needs a model
        const quality = segmentation.generateMasksAsync(capture, { quality: {} });
        await expect(quality).rejects.toThrow(/The option quality is one of masks with a model/);
    });

    it("are told where the axis of a capture differs from that of the leaves", async () => {
        const segmentation = new UltrametricSegmentation(scene, { upAxis: "z" });
        await expect(segmentation.captureSceneAsync([], { upAxis: "y" })).rejects.toThrow(/cannot have the upAxis "y"/);
    });
});
