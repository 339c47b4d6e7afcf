import { describe, expect, it } from "vitest";
import type { RgbaImage } from "../../src/plugin/formats/base/pngImage";
import type { OnnxSession, OnnxTensor } from "../../src/plugin/sam/onnxRuntime";
import { PrepareSamImage } from "../../src/plugin/sam/prepareSamImage";
import { SamJob } from "../../src/plugin/sam/samJob";
import { type SamModel, samModels } from "../../src/plugin/sam/samModel";
import { SamPredictor } from "../../src/plugin/sam/samPredictor";
import { SamSession } from "../../src/plugin/sam/samSession";
import { FakeSamModel, FakeSamRuntime } from "../support/fakeSam";

const BYTES = new Uint8Array(1);
const PICTURE: RgbaImage = { width: 32, height: 16, data: new Uint8Array(4 * 32 * 16).fill(255) };

function startAsync(runtime: FakeSamRuntime, model: SamModel = FakeSamModel()): Promise<SamSession> {
    return SamSession.CreateAsync(runtime, model, BYTES, BYTES);
}

describe("PrepareSamImage", () => {
    const { image } = FakeSamModel();

    it("normalizes the image, and then pads the bottom and the right with zeros", () => {
        const data = Uint8Array.from({ length: 4 * 8 }, (_, i) => [255, 0, 100, 255][i % 4]);
        const input = PrepareSamImage({ width: 4, height: 2, data }, [0, 0, 4, 2], { ...image, size: 8 });
        expect([input.filledWidth, input.filledHeight]).toEqual([8, 4]);
        const channel = (k: number): number[] => [...input.data.subarray(64 * k, 64 * (k + 1))];
        [(255 - 123.675) / 58.395, (0 - 116.28) / 57.12, (100 - 103.53) / 57.375].forEach((value, k) => {
            const expected = [...new Array(32).fill(Math.fround(value)), ...new Array(32).fill(0)];
            expect(channel(k)).toEqual(expected);
        });
    });

    it("fits the longer side and rounds the shorter one, or stretches as the model requires", () => {
        const picture = { width: 7, height: 30, data: new Uint8Array(4 * 210).fill(255) };
        const sizeOf = (how: "pad" | "stretch") => {
            const { filledWidth, filledHeight } = PrepareSamImage(picture, [0, 0, 7, 30], { ...image, fit: how });
            return [filledWidth, filledHeight];
        };
        expect(sizeOf("pad")).toEqual([15, 64]);
        expect(sizeOf("stretch")).toEqual([64, 64]);
    });
});

