import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FolderFileSource } from "../../demo/headless/folderFileSource";
import { LoadFolderCaptureAsync } from "../../demo/headless/loadFolderCapture";
import { CreateMaskArrangement } from "../../src/compute/masks/maskArrangement";
import { CreateMaskTree } from "../../src/compute/masks/maskTree";
import { FindUpDirection, LevelCapture } from "../../src/compute/views/levelCapture";
import { LoadGroundTruthAsync } from "../../src/plugin/formats/captures/groundTruth";
import { LoadNerfCaptureAsync } from "../../src/plugin/formats/captures/nerfCapture";
import { LoadMaskFilesAsync } from "../../src/plugin/formats/masks/maskFiles";
import { ReferenceMaskParents } from "../reference/maskTree";
import { HAS_SHARED_DATA, SHARED_DATA } from "../support/sharedData";

interface StoredMask {
    area: number;
    bbox: number[];
}

/** Reads the areas and boxes that the program which wrote the mask files computed. */
function StoredMasks(path: string): StoredMask[] {
    const file = JSON.parse(readFileSync(path, "utf8")) as { masks?: StoredMask[]; annotations?: StoredMask[] };
    return file.masks ?? file.annotations ?? [];
}

describe.runIf(HAS_SHARED_DATA)("captures beside the repository", () => {
    it.each(["xwing", "radartruck"])("reads gltf-hs/%s", async (scene) => {
        const source = new FolderFileSource(`${SHARED_DATA}gltf-hs/${scene}`);
        const capture = await LoadNerfCaptureAsync(source);
        const truth = await LoadGroundTruthAsync(source, capture);
        const all = await LoadMaskFilesAsync(source, capture, { removeDuplicates: false });

        expect([capture.views.length, capture.heldOutViews.length]).toEqual([48, 10]);
        expect(capture.views.every(({ depth }) => depth !== null)).toBe(true);
        for (const [i, { masks }] of all.views.entries()) {
            const stored = StoredMasks(`${SHARED_DATA}gltf-hs/${scene}/masks/r_${String(i).padStart(3, "0")}.json`);
            expect(masks.map(({ region }) => [region.area, ...region.bounds])).toEqual(
                stored.map(({ area, bbox }) => [area, ...bbox]),
            );
        }
        const depth = capture.views[5].depth;
        const masks = all.views[5].masks;
        const tree = CreateMaskTree(CreateMaskArrangement(masks, 200, 200), depth);
        expect([...tree.parents]).toEqual(ReferenceMaskParents(masks, depth, 0.95, 0.85));

        // Exactly the pixels with depth have an object at every level: both come from the ray through the pixel's
        // center.
        for (const { ids } of truth?.levels ?? []) {
            for (const [i, view] of capture.heldOutViews.entries()) {
                expect(ids[i].every((id, p) => id > 0 === (view.depth?.[p] ?? 0) > 0)).toBe(true);
            }
        }
        expect(truth?.levels.map(({ name }) => name)).toEqual(["parts", "groups", "scene"]);
    });

    it("projects surface points of gltf-hs/xwing to the depth that other views have", async () => {
        const capture = await LoadNerfCaptureAsync(new FolderFileSource(`${SHARED_DATA}gltf-hs/xwing`));
        const from = capture.views[0];
        const world = [0, 0, 0];
        const image = [0, 0, 0];
        let seen = 0;
        let agreeing = 0;
        for (let p = 0; p < 40_000; p += 7) {
            const depth = from.depth?.[p] ?? 0;
            if (depth > 0) {
                from.camera.unproject((p % 200) + 0.5, Math.floor(p / 200) + 0.5, depth, world);
                expect(Math.hypot(...world)).toBeLessThan(1.31);
                for (const to of capture.views.slice(1)) {
                    to.camera.project(world[0], world[1], world[2], image);
                    const there = to.depth?.[Math.floor(image[1]) * 200 + Math.floor(image[0])] ?? 0;
                    // Hidden points lie behind the visible surface; none lies in front of it by more than a pixel's
                    // step in depth.
                    seen += there > 0 ? 1 : 0;
                    agreeing += there > 0 && image[2] > there - 0.05 ? 1 : 0;
                }
            }
        }
        expect(seen).toBeGreaterThan(10_000);
        expect(agreeing / seen).toBeGreaterThan(0.97);
    });

    it("reads the model's masks as compressed strings: nerf-chair-200", async () => {
        const source = new FolderFileSource(`${SHARED_DATA}captures/nerf-chair-200`);
        const capture = await LoadNerfCaptureAsync(source);
        expect([capture.views.length, capture.heldOutViews.length]).toEqual([100, 10]);
        expect(capture.views[0].depth).toBeNull();
        expect(await LoadGroundTruthAsync(source, capture)).toBeNull();
        const set = await LoadMaskFilesAsync(source, capture, { removeDuplicates: false });
        const stored = StoredMasks(`${SHARED_DATA}captures/nerf-chair-200/masks/r_12.json`);
        const { masks } = set.views[capture.views.findIndex(({ name }) => name === "train/r_12")];
        expect(masks.map(({ region }) => [region.area, ...region.bounds])).toEqual(
            stored.map(({ area, bbox }) => [area, ...bbox]),
        );
    });

    it("applies the score thresholds to the model's masks of gltf-hs/xwing", async () => {
        const source = new FolderFileSource(`${SHARED_DATA}gltf-hs/xwing`);
        const capture = await LoadNerfCaptureAsync(source);
        const options = { folder: "masks_sam", minPredictedIou: 0.7, minStability: 0.8 };
        const set = await LoadMaskFilesAsync(source, capture, options);
        // 28 of the 48 views have masks.
        expect(set.views.filter(({ masks }) => masks.length > 0).length).toBe(28);
        for (const { predictedIou, stability } of set.views.flatMap(({ masks }) => masks)) {
            expect(predictedIou).toBeGreaterThanOrEqual(0.7);
            expect(stability).toBeGreaterThanOrEqual(0.8);
        }
    });

    it("finds the up direction of Blender scenes, and of hand-held photos from any half of them", async () => {
        for (const name of ["captures/nerf-chair-200", "gltf-hs/xwing"]) {
            const capture = await LoadNerfCaptureAsync(new FolderFileSource(`${SHARED_DATA}${name}`), {
                readDepth: false,
            });
            expect(LevelCapture(capture)).toBe(capture);
        }
        const source = new FolderFileSource(`${SHARED_DATA}captures/snowmiku-plush`);
        const { views } = await LoadFolderCaptureAsync(source, { level: false, maxImageSize: 20 });
        const cameras = views.map(({ camera }) => camera);
        const half = cameras.length >> 1;
        const [all, first, second] = [cameras, cameras.slice(0, half), cameras.slice(half)].map(
            (some) => FindUpDirection(some)!,
        );
        const degrees = (a: readonly number[], b: readonly number[]): number =>
            (Math.acos(a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) * 180) / Math.PI;
        console.log(
            `snowmiku-plush: tilted by ${degrees(all, [0, 0, 1]).toFixed(1)} degrees; its halves agree within ${degrees(first, second).toFixed(1)}`,
        );
        // Its file uses the mean of the cameras' up vectors, which is tilted, since all look down and most to one side.
        expect(degrees(all, [0, 0, 1])).toBeGreaterThan(10);
        expect(degrees(first, second)).toBeLessThan(4);
    });

    it("reads photos of a phone with sparse points: snowmiku-plush", async () => {
        const source = new FolderFileSource(`${SHARED_DATA}captures/snowmiku-plush`);
        const { views, heldOutViews, sparsePoints } = await LoadFolderCaptureAsync(source, { holdOutEvery: 8 });
        expect([views.length, heldOutViews.length]).toEqual([84, 13]);
        const { positions, colors } = sparsePoints!;
        expect([positions.length, colors?.length]).toEqual([3 * 25_784, 3 * 25_784]);
        // A visible point has the color of its pixel, unless it is hidden or the light has changed, and that of other
        // pixels only by chance. So this checks poses, axes and lens.
        const place = [0, 0, 0];
        const shifts = [
            [0, 0],
            [25, 0],
            [0, 25],
        ];
        const differences = shifts.map((): number[] => []);
        for (const { camera, image } of heldOutViews) {
            expect([camera.width, camera.height]).toEqual([480, 360]);
            for (let p = 0; p < positions.length; p += 3) {
                camera.project(positions[p], positions[p + 1], positions[p + 2], place);
                const [u, v, depth] = place;
                if (depth > 0 && u >= 0 && u < 455 && v >= 0 && v < 335) {
                    shifts.forEach(([x, y], i) => {
                        const pixel = 4 * (Math.floor(v + y) * 480 + Math.floor(u + x));
                        const difference = [0, 1, 2].map((k) => Math.abs(image[pixel + k] - colors![p + k]));
                        differences[i].push(difference[0] + difference[1] + difference[2]);
                    });
                }
            }
        }
        const shares = differences.map((all) => all.filter((d) => d < 45).length / all.length);
        console.log(
            `snowmiku-plush: share of points with their pixel's color, of others: ${shares.map((s) => s.toFixed(3))}`,
        );
        expect(shares[0]).toBeGreaterThan(1.5 * Math.max(shares[1], shares[2]));
    });
});
