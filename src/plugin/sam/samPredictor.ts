import { ThrowIfAborted } from "../../compute/base/ultrametricError";
import type { Mask } from "../../compute/masks/maskSet";
import type { RgbaImage } from "../formats/base/pngImage";
import type { EncodedImage, SamPrompt, SamSession } from "./samSession";

/** The logit of the stability, the default of the mask generator's `stabilityOffset`. */
const STABILITY_OFFSET = 1;

/** Predicts masks for prompts on one image. The image is encoded once, and a prompt takes a fraction of that time. */
export class SamPredictor {
    private constructor(
        private readonly _session: SamSession,
        private readonly _image: EncodedImage,
    ) {}

    /** @throws UltrametricError "aborted", "limits" */
    public static async CreateAsync(
        session: SamSession,
        image: RgbaImage,
        signal?: AbortSignal,
    ): Promise<SamPredictor> {
        ThrowIfAborted(signal, "Encoding an image");
        const encoded = await session.encodeAsync(image);
        ThrowIfAborted(signal, "Encoding an image");
        return new SamPredictor(session, encoded);
    }

    /**
     * Predicts the masks of a prompt. A click can mean a part or what contains it, so there are usually three.
     *
     * @returns masks at the size of the image, by descending predicted IoU; a mask may be empty
     * @throws UltrametricError "input" for a prompt without points and box, "unsupported" for a box where the model
     * does not support boxes
     */
    public async predictAsync(prompt: SamPrompt): Promise<Mask[]> {
        const decoded = await this._session.decodeAsync(this._image, [prompt]);
        const upsampler = this._session.createUpsampler(this._image, decoded);
        const masks = Array.from(decoded.ious, (predictedIou, i): Mask => {
            const at = i * decoded.width * decoded.height;
            return { ...upsampler.threshold(decoded.logits, at, STABILITY_OFFSET), predictedIou };
        });
        return masks.sort((a, b) => b.predictedIou - a.predictedIou);
    }
}
