import { type GenerateMasksOptions, samModels } from "babylon-ultrametric";
import { CacheByteStore, KEEP_ALL_MASKS } from "babylon-ultrametric/masks";
import wasmUrl from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url";
import moduleUrl from "onnxruntime-web/webgpu?url";

/**
 * Segment Anything as it comes with this page: in a worker, its files and its masks kept by the browser. All masks stay, so that thresholds can be
 * moved afterwards.
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
