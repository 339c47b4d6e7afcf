import { UltrametricError } from "../../compute/base/ultrametricError";

/** A file of a model: where it is read from, and what it must be. */
export interface ModelFile {
    /** Name for messages. */
    readonly name: string;
    /** Address of the file, or its bytes. */
    readonly source: string | URL | Uint8Array;
    /** SHA-256 of the bytes, 64 hexadecimal digits; null where it is not known: nothing is checked then. */
    readonly sha256: string | null;
}

/** How a picture becomes the encoder's input, [1, 3, size, size] float32. */
export interface SamImageInput {
    /** Name of the encoder's input. */
    readonly name: string;
    /** Side of the input in pixels. */
    readonly size: number;
    /** `pad`: the longer side becomes `size`, zeros follow at the right and below (SAM). `stretch`: both sides do (SAM 2). */
    readonly fit: "pad" | "stretch";
    /** Of red, green and blue, 0..255: (value - mean) / deviation goes in. */
    readonly mean: readonly [number, number, number];
    readonly deviation: readonly [number, number, number];
}

/** How prompts are given to the decoder. */
export interface SamPromptInput {
    /** Name of the input of the positions, in pixels of the encoder's input. */
    readonly points: string;
    /** Name of the input of the labels: 1 inside, 0 outside, 2 and 3 the corners of a box, -1 nothing. */
    readonly labels: string;
    readonly labelType: "float32" | "int64";
    /** `prompts`: positions are [prompts, points, 2]. `imagePrompts`: [1, prompts, points, 2]. */
    readonly layout: "prompts" | "imagePrompts";
    /** Whether a point (0, 0) of label -1 is to be appended to a prompt without a box; false where the decoder does so itself. */
    readonly padding: boolean;
    /** Whether the labels 2 and 3 are known. */
    readonly boxes: boolean;
    /** Whether one run takes several prompts. */
    readonly batched: boolean;
}

/**
 * What has to be known of a pair of ONNX files, encoder and decoder, to make masks with them: names, sizes and conventions.
 * Plain data. {@link samModels} has those of published files; describe others in the same way.
 */
export interface SamModel {
    readonly name: string;
    readonly encoder: ModelFile;
    readonly decoder: ModelFile;
    readonly image: SamImageInput;
    /** What the decoder takes from the encoder, by their names for it. */
    readonly embeddings: readonly { readonly output: string; readonly input: string }[];
    readonly prompts: SamPromptInput;
    /** Inputs of the decoder that are always the same (float32): the shape, and the value of every element. */
    readonly constants: readonly { readonly input: string; readonly dims: readonly number[]; readonly value: number }[];
    /** Outputs of the decoder: logits of the masks at low resolution [..., masks, height, width], and predicted IoU [..., masks]. */
    readonly outputs: { readonly masks: string; readonly ious: string };
    /** Whether the first mask of a prompt is the answer to an unambiguous prompt and stays out (exports with 4 masks a prompt). */
    readonly dropFirstMask: boolean;
}

/** Where a model's two files are. */
export type SamFiles =
    | string
    | URL
    | { readonly encoder: ModelFile["source"]; readonly decoder: ModelFile["source"]; readonly sha256?: SamDigests };

/** SHA-256 of the two files. */
export interface SamDigests {
    readonly encoder?: string;
    readonly decoder?: string;
}

const IMAGENET: Pick<SamImageInput, "mean" | "deviation"> = {
    mean: [123.675, 116.28, 103.53],
    deviation: [58.395, 57.12, 57.375],
};

