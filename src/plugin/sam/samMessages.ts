import type { Mask } from "../../compute/masks/maskSet";
import type { RgbaImage } from "../formats/base/pngImage";
import type { GeneratedMasks, MaskGeneratorOptions } from "./maskGenerator";
import type { OnnxRuntime } from "./onnxRuntime";
import type { SamJobInput } from "./samJob";
import type { SamPrompt } from "./samSession";

/** A request to the worker. There is one at a time; "cancel" ends it and has no response. */
export type SamRequest =
    | { readonly kind: "start"; readonly input: SamJobInput }
    | {
          readonly kind: "generate";
          readonly image: RgbaImage;
          readonly foreground: Uint8Array | null;
          readonly options: Partial<MaskGeneratorOptions>;
      }
    | { readonly kind: "setImage"; readonly image: RgbaImage; readonly slot: number }
    | { readonly kind: "predict"; readonly prompt: SamPrompt; readonly slot: number }
    | { readonly kind: "cancel" };

/** A response of the worker: any number of "progress", then one result. The link reports failures. */
export type SamResponse =
    | { readonly kind: "progress"; readonly fraction: number }
    | { readonly kind: "started"; readonly provider: OnnxRuntime["provider"] }
    | { readonly kind: "generated"; readonly generated: GeneratedMasks }
    | { readonly kind: "imageSet" }
    | { readonly kind: "masks"; readonly masks: readonly Mask[] };
