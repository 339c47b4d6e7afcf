import { UltrametricError } from "../../compute/base/ultrametricError";
import { MOBILE_SAM_FILES } from "./mobileSamFiles";

/** A file of a model. */
export interface ModelFile {
    /** The name of the file in messages. */
    readonly name: string;
    /** The address of the file, or its bytes. */
    readonly source: string | URL | Uint8Array;
    /** The SHA-256 of the bytes, 64 hexadecimal digits; null skips the check. */
    readonly sha256: string | null;
}

/** The encoder's image input, [1, 3, size, size] float32. */
export interface SamImageInput {
    /** The name of the input. */
    readonly name: string;
    /** The side of the input in pixels. */
    readonly size: number;
    /**
     * `pad` scales the longer side to `size` and pads with zeros at the right and below (SAM); `stretch` scales both
     * sides to `size` (SAM 2).
     */
    readonly fit: "pad" | "stretch";
    /** The mean of red, green and blue, 0..255; the input is (value - mean) / deviation. */
    readonly mean: readonly [number, number, number];
    readonly deviation: readonly [number, number, number];
}

/** The decoder's prompt inputs. */
export interface SamPromptInput {
    /** The name of the input with the points, in pixels of the encoder's input. */
    readonly points: string;
    /** The name of the input with the labels: 1 inside, 0 outside, 2 and 3 corners of a box, -1 padding. */
    readonly labels: string;
    readonly labelType: "float32" | "int64";
    /** The shape of the points: [prompts, points, 2] or, for `imagePrompts`, [1, prompts, points, 2]. */
    readonly layout: "prompts" | "imagePrompts";
    /** True if a prompt without a box needs a padding point (0, 0) of label -1. */
    readonly padding: boolean;
    /** True if boxes (labels 2 and 3) are supported. */
    readonly boxes: boolean;
    /** True if a run can have several prompts. */
    readonly batched: boolean;
}

/**
 * The description of a Segment Anything model: the ONNX files of encoder and decoder with their names, sizes and
 * conventions. It is plain data. {@link samModels} describes published models; others are described alike.
 */
export interface SamModel {
    readonly name: string;
    readonly encoder: ModelFile;
    readonly decoder: ModelFile;
    readonly image: SamImageInput;
    /** The encoder outputs that are inputs of the decoder. */
    readonly embeddings: readonly { readonly output: string; readonly input: string }[];
    readonly prompts: SamPromptInput;
    /** Constant float32 inputs of the decoder: the shape, and the value of every element. */
    readonly constants: readonly { readonly input: string; readonly dims: readonly number[]; readonly value: number }[];
    /** The decoder outputs: mask logits [..., masks, height, width] and predicted IoU [..., masks]. */
    readonly outputs: { readonly masks: string; readonly ious: string };
    /** True if the first mask of a prompt, the one for unambiguous prompts, is dropped (exports with 4 masks). */
    readonly dropFirstMask: boolean;
}

/** The address of the folder with both files of a model, or the files. */
export type SamFiles =
    | string
    | URL
    | { readonly encoder: ModelFile["source"]; readonly decoder: ModelFile["source"]; readonly sha256?: SamDigests };

/** The SHA-256 of both files. */
export interface SamDigests {
    readonly encoder?: string;
    readonly decoder?: string;
}

const IMAGENET: Pick<SamImageInput, "mean" | "deviation"> = {
    mean: [123.675, 116.28, 103.53],
    deviation: [58.395, 57.12, 57.375],
};

/** Descriptions of published models. The package contains none of them: give the address of a folder, or both files. */
export const samModels = {
    /**
     * Describes MobileSAM (Zhang et al. 2023) with the files of {@link MOBILE_SAM_FILES}, which the package
     * babylon-ultrametric-mobilesam has. Three masks per prompt, any number of prompts per run.
     *
     * @param files address of the folder with both files, or both files
     */
    mobileSam(files: SamFiles): SamModel {
        return {
            name: "MobileSAM",
            ...filesOf(files, MOBILE_SAM_FILES.encoder.name, MOBILE_SAM_FILES.decoder.name, {
                encoder: MOBILE_SAM_FILES.encoder.sha256,
                decoder: MOBILE_SAM_FILES.decoder.sha256,
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
     * Describes SlimSAM (Chen et al. 2023) and other SAM models in the export of transformers.js: vision_encoder.onnx
     * and prompt_encoder_mask_decoder.onnx. It does not support boxes.
     *
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
     * Describes SAM ViT-B, -L and -H (Kirillov et al. 2023): an encoder with input "image" and output
     * "image_embeddings", and the decoder of segment-anything's export script, without its single-mask option. One
     * prompt per run.
     *
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
            `The SHA-256 of ${name} must have 64 hexadecimal digits; it is "${sha256}".`,
        );
    }
    return sha256?.toLowerCase() ?? null;
}
