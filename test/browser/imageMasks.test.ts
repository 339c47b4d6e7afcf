import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateImageMasks } from "../../src/compute/masks/imageMasks";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import type { View } from "../../src/compute/views/capture";
import { CreateImageMasksAsync } from "../../src/plugin/masks/createImageMasks";
import { CreateCamera } from "../support/cameras";

/** Creates a view of noise, seed 1. */
function NoisyView(side: number): View {
    const random = CreateRandom(1);
    const image = Uint8Array.from({ length: 4 * side * side }, (_, i) => (i % 4 === 3 ? 255 : 256 * random()));
    const depth = Float32Array.from({ length: side * side }, () => 2 + random());
    const camera = CreateCamera(side, { position: [0, 0, 0] });
    return { name: `noise ${side}`, camera, image, depth };
}

const captureOf = (...views: View[]) => ({ name: "noise", views, heldOutViews: [] });

describe("image masks in a worker", () => {
    it("equal those of the main thread", async () => {
        const view = NoisyView(40);
        const { views } = await CreateImageMasksAsync(captureOf(view, view), { maxMasks: 12 });
        const wanted = CreateImageMasks(view, { maxMasks: 12 });
        expect(wanted.masks.length).toBeGreaterThan(3);
        expect(views).toEqual([wanted, wanted]);
        expect(views[0].masks[0].region).toBeInstanceOf(RunLengthMask);
    });

    it("stop within a view when canceled, and pass errors on", async () => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(), 5);
        await expect(
            CreateImageMasksAsync(captureOf(NoisyView(1000)), { signal: controller.signal }),
        ).rejects.toMatchObject({ kind: "aborted" });
        const broken = { ...NoisyView(8), depth: new Float32Array(3) };
        await expect(CreateImageMasksAsync(captureOf(broken))).rejects.toMatchObject({
            kind: "input",
            message: expect.stringContaining("the depth has 3 pixels"),
        });
    });
});
