import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import type { Capture } from "../../src/compute/views/capture";
import { GenerateMasksAsync, type ViewMasksResult } from "../../src/plugin/masks/generateMasks";
import { GENERATOR_QUALITY, KEEP_ALL_MASKS } from "../../src/plugin/masks/maskQuality";
import { MaskSetFilter } from "../../src/plugin/masks/maskSetFilter";
import { SamClient } from "../../src/plugin/sam/samClient";
import { type SamModel, samModels } from "../../src/plugin/sam/samModel";
import { CreateCamera } from "../support/cameras";
import { FakeOnnxBytes, type FakeOnnxFile } from "../support/fakeOnnx";
import { MemoryByteStore } from "../support/memoryByteStore";

const SIZE = 32;
const RUNTIME = {
    provider: "wasm",
    moduleUrl: pathToFileURL(join(import.meta.dirname, "../support/fakeOnnx.ts")).href,
} as const;
const GENERATOR = { pointsPerSide: 8, minStability: 0.7 };

/** Creates two views on white: a red box next to a green one, and vice versa. */
const capture: Capture = { name: "boxes", views: [0, 1].map((i) => boxesView(i)), heldOutViews: [] };

function boxesView(index: number): Capture["views"][number] {
    const image = new Uint8Array(4 * SIZE * SIZE).fill(255);
    for (let y = 8; y < 24; y++) {
        for (let x = 4; x < 28; x++) {
            const isRed = x < 16 === (index === 0);
            image.set([isRed ? 200 : 20, isRed ? 20 : 200, 20, 255], 4 * (y * SIZE + x));
        }
    }
    const camera = CreateCamera(SIZE);
    return { name: `view ${index}`, camera, image, depth: null };
}

function modelOf(encoder: Partial<FakeOnnxFile> = {}, decoder: Partial<FakeOnnxFile> = {}): SamModel {
    const files = {
        encoder: FakeOnnxBytes({ kind: "encoder", ...encoder }),
        decoder: FakeOnnxBytes({ kind: "decoder", ...decoder }),
    };
    const model = samModels.mobileSam(files);
    return { ...model, image: { ...model.image, size: 64 } };
}

/** Matches a box within a pixel per side: resampling of the encoder's input moves borders. */
function nearBox(...sides: number[]): unknown[] {
    return sides.map((side) => expect.closeTo(side, -0.5)); // below 1.6
}

