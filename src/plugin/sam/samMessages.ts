import type { Mask } from "../../compute/masks/maskSet";
import type { RgbaImage } from "../formats/pngImage";
import type { GeneratedMasks, MaskGeneratorOptions } from "./maskGenerator";
import type { OnnxRuntime } from "./onnxRuntime";
import type { SamJobInput } from "./samJob";
import type { SamPrompt } from "./samSession";

/** What the page asks of the worker. One request is under way at a time; "cancel" ends it, and has no answer of its own. */
export type SamRequest =
    | { readonly kind: "start"; readonly input: SamJobInput }
    | {
          readonly kind: "generate";
          readonly picture: RgbaImage;
          readonly content: Uint8Array | null;
          readonly options: Partial<MaskGeneratorOptions>;
      }
    | { readonly kind: "setPicture"; readonly picture: RgbaImage }
    | { readonly kind: "prompt"; readonly prompt: SamPrompt }
    | { readonly kind: "cancel" };

/** What the worker answers: any number of "progress", then a result; failures are the link's. */
export type SamResponse =
    | { readonly kind: "progress"; readonly fraction: number }
    | { readonly kind: "started"; readonly provider: OnnxRuntime["provider"] }
    | { readonly kind: "generated"; readonly generated: GeneratedMasks }
    | { readonly kind: "pictureSet" }
    | { readonly kind: "masks"; readonly masks: readonly Mask[] };
