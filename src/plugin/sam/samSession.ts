import { UltrametricError } from "../../compute/base/ultrametricError";
import type { RgbaImage } from "../formats/base/pngImage";
import { MaskUpsampler } from "./maskUpsampler";
import type { OnnxRuntime, OnnxSession, OnnxTensor } from "./onnxRuntime";
import { PrepareSamImage } from "./prepareSamImage";
import type { PixelBox } from "./resizeImage";
import type { SamModel } from "./samModel";
import { CheckDecoder, CheckEncoder, ExpectFloats } from "./samModelChecks";

/** A prompt of points, a box, or both, in pixels of the image; (0, 0) is its top left corner. */
export interface SamPrompt {
    /** Points that the mask contains, or does not contain. */
    readonly points?: readonly { readonly x: number; readonly y: number; readonly inside: boolean }[];
    /** A box around the object: [left, top, width, height]. */
    readonly box?: PixelBox;
}

/** The embeddings of an image, or of a part of it. */
export interface EncodedImage {
    /** The encoded part of the image. */
    readonly part: PixelBox;
    /** The size of the image. */
    readonly width: number;
    readonly height: number;
    /** The size of the part in the encoder's input. */
    readonly filledWidth: number;
    readonly filledHeight: number;
    /** The decoder's inputs by name. */
    readonly embeddings: Readonly<Record<string, OnnxTensor>>;
}

/** The decoder's output for a batch of prompts. */
export interface DecodedMasks {
    readonly promptCount: number;
    readonly masksPerPrompt: number;
    /** The size of the masks. */
    readonly width: number;
    readonly height: number;
    /** [prompts, masks, height, width] The logits; those above 0 are inside. */
    readonly logits: Float32Array;
    /** [prompts, masks] The predicted IoUs. */
    readonly ious: Float32Array;
}

/** The loaded encoder and decoder of a model, checked against its description. */
export class SamSession {
    private constructor(
        public readonly model: SamModel,
        private readonly _encoder: OnnxSession,
        private readonly _decoder: OnnxSession,
    ) {}

    /**
     * @throws UltrametricError "input" when a file is not an ONNX model, or lacks an input or output of the
     * description; "limits" when memory runs out
     */
    public static async CreateAsync(
        runtime: OnnxRuntime,
        model: SamModel,
        encoderBytes: Uint8Array,
        decoderBytes: Uint8Array,
    ): Promise<SamSession> {
        const encoder = await runtime.createSessionAsync(encoderBytes, model.encoder.name);
        try {
            CheckEncoder(model, encoder);
            const decoder = await runtime.createSessionAsync(decoderBytes, model.decoder.name);
            try {
                CheckDecoder(model, decoder);
            } catch (error) {
                await decoder.releaseAsync();
                throw error;
            }
            return new SamSession(model, encoder, decoder);
        } catch (error) {
            await encoder.releaseAsync();
            throw error;
        }
    }

    /**
     * Encodes an image, or a part of it, composited on white.
     * @throws UltrametricError "limits"
     */
    public async encodeAsync(
        image: RgbaImage,
        part: PixelBox = [0, 0, image.width, image.height],
    ): Promise<EncodedImage> {
        const { image: input, embeddings } = this.model;
        const { data, filledWidth, filledHeight } = PrepareSamImage(image, part, input);
        const outputs = await this._encoder.runAsync({
            [input.name]: { type: "float32", dims: [1, 3, input.size, input.size], data },
        });
        return {
            part,
            width: image.width,
            height: image.height,
            filledWidth,
            filledHeight,
            embeddings: Object.fromEntries(
                embeddings.map(({ output, input: name }) => [
                    name,
                    ExpectFloats(outputs, output, this.model.encoder.name),
                ]),
            ),
        };
    }

