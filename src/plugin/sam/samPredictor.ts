import { ThrowIfAborted } from "../../compute/base/ultrametricError";
import type { Mask } from "../../compute/masks/maskSet";
import type { RgbaImage } from "../formats/pngImage";
import type { EncodedImage, SamPrompt, SamSession } from "./samSession";

/** Logit at which stability is measured, as the mask generator's. */
const STABILITY_OFFSET = 1;

/** Answers prompts about one picture: the encoder runs once, each prompt takes a fraction of that. */
export class SamPredictor {
    private constructor(
        private readonly _session: SamSession,
        private readonly _image: EncodedImage,
    ) {}

    /** @throws UltrametricError "aborted", "limits" */
    public static async CreateAsync(
        session: SamSession,
        picture: RgbaImage,
        signal?: AbortSignal,
    ): Promise<SamPredictor> {
        ThrowIfAborted(signal, "Looking at a picture");
        const image = await session.encodeAsync(picture);
        ThrowIfAborted(signal, "Looking at a picture");
        return new SamPredictor(session, image);
    }

    /**
     * The masks that the model offers for a point, several points, or a box with or without points: one click on a part may mean
     * it or what it belongs to, so there are usually three.
     * @returns by descending predicted IoU, at the picture's size; a mask may be empty
     * @throws UltrametricError "input" for a prompt with neither point nor box, "unsupported" for a box where the model knows none
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
