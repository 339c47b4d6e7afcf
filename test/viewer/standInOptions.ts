import type { GenerateMasksOptions } from "../../src/plugin/masks/generateMasks";
import { KEEP_ALL_MASKS } from "../../src/plugin/masks/maskQuality";
import { CacheByteStore } from "../../src/plugin/sam/cacheByteStore";
import { samModels } from "../../src/plugin/sam/samModel";

/** Replaces the viewer's options, see StandInModel. */
export function SegmentAnythingOptions(): GenerateMasksOptions {
    const addressOf = (name: string): string => new URL(`stand-in/${name}`, document.baseURI).href;
    const model = samModels.mobileSam({ encoder: addressOf("encoder.onnx"), decoder: addressOf("decoder.onnx") });
    return {
        ...KEEP_ALL_MASKS,
        model: { ...model, image: { ...model.image, size: 64 } }, // as the fake encoder requires
        runtime: { provider: "wasm", moduleUrl: addressOf("runtime.js") },
        modelStore: new CacheByteStore("models"),
        maskStore: new CacheByteStore("masks"),
    };
}