    /**
     * Predicts the masks of prompts, which have the same number of points, and all or none of them a box.
     * @throws UltrametricError "input" for invalid prompts, "unsupported" for boxes that the model does not support,
     * "limits" when memory runs out
     */
    public async decodeAsync(image: EncodedImage, prompts: readonly SamPrompt[]): Promise<DecodedMasks> {
        const { prompts: names, constants, outputs, dropFirstMask } = this.model;
        if (!names.batched && prompts.length > 1) {
            return this._decodeOneByOneAsync(image, prompts);
        }
        const lists = prompts.map((prompt) => this._labeledPoints(prompt, image));
        const count = prompts.length;
        const points = lists[0].length / 3;
        if (lists.some((list) => list.length !== lists[0].length)) {
            throw new UltrametricError("input", "Prompts of one batch must have the same number of points.");
        }
        const positions = new Float32Array(2 * count * points);
        const labels = new Float32Array(count * points);
        lists.flat().forEach((value, i) => {
            if (i % 3 === 2) {
                labels[(i - 2) / 3] = value;
            } else {
                positions[2 * Math.floor(i / 3) + (i % 3)] = value;
            }
        });
        const shape = names.layout === "prompts" ? [count, points] : [1, count, points];
        const feeds: Record<string, OnnxTensor> = {
            ...image.embeddings,
            [names.points]: { type: "float32", dims: [...shape, 2], data: positions },
            [names.labels]:
                names.labelType === "int64"
                    ? { type: "int64", dims: shape, data: BigInt64Array.from(labels, BigInt) }
                    : { type: "float32", dims: shape, data: labels },
        };
        for (const { input, dims, value } of constants) {
            const data = new Float32Array(dims.reduce((product, side) => product * side, 1)).fill(value);
            feeds[input] = { type: "float32", dims, data };
        }
        const answer = await this._decoder.runAsync(feeds);
        const { name: file } = this.model.decoder;
        const masks = ExpectFloats(answer, outputs.masks, file);
        const [height, width] = masks.dims.slice(-2);
        const masksPerPrompt = masks.data.length / (count * width * height);
        const ious = ExpectFloats(answer, outputs.ious, file).data;
        if (!Number.isInteger(masksPerPrompt) || ious.length !== count * masksPerPrompt) {
            throw new UltrametricError(
                "input",
                `${file} returned ${outputs.masks} of shape ${masks.dims.join(" x ")} and ` +
                    `${ious.length} values of ${outputs.ious} for ${count} prompts, which do not match. ` +
                    "Check the description of the model.",
            );
        }
        const decoded = { promptCount: count, masksPerPrompt, width, height, logits: masks.data, ious };
        return dropFirstMask && masksPerPrompt > 1 ? withoutFirst(decoded) : decoded;
    }

    /** Creates the upsampler of the decoder's masks to the size of the image. */
    public createUpsampler(
        { filledWidth, filledHeight, part, width, height }: EncodedImage,
        decoded: DecodedMasks,
    ): MaskUpsampler {
        const { size } = this.model.image;
        return new MaskUpsampler(decoded.width, decoded.height, size, filledWidth, filledHeight, part, width, height);
    }

    public async releaseAsync(): Promise<void> {
        await this._encoder.releaseAsync();
        await this._decoder.releaseAsync();
    }

    private async _decodeOneByOneAsync(image: EncodedImage, prompts: readonly SamPrompt[]): Promise<DecodedMasks> {
        const answers: DecodedMasks[] = [];
        for (const prompt of prompts) {
            answers.push(await this.decodeAsync(image, [prompt]));
        }
        const size = answers[0].logits.length;
        const logits = new Float32Array(size * answers.length);
        answers.forEach((answer, i) => {
            logits.set(answer.logits, i * size);
        });
        const ious = Float32Array.from(answers.flatMap((answer) => [...answer.ious]));
        return { ...answers[0], promptCount: prompts.length, logits, ious };
    }

    /** Returns x, y and label of each point, concatenated, in pixels of the encoder's input. */
    private _labeledPoints(
        { points = [], box }: SamPrompt,
        { part, filledWidth, filledHeight }: EncodedImage,
    ): number[] {
        const { prompts, name } = this.model;
        const [left, top, width, height] = part;
        const list: number[] = [];
        const add = (x: number, y: number, label: number): void => {
            if (!Number.isFinite(x) || !Number.isFinite(y)) {
                throw new UltrametricError(
                    "input",
                    `The position (${x}, ${y}) of a prompt is not finite; give it in pixels of the image.`,
                );
            }
            list.push(((x - left) * filledWidth) / width, ((y - top) * filledHeight) / height, label);
        };
        for (const { x, y, inside } of points) {
            add(x, y, inside ? 1 : 0);
        }
        if (box !== undefined) {
            if (!prompts.boxes) {
                throw new UltrametricError(
                    "unsupported",
                    `${name} does not support boxes; use points inside and outside.`,
                );
            }
            add(box[0], box[1], 2);
            add(box[0] + box[2], box[1] + box[3], 3);
        } else if (points.length === 0) {
            throw new UltrametricError("input", "A prompt needs a point or a box.");
        } else if (prompts.padding) {
            list.push(0, 0, -1);
        }
        return list;
    }
}

/** Drops the first mask of each prompt. */
function withoutFirst(decoded: DecodedMasks): DecodedMasks {
    const { promptCount, masksPerPrompt, width, height } = decoded;
    const size = width * height;
    const kept = masksPerPrompt - 1;
    const logits = new Float32Array(promptCount * kept * size);
    const ious = new Float32Array(promptCount * kept);
    for (let i = 0; i < promptCount; i++) {
        const from = i * masksPerPrompt + 1;
        logits.set(decoded.logits.subarray(from * size, (from + kept) * size), i * kept * size);
        ious.set(decoded.ious.subarray(from, from + kept), i * kept);
    }
    return { ...decoded, masksPerPrompt: kept, logits, ious };
}