/** Descriptions of published models. None comes with the package: give the address of a folder, or addresses or bytes of both files. */
export const samModels = {
    /**
     * MobileSAM (Zhang et al. 2023), encoder and decoder as they come with the demo: mobilesam_encoder_1024_w16.onnx and
     * sam_decoder_fast_w16.onnx, three masks a prompt, any number of prompts a run.
     * @param files the folder's address, or both files
     */
    mobileSam(files: SamFiles): SamModel {
        return {
            name: "MobileSAM",
            ...filesOf(files, "mobilesam_encoder_1024_w16.onnx", "sam_decoder_fast_w16.onnx", {
                encoder: "070aa5b7a582cefb9ff2042fccd04e3d098d56f3fe2380099e6aad3b9acbc9fa",
                decoder: "093b4d98e8a2a205eac10da96325a26bcea57f1378475322c8eb94fd63b23859",
            }),
            image: { name: "image", size: 1024, fit: "pad", ...IMAGENET },
            embeddings: [{ output: "image_embeddings", input: "image_embeddings" }],
            prompts: {
                points: "point_coords",
                labels: "point_labels",
                labelType: "float32",
                layout: "prompts",
                padding: true,
                boxes: true,
                batched: true,
            },
            constants: [],
            outputs: { masks: "low_res_masks", ious: "iou_predictions" },
            dropFirstMask: false,
        };
    },

    /**
     * SlimSAM (Chen et al. 2023) and other SAM models in transformers.js's export: vision_encoder.onnx and
     * prompt_encoder_mask_decoder.onnx. Boxes are not among its prompts.
     * @param files address of the folder with both files (usually "onnx"), or both files
     */
    slimSam(files: SamFiles): SamModel {
        return {
            name: "SlimSAM",
            ...filesOf(files, "vision_encoder.onnx", "prompt_encoder_mask_decoder.onnx", {}),
            image: { name: "pixel_values", size: 1024, fit: "pad", ...IMAGENET },
            embeddings: [
                { output: "image_embeddings", input: "image_embeddings" },
                { output: "image_positional_embeddings", input: "image_positional_embeddings" },
            ],
            prompts: {
                points: "input_points",
                labels: "input_labels",
                labelType: "int64",
                layout: "imagePrompts",
                padding: false,
                boxes: false,
                batched: true,
            },
            constants: [],
            outputs: { masks: "pred_masks", ious: "iou_scores" },
            dropFirstMask: false,
        };
    },

    /**
     * SAM ViT-B, -L, -H (Kirillov et al. 2023): an encoder with input "image" and output "image_embeddings", and the decoder
     * that segment-anything's own export script writes, without its option for a single mask. One prompt a run.
     * @param files both files
     */
    segmentAnything(files: Exclude<SamFiles, string | URL>): SamModel {
        return {
            ...samModels.mobileSam(files),
            name: "Segment Anything",
            prompts: { ...samModels.mobileSam(files).prompts, batched: false },
            constants: [
                { input: "mask_input", dims: [1, 1, 256, 256], value: 0 },
                { input: "has_mask_input", dims: [1], value: 0 },
                { input: "orig_im_size", dims: [2], value: 1024 },
            ],
            dropFirstMask: true,
        };
    },
};

function filesOf(
    files: SamFiles,
    encoderName: string,
    decoderName: string,
    digests: SamDigests,
): Pick<SamModel, "encoder" | "decoder"> {
    if (typeof files === "string" || files instanceof URL) {
        const folder = String(files).replace(/\/+$/, "");
        const file = (name: string, sha256: string | undefined): ModelFile => ({
            name,
            source: `${folder}/${name}`,
            sha256: sha256 ?? null,
        });
        return { encoder: file(encoderName, digests.encoder), decoder: file(decoderName, digests.decoder) };
    }
    const file = (source: ModelFile["source"], name: string, sha256: string | undefined): ModelFile => ({
        name: source instanceof Uint8Array ? name : String(source).slice(String(source).lastIndexOf("/") + 1),
        source,
        sha256: checkDigest(sha256, name),
    });
    return {
        encoder: file(files.encoder, encoderName, files.sha256?.encoder),
        decoder: file(files.decoder, decoderName, files.sha256?.decoder),
    };
}

function checkDigest(sha256: string | undefined, name: string): string | null {
    if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256)) {
        throw new UltrametricError(
            "input",
            `The SHA-256 given for ${name} is "${sha256}"; it has 64 hexadecimal digits.`,
        );
    }
    return sha256?.toLowerCase() ?? null;
}
