import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FolderFileSource } from "../../demo/headless/folderFileSource";
import { MakeMaskFilesAsync } from "../../demo/headless/makeMaskFiles";
import { ParseMaskArguments } from "../../demo/headless/maskArguments";
import { MODEL_FOLDER, ReadMobileSamAsync } from "../../demo/headless/samMasks";
import { StageClock } from "../../demo/headless/stageClock";
import type { ViewMasks } from "../../src/compute/masks/maskSet";
import type { Capture } from "../../src/compute/views/capture";
import { DecodePngToRgba } from "../../src/plugin/formats/base/pngImage";
import { LoadMaskFilesAsync } from "../../src/plugin/formats/masks/maskFiles";
import { GenerateMasksAsync, type ViewMasksResult } from "../../src/plugin/masks/generateMasks";
import { SamClient } from "../../src/plugin/sam/samClient";
import type { SamModel } from "../../src/plugin/sam/samModel";
import { CreateCamera } from "../support/cameras";
import { MemoryByteStore } from "../support/memoryByteStore";

/** Milliseconds for a test: the encoder alone takes seconds on a small image. */
const TIMEOUT = 180_000;
const FILE = join("demo", "captures", "excavator", "train", "r_000.png");
const picture = DecodePngToRgba(readFileSync(FILE), FILE);
const RUNTIME = { provider: "wasm", threads: 2 } as const;

let model: SamModel;
beforeAll(async () => {
    model = await ReadMobileSamAsync(MODEL_FOLDER);
});

function startAsync(description: SamModel, decoder = description.decoder.source): Promise<SamClient> {
    const bytes = { encoder: description.encoder.source as Uint8Array, decoder: decoder as Uint8Array };
    return SamClient.StartAsync({ model: description, ...bytes, runtime: RUNTIME });
}

/** Creates a capture of the excavator's first view, `count` times. */
function captureOf(count: number): Capture {
    const { width, height, data } = picture;
    const camera = CreateCamera(width, { height });
    const views = Array.from({ length: count }, (_, i) => ({ name: `view ${i}`, camera, image: data, depth: null }));
    return { name: "excavator", views, heldOutViews: [] };
}

describe("MobileSAM in Node", () => {
    let client: SamClient;
    beforeAll(async () => {
        client = await startAsync(model);
        await client.setImageAsync(picture);
    }, TIMEOUT);
    afterAll(() => client.dispose());

    // Native onnxruntime's results with the same files, after Pillow's resize: predicted IoU, pixels, stability. Sums
    // in another order change the fourth digit of the logits, and with them a pixel or two.
    it.each([
        ["a point", { points: [{ x: 100, y: 100, inside: true }] }, [0.9744, 393, 0.9774]],
        ["another point", { points: [{ x: 60, y: 120, inside: true }] }, [0.9982, 1398, 0.9746]],
        ["a box", { box: [60, 60, 80, 80] }, [0.859, 1616, 0.6307]],
        [
            "a point inside and one outside",
            {
                points: [
                    { x: 100, y: 100, inside: true },
                    { x: 10, y: 10, inside: false },
                ],
            },
            [0.9777, 392, 0.9823],
        ],
    ] as const)(
        "answers %s like native onnxruntime",
        async (_, prompt, [iou, area, stability]) => {
            const masks = await client.predictAsync(prompt);
            expect(masks).toHaveLength(3);
            expect(masks[0].predictedIou).toBeCloseTo(iou, 2);
            expect(Math.abs(masks[0].region.area - area)).toBeLessThanOrEqual(0.01 * area);
            expect(masks[0].stability).toBeCloseTo(stability, 1.7);
        },
        TIMEOUT,
    );

    it(
        "segments a capture, keeps finished masks when canceled, and generates no masks twice",
        async () => {
            const maskStore = new MemoryByteStore();
            const controller = new AbortController();
            const results: ViewMasksResult[] = [];
            const options = {
                model,
                runtime: RUNTIME,
                generator: { pointsPerSide: 4, minPredictedIou: 0.8, minStability: 0.85 },
                maskStore,
                onView: (result: ViewMasksResult): void => {
                    results.push(result);
                },
            };
            const canceled = GenerateMasksAsync(captureOf(2), {
                ...options,
                signal: controller.signal,
                onView: (result) => {
                    options.onView(result);
                    controller.abort();
                },
            });
            await expect(canceled).rejects.toMatchObject({ kind: "aborted" });
            expect(results.map(({ index }) => index)).toEqual([0]);
            const [{ generated, viewMasks, report }] = results;
            expect(generated!.pointCount).toBeLessThan(16);
            expect(viewMasks.masks.length).toBeGreaterThan(0);
            expect(report.kept).toBe(viewMasks.masks.length);
            expect(report.coverage).toBeGreaterThan(0);
            // Both views show the same image, so the rest comes from the store without starting the model.
            const masks = await GenerateMasksAsync(captureOf(2), options);
            expect(results.slice(1).map((result) => result.generated)).toEqual([null, null]);
            expect(masks.views).toEqual([viewMasks, viewMasks]);
            // Known masks are used unchanged.
            const known: ViewMasks = { masks: viewMasks.masks.slice(0, 1) };
            const again = await GenerateMasksAsync(captureOf(1), { ...options, knownAsync: async () => known });
            expect(again.views).toEqual([known]);
        },
        TIMEOUT,
    );

    it(
        "writes a file per view, resumes, and does not overwrite other masks",
        async () => {
            const out = mkdtempSync(join(tmpdir(), "masks-"));
            try {
                const cache = join(out, "cache");
                const options = [
                    "--points-per-side",
                    "4",
                    "--min-iou",
                    "0.5",
                    "--min-stability",
                    "0.5",
                    "--cache",
                    cache,
                ];
                const args = ParseMaskArguments(["excavator", "--out", join(out, "masks"), ...options])!;
                const made = await MakeMaskFilesAsync(captureOf(1), args, new StageClock());
                expect(made.views[0].masks.length).toBeGreaterThan(0);
                expect(readdirSync(args.out)).toEqual(["view 0.json"]);
                const file = join(args.out, "view 0.json");
                const written = readFileSync(file, "utf8");
                const loaded = await LoadMaskFilesAsync(new FolderFileSource(out), captureOf(1));
                expect(loaded.views).toEqual(made.views);
                // The second view is new, but has the image of the first.
                const more = await MakeMaskFilesAsync(captureOf(2), args, new StageClock());
                expect(more.views).toEqual([made.views[0], made.views[0]]);
                expect(readFileSync(file, "utf8")).toBe(written);
                writeFileSync(file, '{"masks": []}');
                await expect(MakeMaskFilesAsync(captureOf(1), args, new StageClock())).rejects.toThrow(
                    /view 0.json has masks of another origin.*--force/,
                );
            } finally {
                rmSync(out, { recursive: true });
            }
        },
        TIMEOUT,
    );

    it(
        "throws on broken and other files and names them",
        async () => {
            const encoder = model.encoder.source as Uint8Array;
            await expect(startAsync(model, new Uint8Array(1000))).rejects.toThrow(
                /sam_decoder_fast_w16.onnx \(1000 bytes\) is not a valid ONNX model/,
            );
            await expect(startAsync(model, encoder)).rejects.toThrow('has no input "image_embeddings"');
            const cut = { ...model.decoder, source: (model.decoder.source as Uint8Array).slice(0, 5000) };
            await expect(GenerateMasksAsync(captureOf(1), { model: { ...model, decoder: cut } })).rejects.toThrow(
                "The given bytes (5000) are not sam_decoder_fast_w16.onnx",
            );
        },
        TIMEOUT,
    );
});
