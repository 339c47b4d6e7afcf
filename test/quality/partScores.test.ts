import { describe, expect, it } from "vitest";
import { SegmentAndScoreAsync } from "../support/partScore";
import { HAS_SHARED_DATA, SHARED_DATA } from "../support/sharedData";

// The runs are deterministic, so these are the scores of bench/RESULTS.md. An engine that sums in another order may
// swap merges of nearly equal height, which costs 0.2 to 0.4 points.
describe.runIf(HAS_SHARED_DATA)("the parts that masks alone give", () => {
    it.each([
        ["radartruck", "masks", 95.9],
        ["xwing", "masks_sam", 87.3],
    ] as const)("of gltf-hs/%s with %s reach an NC above %d", async (scene, folder, least) => {
        const { score } = await SegmentAndScoreAsync(`${SHARED_DATA}gltf-hs/${scene}`, folder);
        expect(score).toBeGreaterThan(least);
    });
});
