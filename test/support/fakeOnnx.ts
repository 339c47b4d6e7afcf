// A substitute for onnxruntime-web, which tests load by its URL (`moduleUrl`) in a worker and in Node. Its models
// separate an image by red, green and blue. It imports nothing, since a worker loads it alone.

/** Side of the encoder's input, and of the masks. */
const INPUT = 64;
const LOW = 32;
/** Logit inside a mask, high enough for stable masks at this size. */
const LOGIT = 40;

type Data = Float32Array | BigInt64Array;

export class Tensor {
    public constructor(
        public readonly type: string,
        public readonly data: Data,
        public readonly dims: readonly number[],
    ) {}
}

export const env = { logLevel: "", wasm: { numThreads: 1, wasmPaths: {} } };

/** The content of a fake model file, as JSON. */
export interface FakeOnnxFile {
    readonly kind: "encoder" | "decoder";
    /** Duration of a run in milliseconds. Default 0. */
    readonly milliseconds?: number;
    /** Number of runs that succeed before memory runs out. Default: all. */
    readonly runs?: number;
}

/** Returns the bytes of a fake model file. */
export function FakeOnnxBytes(file: FakeOnnxFile): Uint8Array {
    return new TextEncoder().encode(JSON.stringify(file));
}

const PORTS = {
    encoder: { inputs: ["image"], outputs: ["image_embeddings"] },
    decoder: {
        inputs: ["image_embeddings", "point_coords", "point_labels"],
        outputs: ["low_res_masks", "iou_predictions"],
    },
} as const;

class Session {
    public readonly inputNames: readonly string[];
    public readonly outputNames: readonly string[];
    public readonly inputMetadata: readonly object[];
    public readonly outputMetadata: readonly object[];
    private _runs = 0;

    public constructor(private readonly _file: FakeOnnxFile) {
        const { inputs, outputs } = PORTS[_file.kind];
        this.inputNames = inputs;
        this.outputNames = outputs;
        this.inputMetadata = inputs.map(() => ({ isTensor: false }));
        this.outputMetadata = outputs.map(() => ({ isTensor: false }));
    }

    public async run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
        const { kind, milliseconds = 0, runs = Number.POSITIVE_INFINITY } = this._file;
        await new Promise((resolve) => setTimeout(resolve, milliseconds));
        if (this._runs++ >= runs) {
            throw new Error("std::bad_alloc");
        }
        return kind === "encoder" ? { image_embeddings: feeds.image } : decode(feeds);
    }

    public async release(): Promise<void> {}
}

export const InferenceSession = {
    async create(bytes: Uint8Array): Promise<Session> {
        try {
            return new Session(JSON.parse(new TextDecoder().decode(bytes)) as FakeOnnxFile);
        } catch {
            throw new Error(
                "Can't create a session. ERROR_CODE: 7, ERROR_MESSAGE: Failed to load model because protobuf parsing failed.",
            );
        }
    },
};

/** Returns three masks for each point: the pixels of its color, all colored pixels, and none. */
function decode({ image_embeddings, point_coords }: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
    const image = image_embeddings.data as Float32Array;
    const positions = point_coords.data as Float32Array;
    const [count, length] = point_coords.dims;
    const size = LOW * LOW;
    const logits = new Float32Array(count * 3 * size).fill(-LOGIT);
    const ious = new Float32Array(count * 3);
    const step = INPUT / LOW;
    const colors = Array.from({ length: size }, (_, p) =>
        colorAt(image, (p % LOW) * step + step / 2, Math.floor(p / LOW) * step + step / 2),
    );
    for (let i = 0; i < count; i++) {
        const color = colorAt(image, positions[2 * length * i], positions[2 * length * i + 1]);
        for (let p = 0; color > 0 && p < size; p++) {
            logits[3 * i * size + p] = colors[p] === color ? LOGIT : -LOGIT;
            logits[(3 * i + 1) * size + p] = colors[p] > 0 ? LOGIT : -LOGIT;
        }
        ious.set(color > 0 ? [0.96, 0.93, 0] : [0, 0, 0], 3 * i);
    }
    return {
        low_res_masks: new Tensor("float32", logits, [count, 3, LOW, LOW]),
        iou_predictions: new Tensor("float32", ious, [count, 3]),
    };
}

/** Returns 1, 2 or 3 for pixels that are mainly red, green or blue, and 0 for others. */
function colorAt(image: Float32Array, x: number, y: number): number {
    const at = Math.min(Math.floor(y), INPUT - 1) * INPUT + Math.min(Math.floor(x), INPUT - 1);
    const values = [0, 1, 2].map((c) => image[c * INPUT * INPUT + at]);
    const [low, , high] = [...values].sort((a, b) => a - b);
    return high - low < 0.6 ? 0 : 1 + values.indexOf(high);
}