describe("SamSession", () => {
    it.each([
        [
            "an encoder without its input",
            { encoder: { inputs: [{ name: "x", dims: null }] } },
            /mobilesam_encoder.*no input "image".*"x"/,
        ],
        [
            "an encoder without its output",
            { encoder: { outputs: [{ name: "y", dims: null }] } },
            /no output "image_embeddings".*"y"/,
        ],
        [
            "an encoder of another size",
            { encoder: { inputs: [{ name: "image", dims: [1, 3, 512, 512] }] } },
            /512 pixels wide.*64/,
        ],
        [
            "a decoder without the labels",
            { decoder: { inputs: ["image_embeddings", "point_coords"].map((name) => ({ name, dims: null })) } },
            /sam_decoder.*no input "point_labels"/,
        ],
        [
            "a decoder without the IoU",
            { decoder: { outputs: [{ name: "low_res_masks", dims: null }] } },
            /no output "iou_predictions"/,
        ],
        [
            "a decoder with an input that is not described",
            {
                decoder: {
                    inputs: ["image_embeddings", "point_coords", "point_labels", "mask_input"].map((name) => ({
                        name,
                        dims: null,
                    })),
                },
            },
            /input "mask_input" that the description of fake lacks/,
        ],
    ])("throws on a model that does not fit: %s", async (_, ports, message) => {
        const runtime = new FakeSamRuntime({}, ports);
        await expect(startAsync(runtime)).rejects.toThrow(message);
        expect(runtime.sessions).toBe(0);
    });

    it("scales prompts to the encoder's pixels, and appends a padding point without a box", async () => {
        const asked: number[][][] = [];
        const runtime = new FakeSamRuntime({
            onDecode: (positions, labels) => asked.push([[...positions], Array.from(labels as Float32Array)]),
        });
        const decoder = await SamPredictor.CreateAsync(await startAsync(runtime), PICTURE);
        await decoder.predictAsync({ points: [{ x: 10, y: 5, inside: true }] });
        await decoder.predictAsync({
            points: [
                { x: 10, y: 5, inside: true },
                { x: 1, y: 2, inside: false },
            ],
        });
        await decoder.predictAsync({ box: [2, 3, 10, 5] });
        await decoder.predictAsync({ points: [{ x: 4, y: 4, inside: true }], box: [2, 3, 10, 5] });
        expect(asked).toEqual([
            [
                [20, 10, 0, 0],
                [1, -1],
            ],
            [
                [20, 10, 2, 4, 0, 0],
                [1, 0, -1],
            ],
            [
                [4, 6, 24, 16],
                [2, 3],
            ],
            [
                [8, 8, 4, 6, 24, 16],
                [1, 2, 3],
            ],
        ]);
        expect(runtime.images).toHaveLength(1);
    });

    it("returns masks of the image's size for a prompt, the best first", async () => {
        const runtime = new FakeSamRuntime({
            things: [
                [8, 8, 24, 24],
                [0, 0, 64, 32],
            ],
            iouOf: (thing) => [0.6, 0.9][thing],
        });
        const decoder = await SamPredictor.CreateAsync(await startAsync(runtime), PICTURE);
        const masks = await decoder.predictAsync({ points: [{ x: 8, y: 8, inside: true }] });
        expect(masks.map(({ predictedIou }) => predictedIou)).toEqual([0.9, 0.6, 0].map(Math.fround));
        expect(masks.map(({ region }) => [region.width, region.height])).toEqual(new Array(3).fill([32, 16]));
        expect(masks[0].region.area).toBe(512);
        expect(masks[1].region.bounds).toEqual([4, 4, 8, 8]);
        expect(masks[2].region.area).toBe(0);
    });

    it("throws on invalid prompts", async () => {
        const decoder = await SamPredictor.CreateAsync(await startAsync(new FakeSamRuntime()), PICTURE);
        await expect(decoder.predictAsync({})).rejects.toThrow("needs a point or a box");
        await expect(decoder.predictAsync({ points: [{ x: Number.NaN, y: 0, inside: true }] })).rejects.toThrow(
            "(NaN, 0)",
        );
        const model = FakeSamModel();
        const plain = await startAsync(new FakeSamRuntime(), { ...model, prompts: { ...model.prompts, boxes: false } });
        const other = await SamPredictor.CreateAsync(plain, PICTURE);
        await expect(other.predictAsync({ box: [0, 0, 5, 5] })).rejects.toThrow("does not support boxes");
    });

    it("throws on answers that are missing, of another type, or of another shape", async () => {
        const model = FakeSamModel();
        const session = await startAsync(new FakeSamRuntime(), model);
        const image = await session.encodeAsync(PICTURE);
        const { _decoder: decoder } = session as unknown as { _decoder: OnnxSession };
        const runAsync = decoder.runAsync.bind(decoder);
        for (const [change, reason] of [
            [(name: string) => ({ [name]: undefined }), /it is missing/],
            [() => ({ [model.outputs.ious]: null }), /should return ".*" as float32 numbers; it is missing/],
            [(name: string) => ({ [name]: { type: "int64", dims: [1], data: new BigInt64Array(1) } }), /type int64/],
            [(name: string) => ({ [name]: { type: "float16", dims: [1], data: new Uint16Array(1) } }), /float16/],
            [(name: string) => ({ [name]: tensor([2, 2]), dims: [3] }), /do not match/],
            [(name: string) => ({ [name]: { ...tensor([4]), dims: [2, 3] } }), /of shape 2 x 3 with 4 numbers/],
        ] as const) {
            decoder.runAsync = async (feeds) =>
                ({ ...(await runAsync(feeds)), ...change(model.outputs.masks) }) as Record<string, OnnxTensor>;
            await expect(session.decodeAsync(image, [{ box: [0, 0, 5, 5] }])).rejects.toMatchObject({
                kind: "input",
                message: expect.stringMatching(reason),
            });
        }
    });

    it("throws on a prompt before an image", async () => {
        const input = { model: FakeSamModel(), encoder: BYTES, decoder: BYTES, runtime: {} };
        const job = await SamJob.StartAsync(input, new FakeSamRuntime());
        await expect(job.predictAsync({ box: [0, 0, 1, 1] })).rejects.toThrow("no image");
    });
});

/** Creates a session that records its inputs and returns the given outputs. */
function noting(inputs: string[], answer: Record<string, OnnxTensor>, fed: Record<string, OnnxTensor>[]): OnnxSession {
    return {
        inputs: inputs.map((name) => ({ name, dims: null })),
        outputs: Object.keys(answer).map((name) => ({ name, dims: null })),
        runAsync: async (feeds) => {
            fed.push(feeds);
            return answer;
        },
        releaseAsync: async () => undefined,
    };
}

