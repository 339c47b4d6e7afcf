import type { Mask } from "../../compute/masks/maskSet";
import { RunLengthMask } from "../../compute/masks/runLengthMask";
import type { RgbaImage } from "../formats/base/pngImage";
import { type ByteStore, StoreBytesAsync } from "../sam/byteStore";
import type { MaskGeneratorOptions } from "../sam/maskGenerator";
import { Sha256Async } from "../sam/sha256";

/** To be changed when the same image, model and options give other masks than before. */
const VERSION = "1";

/** Stores the masks of images, so that no image is segmented twice with the same model and options. */
export class MaskCache {
    /**
     * @param _store null stores nothing
     * @param _onWarning called when masks could not be stored or read
     */
    public constructor(
        private readonly _store: ByteStore | null,
        private readonly _onWarning?: (message: string) => void,
    ) {}

    /**
     * Returns the key of an image's masks: a digest of everything that they depend on.
     * @param modelSha256 the SHA-256 of encoder and decoder
     */
    public static async KeyAsync(
        image: RgbaImage,
        foreground: Uint8Array | null,
        modelSha256: readonly string[],
        { batchSize: _, ...options }: MaskGeneratorOptions,
    ): Promise<string> {
        const text = JSON.stringify([VERSION, image.width, image.height, foreground !== null, modelSha256, options]);
        return Sha256Async(text, image.data, foreground ?? new Uint8Array(0));
    }

    /** Returns the masks of a key; null for an unknown key or corrupt masks. */
    public async readAsync(key: string): Promise<readonly Mask[] | null> {
        try {
            const bytes = await this._store?.readAsync(`masks-${key}`);
            if (!bytes) {
                return null;
            }
            const { width, height, masks } = JSON.parse(new TextDecoder().decode(bytes)) as StoredMasks;
            return masks.map(([counts, predictedIou, stability]) => {
                if (typeof counts !== "string" || !Number.isFinite(predictedIou) || !Number.isFinite(stability)) {
                    throw new Error("a mask is no text with two numbers");
                }
                return { region: RunLengthMask.FromCompressed(counts, width, height), predictedIou, stability };
            });
        } catch (error) {
            this._onWarning?.(
                `Masks in ${this._store?.name} could not be read (${String(error)}); they are generated again.`,
            );
            return null;
        }
    }

    /** Stores the masks of an image. */
    public async writeAsync(key: string, { width, height }: RgbaImage, masks: readonly Mask[]): Promise<void> {
        const stored: StoredMasks = {
            width,
            height,
            masks: masks.map(({ region, predictedIou, stability }) => [region.toCompressed(), predictedIou, stability]),
        };
        const bytes = new TextEncoder().encode(JSON.stringify(stored));
        await StoreBytesAsync(this._store, `masks-${key}`, bytes, "The masks of an image", this._onWarning);
    }
}

interface StoredMasks {
    readonly width: number;
    readonly height: number;
    readonly masks: readonly (readonly [counts: string, predictedIou: number, stability: number])[];
}
