import { type GenerateMasksOptions, samModels } from "babylon-ultrametric";
import { CacheByteStore, KEEP_ALL_MASKS } from "babylon-ultrametric/masks";
import wasmUrl from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url";
import moduleUrl from "onnxruntime-web/webgpu?url";

/**
 * Returns the options of Segment Anything in this page: in a worker, with files and masks kept by the browser. All
 * masks are kept, so that thresholds can be changed afterwards.
 */
export function SegmentAnythingOptions(): GenerateMasksOptions {
    const store = (name: string): CacheByteStore | null =>
        CacheByteStore.IsSupported ? new CacheByteStore(name) : null;
    return {
        ...KEEP_ALL_MASKS,
        model: samModels.mobileSam(new URL("models", document.baseURI)),
        runtime: { moduleUrl: absolute(moduleUrl), wasmUrl: absolute(wasmUrl) },
        modelStore: store("models"),
        maskStore: store("masks"),
    };
}

function absolute(address: string): string {
    return new URL(address, document.baseURI).href;
}