let server: Server;
let base = "";
beforeAll(async () => {
    server = createServer((_, response) => {
        response.writeHead(200, { "Content-Type": "application/octet-stream" }).end(modelOf().encoder.source);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
    server.closeAllConnections();
    server.close();
});

describe("GenerateMasksAsync", () => {
    it("generates the masks and a report of every view, and reports progress", async () => {
        const results: ViewMasksResult[] = [];
        const fractions: number[] = [];
        const { views } = await GenerateMasksAsync(capture, {
            model: modelOf(),
            runtime: RUNTIME,
            generator: GENERATOR,
            onView: (result) => {
                results.push(result);
            },
            onProgress: ({ fraction }) => fractions.push(fraction),
        });
        for (const [i, { masks }] of views.entries()) {
            const boxes = masks.map(({ region }) => region.bounds);
            boxes.sort((a, b) => Number(a[2] > 20) - Number(b[2] > 20) || a[0] - b[0]);
            expect(boxes, `view ${i}`).toEqual([nearBox(4, 8, 12, 16), nearBox(16, 8, 12, 16), nearBox(4, 8, 24, 16)]);
        }
        expect(results.map(({ index, report }) => [index, report.kept])).toEqual([
            [0, 3],
            [1, 3],
        ]);
        expect(results[0].key).not.toBe(results[1].key);
        expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
        expect(fractions.at(-1)).toBe(1);
    });

    it("keeps all masks with KEEP_ALL_MASKS", async () => {
        const options = { model: modelOf(), runtime: RUNTIME };
        const all = await GenerateMasksAsync(capture, {
            ...options,
            generator: { ...GENERATOR, ...KEEP_ALL_MASKS.generator },
            quality: KEEP_ALL_MASKS.quality,
        });
        expect(all.views[0].masks.length).toBeGreaterThan(10);
        const filter = new MaskSetFilter(capture, all, { ...GENERATOR_QUALITY, minStability: 0.7 });
        const direct = await GenerateMasksAsync(capture, { ...options, generator: GENERATOR });
        expect((await filter.applyAsync()).masks).toEqual(direct);
        filter.quality = { ...filter.quality, minPredictedIou: 0.95 };
        expect((await filter.applyAsync()).report).toMatchObject({ kept: 4 });
    });

    it("continues with a warning when the stores are full", async () => {
        const modelStore = new MemoryByteStore();
        const maskStore = new MemoryByteStore();
        modelStore.failure = maskStore.failure = new DOMException("full", "QuotaExceededError");
        const warnings: string[] = [];
        const model = modelOf();
        const { views } = await GenerateMasksAsync(capture, {
            model: { ...model, encoder: { name: "encoder", source: `${base}/encoder.onnx`, sha256: null } },
            runtime: RUNTIME,
            generator: GENERATOR,
            modelStore,
            maskStore,
            onWarning: (message) => warnings.push(message),
        });
        expect(views.map(({ masks }) => masks.length)).toEqual([3, 3]);
        expect(warnings).toHaveLength(3); // the encoder, and two views' masks
        expect(warnings.every((warning) => warning.includes("the quota is exceeded"))).toBe(true);
    });

    it("throws when a file is neither stored nor reachable, and needs no network for stored files", async () => {
        const model = modelOf();
        const away = {
            ...model,
            encoder: { ...model.encoder, source: "http://127.0.0.1:9/encoder.onnx", sha256: null },
        };
        const modelStore = new MemoryByteStore();
        const options = { runtime: RUNTIME, generator: GENERATOR, modelStore };
        await expect(GenerateMasksAsync(capture, { ...options, model: away })).rejects.toMatchObject({
            kind: "input",
            message: expect.stringContaining("http://127.0.0.1:9/encoder.onnx could not be reached"),
        });
        const here = { ...model, encoder: { ...model.encoder, source: `${base}/encoder.onnx`, sha256: null } };
        await GenerateMasksAsync(capture, { ...options, model: here });
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
        expect((await GenerateMasksAsync(capture, { ...options, model: here })).views).toHaveLength(2);
    });

    it.each([
        [
            "a corrupt model",
            { decoder: new TextEncoder().encode("{") },
            "input",
            /sam_decoder.*is not a valid ONNX model: .*protobuf/,
        ],
        [
            "a wrong model",
            { decoder: FakeOnnxBytes({ kind: "encoder" }) },
            "input",
            /sam_decoder.*has no input "image_embeddings"/,
        ],
        [
            "another wrong model",
            { encoder: FakeOnnxBytes({ kind: "decoder" }) },
            "input",
            /mobilesam_encoder.*has no input "image"/,
        ],
        [
            "too little memory",
            { encoder: FakeOnnxBytes({ kind: "encoder", runs: 0 }) },
            "limits",
            /Memory ran out while running mobilesam_encoder/,
        ],
    ] as const)("throws with the name of the file on %s", async (_, files, kind, message) => {
        const model = modelOf();
        const given = {
            encoder: model.encoder.source as Uint8Array,
            decoder: model.decoder.source as Uint8Array,
            ...files,
        };
        const broken = {
            ...model,
            encoder: { ...model.encoder, source: given.encoder },
            decoder: { ...model.decoder, source: given.decoder },
        };
        const error = await GenerateMasksAsync(capture, { model: broken, runtime: RUNTIME }).catch((e: unknown) => e);
        expect(error).toBeInstanceOf(UltrametricError);
        expect(error).toMatchObject({ kind, message: expect.stringMatching(message) });
    });

    it("keeps the finished views when memory runs out or it is canceled, and resumes after them", async () => {
        const maskStore = new MemoryByteStore();
        const seen: number[] = [];
        const options = {
            runtime: RUNTIME,
            generator: GENERATOR,
            maskStore,
            onView: ({ index }: ViewMasksResult): void => {
                seen.push(index);
            },
        };
        await expect(GenerateMasksAsync(capture, { ...options, model: modelOf({ runs: 1 }) })).rejects.toMatchObject({
            kind: "limits",
        });
        expect([seen, maskStore.entries.size]).toEqual([[0], 1]);

        const controller = new AbortController();
        await expect(
            GenerateMasksAsync(capture, {
                ...options,
                model: modelOf(),
                signal: controller.signal,
                onProgress: ({ fraction }) => {
                    if (fraction > 0.6) {
                        controller.abort();
                    }
                },
            }),
        ).rejects.toMatchObject({ kind: "aborted" });
        expect(seen).toEqual([0, 0]);
        const generated: boolean[] = [];
        await GenerateMasksAsync(capture, {
            ...options,
            model: modelOf(),
            onView: (result) => {
                generated.push(result.generated !== null);
            },
        });
        expect(generated).toEqual([false, true]); // the first view's masks came from the store
    });

    it("returns the masks of a prompt", async () => {
        const model = modelOf();
        const client = await SamClient.StartAsync({
            model,
            encoder: model.encoder.source as Uint8Array,
            decoder: model.decoder.source as Uint8Array,
            runtime: RUNTIME,
        });
        try {
            await client.setImageAsync({ width: SIZE, height: SIZE, data: capture.views[0].image });
            const [red, both, none] = await client.predictAsync({ points: [{ x: 8, y: 12, inside: true }] });
            expect(red.region.bounds).toEqual(nearBox(4, 8, 12, 16));
            expect(both.region.bounds).toEqual(nearBox(4, 8, 24, 16));
            expect(none.region.area).toBe(0);
        } finally {
            client.dispose();
        }
    });
});
