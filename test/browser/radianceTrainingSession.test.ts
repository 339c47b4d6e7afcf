import { describe, expect, it } from "vitest";
import type { Progress } from "../../src/compute/base/progress";
import { CheckGpuAsync } from "../../src/compute/gpu/gpuErrors";
import { RadianceTrainingSession } from "../../src/plugin/radiance/radianceTrainingSession";
import { UseBrowserEngine } from "../support/browserScene";
import { SphereCapture, SphereConfig, SphereViews } from "../support/sphereViews";

const engine = UseBrowserEngine();
const CAPTURE = { ...SphereCapture(8, 24), heldOutViews: SphereViews(1, 24, 0.9) };
const CONFIG = SphereConfig({ steps: 70, samples: 2048, seed: 2 });

/** Waits until a condition holds after a change. */
function UntilAsync(learning: RadianceTrainingSession, isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
        const observer = learning.onChangedObservable.add(() => {
            if (isSo()) {
                observer.remove();
                resolve();
            }
        });
    });
}

/** Returns the bytes of the trained field. */
async function FieldOfAsync(learning: RadianceTrainingSession): Promise<Uint8Array> {
    return await learning.field.serializeAsync();
}

describe("RadianceTrainingSession", () => {
    it("trains the same field when it is paused, resumed, saved and loaded", async () => {
        const straight = await RadianceTrainingSession.CreateAsync(engine(), CAPTURE, CONFIG);
        await straight.runAsync();
        const wanted = await FieldOfAsync(straight);
        const { points } = straight;
        expect(points.map(({ step }) => step)).toEqual([50, 70]);
        expect(points[1].loss).toBeLessThan(points[0].loss);
        expect(points[1].heldOutPsnr).toBeGreaterThan(12);
        straight.dispose();

        const learning = await RadianceTrainingSession.CreateAsync(engine(), CAPTURE, CONFIG);
        const stages: Progress[] = [];
        const done = learning.runAsync({ onProgress: (progress) => stages.push(progress) });
        const bytes = await learning.saveAsync(); // during the training
        const savedAt = learning.step;
        await UntilAsync(learning, () => learning.step >= 50);
        learning.pause();
        const pausedBytes = await learning.saveAsync();
        expect(learning.isPaused).toBe(true);
        await new Promise((resolve) => setTimeout(resolve, 300));
        const pausedAt = learning.step;
        expect(pausedAt).toBeGreaterThanOrEqual(50);
        expect(pausedAt).toBeLessThan(70);
        expect(stages.at(-1)).toEqual({ id: "pause", stage: "Paused", fraction: pausedAt / 70 });
        await learning.field.renderAsync(CAPTURE.views[0].camera); // can be rendered meanwhile
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect(learning.step).toBe(pausedAt);
        learning.resume();
        await done;
        expect([learning.step, learning.isEnded]).toEqual([70, true]);
        expect(await FieldOfAsync(learning)).toEqual(wanted);
        learning.dispose();

        expect(savedAt).toBeLessThan(50);
        for (const saved of [bytes, pausedBytes]) {
            const again = await RadianceTrainingSession.ParseAsync(engine(), CAPTURE, saved);
            expect(again.step).toBe(saved === bytes ? savedAt : pausedAt);
            await again.runAsync();
            expect(await FieldOfAsync(again)).toEqual(wanted);
            expect(again.points.at(-1)!.step).toBe(70);
            again.dispose();
        }
        await CheckGpuAsync(engine());
    });

    it("keeps its field when it is canceled, and returns depth when it is ended early", async () => {
        const learning = await RadianceTrainingSession.CreateAsync(engine(), CAPTURE, {
            ...CONFIG,
            ...SphereConfig({ steps: 400, samples: 2048 }),
        });
        const controller = new AbortController();
        const canceled = learning.runAsync({ signal: controller.signal });
        await UntilAsync(learning, () => learning.step >= 50);
        controller.abort();
        await expect(canceled).rejects.toMatchObject({ kind: "aborted" });
        const kept = learning.step;
        expect(kept).toBeGreaterThanOrEqual(50);
        // It can be canceled in a pause, too.
        learning.pause();
        const second = new AbortController();
        const waiting = learning.runAsync({ signal: second.signal, onProgress: () => second.abort() });
        await expect(waiting).rejects.toMatchObject({ kind: "aborted" });
        expect(learning.step).toBe(kept);
        learning.resume();
        const done = learning.runAsync();
        await UntilAsync(learning, () => learning.step >= 120);
        learning.end();
        await done;
        expect(learning.isEnded).toBe(true);
        expect(learning.step).toBeLessThan(400);
        const { views, heldOutViews } = await learning.captureAsync();
        expect(views[0].depth!.some((depth) => depth > 3 && depth < 5)).toBe(true);
        expect(heldOutViews[0]).toBe(CAPTURE.heldOutViews[0]);
        learning.dispose();
        await expect(learning.captureAsync()).rejects.toMatchObject({ kind: "disposed" });
    });

    it("throws on a file of other images", async () => {
        const learning = await RadianceTrainingSession.CreateAsync(engine(), CAPTURE, CONFIG);
        const bytes = await learning.saveAsync();
        learning.dispose();
        const other = { ...CAPTURE, views: CAPTURE.views.slice(1) };
        await expect(RadianceTrainingSession.ParseAsync(engine(), other, bytes)).rejects.toThrow(
            /trained on 8 views .* are 7 views/,
        );
        await expect(RadianceTrainingSession.ParseAsync(engine(), CAPTURE, bytes.subarray(8))).rejects.toMatchObject({
            kind: "input",
        });
    });
});
