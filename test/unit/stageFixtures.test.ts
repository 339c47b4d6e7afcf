import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { FolderFileSource } from "../../demo/headless/folderFileSource";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import { LoadNerfCaptureAsync } from "../../src/plugin/formats/captures/nerfCapture";
import { EXCAVATOR_FOLDER } from "../support/excavatorFiles";
import { StageFixtures } from "../support/stageFixtures";

const stages = new StageFixtures();
const n = stages.info.points;

it("the stage fixtures are consistent: shapes, graph, orders, merges", () => {
    expect(stages.shape("X")).toEqual([n, 3]);
    const near = stages.array("near");
    const keys = new Set<number>();
    for (let i = 0; i < near.length; i++) {
        const [a, b] = [Math.floor(i / 16), near[i]];
        keys.add(Math.min(a, b) * n + Math.max(a, b));
    }
    const edges = stages.array("edges");
    const stored = Array.from({ length: edges.length / 2 }, (_, e) => edges[2 * e] * n + edges[2 * e + 1]);
    expect(stored).toEqual([...keys].sort((a, b) => a - b));
    for (const name of ["vote", "vote_smooth", "weight_super"]) {
        expect(stages.array(name).length).toBe(stored.length);
    }
    for (const name of ["order", "paper_leaf_order"]) {
        expect([...stages.array(name)].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
    }
    expect(new Set(stages.array("region")).size).toBe(stages.info.regions);
    for (const name of ["inner", "plain", "merged"]) {
        const height = stages.array(`${name}_height`);
        expect(height.length).toBe((name === "inner" ? n : stages.info.regions) - 1);
        expect(height.every((h, i) => i === 0 || h >= height[i - 1])).toBe(true);
    }
});

it("the stage fixtures match the committed capture: points, visibility and masks of its views", async () => {
    const capture = await LoadNerfCaptureAsync(new FolderFileSource(EXCAVATOR_FOLDER));
    const world = stages.array("world");
    const visible = stages.bits("visible");
    const inside = stages.bits("inside");
    let firstMask = 0;
    stages.info.views.forEach((view, v) => {
        const { camera, depth } = capture.views[view];
        const file = join(EXCAVATOR_FOLDER, `masks/r_${String(view).padStart(3, "0")}.json`);
        const { masks } = JSON.parse(readFileSync(file, "utf8")) as { masks: { segmentation: { counts: number[] } }[] };
        expect(masks.length).toBe(stages.info.masks_per_view[v]);
        const bitmaps = masks.map((m) => RunLengthMask.FromCounts(m.segmentation.counts, 200, 200).toBitmap());
        const image = [0, 0, 0];
        let different = 0;
        for (let i = 0; i < n; i++) {
            camera.project(world[i * 3], world[i * 3 + 1], world[i * 3 + 2], image);
            const pixel = Math.floor(image[1]) * 200 + Math.floor(image[0]);
            const seen = Math.abs(depth![pixel] - image[2]) < 0.02 ? 1 : 0;
            different += seen === visible[v * n + i] ? 0 : 1;
            bitmaps.forEach((bitmap, m) => {
                different += (bitmap[pixel] & seen) === inside[(firstMask + m) * n + i] ? 0 : 1;
            });
        }
        // A point at the very tolerance may fall on either side.
        expect(different, `view ${view}`).toBeLessThan(0.01 * n);
        firstMask += masks.length;
    });
});
