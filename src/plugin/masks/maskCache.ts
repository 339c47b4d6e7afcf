import type { Mask } from "../../compute/masks/maskSet";
import { RunLengthMask } from "../../compute/masks/runLengthMask";
import type { RgbaImage } from "../formats/pngImage";
import { type ByteStore, Sha256Async } from "../sam/byteStore";
import type { MaskGeneratorOptions } from "../sam/maskGenerator";
import { StoreAsync } from "../sam/modelCache";

/** Changes when the same picture, model and options are to give other masks than before. */
const GENERATION = "1";

/** Keeps the masks of pictures, so that none is segmented twice with the same model and options. */
export class MaskCache {
    /**
     * @param _store null: nothing is kept
     * @param onWarning told when masks could not be kept or read
     */
    public constructor(
        private readonly _store: ByteStore | null,
        private readonly _onWarning?: (message: string) => void,
    ) {}

    /**
     * The key of a picture's masks: a digest of everything that they depend on.
     * @param modelSha256 of the model's two files
     */
    public static async KeyAsync(
        picture: RgbaImage,
        content: Uint8Array | null,
        modelSha256: readonly string[],
        { batchSize: _, ...options }: MaskGeneratorOptions,
    ): Promise<string> {
        const text = JSON.stringify([
            GENERATION,
            picture.width,
            picture.height,
            content !== null,
            modelSha256,
            options,
        ]);
        return Sha256Async(text, picture.data, content ?? new Uint8Array(0));
    }

    /** The masks kept under a key; null where there are none, or broken ones. */
    public async readAsync(key: string): Promise<readonly Mask[] | null> {
        try {
            const bytes = await this._store?.readAsync(`masks-${key}`);
            if (!bytes) {
                return null;
            }
            const { width, height, masks } = JSON.parse(new TextDecoder().decode(bytes)) as KeptMasks;
            return masks.map(([counts, predictedIou, stability]) => ({
                region: RunLengthMask.FromCompressed(counts, width, height),
                predictedIou,
                stability,
            }));
        } catch (error) {
            this._onWarning?.(
                `Masks kept in ${this._store?.name} could not be read (${String(error)}); they are made again.`,
            );
            return null;
        }
    }

    public async writeAsync(key: string, { width, height }: RgbaImage, masks: readonly Mask[]): Promise<void> {
        const kept: KeptMasks = {
            width,
            height,
            masks: masks.map(({ region, predictedIou, stability }) => [region.toCompressed(), predictedIou, stability]),
        };
        const bytes = new TextEncoder().encode(JSON.stringify(kept));
        await StoreAsync(this._store, `masks-${key}`, bytes, "A picture's masks", this._onWarning);
    }
}

interface KeptMasks {
    readonly width: number;
    readonly height: number;
    readonly masks: readonly (readonly [counts: string, predictedIou: number, stability: number])[];
}
