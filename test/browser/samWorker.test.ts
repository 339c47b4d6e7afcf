import wasmUrl from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import moduleUrl from "onnxruntime-web/wasm?url";
import { afterAll, describe, expect, it } from "vitest";
import pictureUrl from "../../demo/captures/excavator/train/r_000.png?url";
import encoderUrl from "../../packages/mobilesam/files/models/mobilesam_encoder_1024_w16.onnx?url";
import decoderUrl from "../../packages/mobilesam/files/models/sam_decoder_fast_w16.onnx?url";
import { DecodeImageAsync } from "../../src/plugin/formats/base/imageDecoder";
import type { RgbaImage } from "../../src/plugin/formats/base/pngImage";
import { GenerateMasksAsync, type ViewMasksResult } from "../../src/plugin/masks/generateMasks";
import { CacheByteStore } from "../../src/plugin/sam/cacheByteStore";
import { LoadModelFileAsync } from "../../src/plugin/sam/loadModelFile";
import { SamClient } from "../../src/plugin/sam/samClient";
import { samModels } from "../../src/plugin/sam/samModel";
import { CreateCamera } from "../support/cameras";
import { CountWorkers } from "../support/workerCensus";

/** Milliseconds for a test: the encoder alone takes seconds. */
const TIMEOUT = 300_000;
const RUNTIME = { provider: "wasm", threads: 2, moduleUrl, wasmUrl } as const;
const absolute = (url: string): string => new URL(url, location.href).href;
const model = samModels.mobileSam({ encoder: absolute(encoderUrl), decoder: absolute(decoderUrl) });
const store = new CacheByteStore("sam-worker-test");
afterAll(async () => {
    await caches.delete(store.name);
});

async function readPictureAsync(): Promise<RgbaImage> {
    const response = await fetch(pictureUrl);
    return DecodeImageAsync(new Uint8Array(await response.arrayBuffer()), "r_000.png");
}

describe("MobileSAM in a page's worker", () => {
    it("gives the answers of Node, from a worker", { timeout: TIMEOUT }, async () => {
        expect(crossOriginIsolated).toBe(true);
        const encoder = await LoadModelFileAsync(model.encoder, { store });
        const decoder = await LoadModelFileAsync(model.decoder, { store });
        const workers = CountWorkers();
        const client = await SamClient.StartAsync({
            model,
            encoder: encoder.bytes,
            decoder: decoder.bytes,
            runtime: RUNTIME,
        });
        try {
            expect(workers.alive).toBe(1);
            expect(client.provider).toBe("wasm");
            await client.setImageAsync(await readPictureAsync());
            const masks = await client.predictAsync({ points: [{ x: 60, y: 120, inside: true }] });
            // The result of native onnxruntime, see mobileSam.test.ts.
            expect(masks[0].predictedIou).toBeCloseTo(0.9982, 2);
            expect(Math.abs(masks[0].region.area - 1398)).toBeLessThan(14);
            expect(masks[0].region.toBitmap()[120 * 200 + 60]).toBe(1);
            await expect(client.predictAsync({})).rejects.toMatchObject({ name: "UltrametricError", kind: "input" });
        } finally {
            client.dispose();
            workers.dispose();
        }
        expect(workers.alive).toBe(0);
        await expect(client.predictAsync({})).rejects.toMatchObject({ kind: "disposed" });
    });

    it("can be canceled between batches, and keeps the finished views and the model files", {
        timeout: TIMEOUT,
    }, async () => {
        const picture = await readPictureAsync();
        const { width, height, data } = picture;
        const camera = CreateCamera(width, { height });
        const inverted = Uint8Array.from(data, (value, i) => (i % 4 === 3 ? value : 255 - value));
        const views = [data, inverted].map((image, i) => ({ name: `view ${i}`, camera, image, depth: null }));
        const controller = new AbortController();
        const results: ViewMasksResult[] = [];
        const stages = new Set<string>();
        const running = GenerateMasksAsync(
            { name: "two", views, heldOutViews: [] },
            {
                model,
                runtime: RUNTIME,
                generator: { pointsPerSide: 5, batchSize: 1, minPredictedIou: 0.8, minStability: 0.8 },
                modelStore: store,
                maskStore: store,
                onView: (result) => {
                    results.push(result);
                },
                onProgress: ({ stage, fraction }) => {
                    stages.add(stage);
                    if (fraction > 0.5) {
                        controller.abort();
                    }
                },
                signal: controller.signal,
            },
        );
        await expect(running).rejects.toMatchObject({ kind: "aborted" });
        expect(results).toHaveLength(1);
        expect(results[0].viewMasks.masks.length).toBeGreaterThan(0);
        // The files came from the cache, without a download
        expect([...stages]).toEqual(["Making masks", "Starting the model"]);
        expect(await store.readAsync(`masks-${results[0].key}`)).not.toBeNull();
    });

    it("throws when onnxruntime-web cannot be loaded", { timeout: TIMEOUT }, async () => {
        const input = { model, encoder: new Uint8Array(1), decoder: new Uint8Array(1) };
        const runtime = { moduleUrl: absolute("/no/such/module.mjs") };
        await expect(SamClient.StartAsync({ ...input, runtime })).rejects.toThrow(
            /onnxruntime-web could not be loaded from .*no\/such\/module.mjs/,
        );
    });
});