function tensor(dims: number[], value = 0): OnnxTensor {
    return { type: "float32", dims, data: new Float32Array(dims.reduce((a, b) => a * b)).fill(value) };
}

describe("samModels", () => {
    it("feeds SlimSAM in the format of transformers.js", async () => {
        const model = samModels.slimSam("https://example.org/slim/onnx/");
        expect(model.encoder).toEqual({
            name: "vision_encoder.onnx",
            source: "https://example.org/slim/onnx/vision_encoder.onnx",
            sha256: null,
        });
        const fed: Record<string, OnnxTensor>[] = [];
        const embeddings = { image_embeddings: tensor([1]), image_positional_embeddings: tensor([2]) };
        const answer = { pred_masks: tensor([1, 2, 3, 8, 8]), iou_scores: tensor([1, 2, 3]) };
        const runtime = {
            provider: "wasm" as const,
            createSessionAsync: async (_: Uint8Array, file: string) =>
                file === model.encoder.name
                    ? noting(["pixel_values"], embeddings, fed)
                    : noting(
                          ["image_embeddings", "image_positional_embeddings", "input_points", "input_labels"],
                          answer,
                          fed,
                      ),
        };
        const session = await SamSession.CreateAsync(runtime, model, BYTES, BYTES);
        const image = await session.encodeAsync(PICTURE);
        const decoded = await session.decodeAsync(image, [
            { points: [{ x: 1, y: 2, inside: true }] },
            { points: [{ x: 3, y: 4, inside: false }] },
        ]);
        expect([decoded.promptCount, decoded.masksPerPrompt, decoded.width, decoded.height]).toEqual([2, 3, 8, 8]);
        const { input_points, input_labels, ...rest } = fed[1];
        expect(input_points).toMatchObject({ dims: [1, 2, 1, 2], data: Float32Array.of(32, 64, 96, 128) });
        expect(input_labels).toMatchObject({ type: "int64", dims: [1, 2, 1], data: BigInt64Array.of(1n, 0n) });
        expect(rest).toEqual(embeddings);
    });

    it("runs segment-anything's export one prompt at a time, and skips its first mask", async () => {
        const model = samModels.segmentAnything({ encoder: BYTES, decoder: BYTES });
        const fed: Record<string, OnnxTensor>[] = [];
        const masks = tensor([1, 4, 2, 2]);
        (masks.data as Float32Array).set(Array.from({ length: 16 }, (_, i) => Math.floor(i / 4)));
        const ious = { type: "float32", dims: [1, 4], data: Float32Array.of(0, 1, 2, 3) };
        const inputs = [
            "image_embeddings",
            "point_coords",
            "point_labels",
            "mask_input",
            "has_mask_input",
            "orig_im_size",
        ];
        const runtime = {
            provider: "wasm" as const,
            createSessionAsync: async (_: Uint8Array, file: string) =>
                file === model.encoder.name
                    ? noting(["image"], { image_embeddings: tensor([1]) }, fed)
                    : noting(inputs, { low_res_masks: masks, iou_predictions: ious }, fed),
        };
        const session = await SamSession.CreateAsync(runtime, model, BYTES, BYTES);
        const image = await session.encodeAsync(PICTURE);
        const point = { points: [{ x: 1, y: 2, inside: true }] };
        const decoded = await session.decodeAsync(image, [point, point]);
        expect(fed).toHaveLength(3);
        expect(fed[1].mask_input.dims).toEqual([1, 1, 256, 256]);
        expect(fed[1].orig_im_size.data).toEqual(Float32Array.of(1024, 1024));
        expect([decoded.promptCount, decoded.masksPerPrompt]).toEqual([2, 3]);
        expect([...decoded.ious]).toEqual([1, 2, 3, 1, 2, 3]);
        expect([...decoded.logits.subarray(12)]).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
    });

    it("has the digests of MobileSAM's files only for its default files", () => {
        expect(samModels.mobileSam("models").encoder).toMatchObject({
            source: "models/mobilesam_encoder_1024_w16.onnx",
            sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        });
        expect(samModels.mobileSam({ encoder: BYTES, decoder: "a/b.onnx" })).toMatchObject({
            encoder: { name: "mobilesam_encoder_1024_w16.onnx", sha256: null },
            decoder: { name: "b.onnx", sha256: null },
        });
        const sha256 = { encoder: "12" };
        expect(() => samModels.mobileSam({ encoder: BYTES, decoder: BYTES, sha256 })).toThrow("64 hexadecimal digits");
    });
});
