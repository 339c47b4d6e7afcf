import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { Scene } from "@babylonjs/core/scene";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Capture } from "../../src/compute/views/capture";
import { RunScope } from "../../src/plugin/session/runScope";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { SphereCapture } from "../support/sphereViews";

let scene: Scene;

beforeEach(() => {
    scene = new Scene(new NullEngine());
});

afterEach(() => {
    scene.getEngine().dispose();
});

function SmallCapture(): Capture {
    return { ...SphereCapture(4, 24), heldOutViews: [], sparsePoints: null } as unknown as Capture;
}

describe("RunScope", () => {
    it("aborts its signals when it is disposed, and each with its own signal", () => {
        const scope = new RunScope();
        const own = new AbortController();
        const [first, second] = [scope.signal(own.signal), scope.signal()];
        own.abort();
        expect([first.aborted, second.aborted]).toEqual([true, false]);
        scope.dispose();
        expect(second.aborted).toBe(true);
        expect(scope.signal().aborted).toBe(true);
    });
});

describe("UltrametricSegmentation.dispose", () => {
    it("cancels the masks and the segmentation that it started", async () => {
        const capture = SmallCapture();
        const masks = await new UltrametricSegmentation(scene).generateMasksAsync(capture);
        const segmentation = new UltrametricSegmentation(scene);
        const runs = [
            segmentation.generateMasksAsync(capture),
            segmentation.segmentAsync(capture, masks, { preview: true }),
            segmentation.captureSceneAsync([]),
        ];
        segmentation.dispose();
        const outcomes = await Promise.allSettled(runs);
        expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
        for (const outcome of outcomes.slice(0, 2)) {
            expect((outcome as PromiseRejectedResult).reason).toMatchObject({ kind: "aborted" });
        }
        await expect(segmentation.generateMasksAsync(capture)).rejects.toMatchObject({ kind: "disposed" });
    });

    it("happens with its scene, after which a new segmentation is refused", () => {
        const segmentation = new UltrametricSegmentation(scene);
        scene.dispose();
        expect(segmentation.isDisposed).toBe(true);
        expect(() => new UltrametricSegmentation(scene)).toThrow(/disposed/);
    });
});
