import { UltrametricError } from "../../src/compute/base/ultrametricError";
import type { OnnxPort, OnnxRuntime, OnnxSession, OnnxTensor } from "../../src/plugin/sam/onnxRuntime";
import { type SamModel, samModels } from "../../src/plugin/sam/samModel";

/** Side of the encoder's input, and of the masks. */
const INPUT = 64;
const LOW = 16;

/** A rectangle in the encoder's input that every point inside finds: [left, top, right, bottom], multiples of 4. */
export type FakeThing = readonly [left: number, top: number, right: number, bottom: number];

/** Options of {@link FakeSamRuntime}. */
export interface FakeSamOptions {
    /** The objects in the image. A point gets the three smallest objects around it. */
    readonly things?: readonly FakeThing[];
    /** Predicted IoU of the mask of the object with this index. */
    readonly iouOf?: (thing: number) => number;
    /** Logit inside the object with this index. Default 8; nearer to 0 is less stable. */
    readonly insideOf?: (thing: number) => number;
    /** Logit outside objects. Nearer to 0 is less stable. */
    readonly outside?: number;
    /** Largest number of prompts per run that fits in memory. */
    readonly maxBatch?: number;
    readonly onDecode?: (positions: Float32Array, labels: OnnxTensor["data"]) => void;
}

/** A description like MobileSAM's, with the fake's image size. */
export function FakeSamModel(): SamModel {
    const model = samModels.mobileSam({ encoder: new Uint8Array(1), decoder: new Uint8Array(2) });
    return { ...model, name: "fake", image: { ...model.image, size: INPUT } };
}

/** A substitute for onnxruntime-web whose encoder and decoder find a few rectangles. */
export class FakeSamRuntime implements OnnxRuntime {
    public readonly provider = "wasm";
    /** The inputs of the encoder. */
    public readonly images: Float32Array[] = [];
    /** The number of prompts of each run of the decoder. */
    public readonly batches: number[] = [];
    public sessions = 0;

    /** @param _ports inputs and outputs that differ from MobileSAM's */
    public constructor(
        private readonly _options: FakeSamOptions = {},
        private readonly _ports: { encoder?: Partial<FakePorts>; decoder?: Partial<FakePorts> } = {},
    ) {}

    public async createSessionAsync(_bytes: Uint8Array, file: string): Promise<OnnxSession> {
        this.sessions++;
        const releaseAsync = async (): Promise<void> => {
            this.sessions--;
        };
        return file.includes("encoder")
            ? {
                  inputs: [{ name: "image", dims: [1, 3, INPUT, INPUT] }],
                  outputs: [{ name: "image_embeddings", dims: null }],
                  ...this._ports.encoder,
                  runAsync: async ({ image }) => {
                      this.images.push(image.data as Float32Array);
                      return { image_embeddings: { type: "float32", dims: [1], data: new Float32Array(1) } };
                  },
                  releaseAsync,
              }
            : {
                  inputs: ["image_embeddings", "point_coords", "point_labels"].map((name) => ({ name, dims: null })),
                  outputs: ["low_res_masks", "iou_predictions"].map((name) => ({ name, dims: null })),
                  ...this._ports.decoder,
                  runAsync: async (feeds) => this._decode(feeds),
                  releaseAsync,
              };
    }

    private _decode(feeds: Readonly<Record<string, OnnxTensor>>): Record<string, OnnxTensor> {
        const { things = [], iouOf = () => 0.95, insideOf = () => 8, outside = -8 } = this._options;
        const { maxBatch = Number.POSITIVE_INFINITY } = this._options;
        const points = feeds.point_coords;
        const positions = points.data as Float32Array;
        this._options.onDecode?.(positions, feeds.point_labels.data);
        const [count, length] = points.dims;
        if (count > maxBatch) {
            throw new UltrametricError("limits", "Memory ran out.");
        }
        this.batches.push(count);
        const logits = new Float32Array(count * 3 * LOW * LOW).fill(outside);
        const ious = new Float32Array(count * 3);
        for (let i = 0; i < count; i++) {
            const x = positions[2 * length * i];
            const y = positions[2 * length * i + 1];
            const around = things
                .map((thing, index) => ({ thing, index }))
                .filter(({ thing: [left, top, right, bottom] }) => x >= left && x < right && y >= top && y < bottom);
            around.slice(0, 3).forEach(({ thing: [left, top, right, bottom], index }, m) => {
                ious[3 * i + m] = iouOf(index);
                for (let v = top / 4; v < bottom / 4; v++) {
                    for (let u = left / 4; u < right / 4; u++) {
                        logits[((3 * i + m) * LOW + v) * LOW + u] = insideOf(index);
                    }
                }
            });
        }
        return {
            low_res_masks: { type: "float32", dims: [count, 3, LOW, LOW], data: logits },
            iou_predictions: { type: "float32", dims: [count, 3], data: ious },
        };
    }
}

interface FakePorts {
    readonly inputs: readonly OnnxPort[];
    readonly outputs: readonly OnnxPort[];
}
