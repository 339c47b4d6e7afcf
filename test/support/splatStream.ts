import "@babylonjs/core/Engines/WebGPU/Extensions/engine.multiRender";
import { Tools } from "@babylonjs/core/Misc/tools";
import type { Scene } from "@babylonjs/core/scene";
import { GaussianSplattingStream } from "@babylonjs/loaders/SPLAT/gaussianSplattingStream";
import type { SplatData } from "../../src/plugin/content/splatData";
import { CreateSogFiles } from "./splatFiles";

const ROOT = "memory://stream/";

/**
 * Creates a stream of levels of detail whose files are in memory; one node holds everything. Call `restore` at the end.
 *
 * @param levels the finest first
 */
export function CreateSplatStream(
    levels: readonly SplatData[],
    scene: Scene,
    options: ConstructorParameters<typeof GaussianSplattingStream>[4] = {},
): { stream: GaussianSplattingStream; restore: () => void } {
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const [level, splats] of levels.entries()) {
        for (const [name, bytes] of Object.entries(CreateSogFiles(splats))) {
            files.set(`${ROOT}${level}/${name}`, bytes);
        }
    }
    const load = Tools.LoadFile;
    Tools.LoadFile = (url, onSuccess, onProgress, offlineProvider, useArrayBuffer, onError) => {
        const bytes = files.get(url);
        if (!bytes) {
            return load(url, onSuccess, onProgress, offlineProvider, useArrayBuffer, onError);
        }
        queueMicrotask(() => onSuccess(useArrayBuffer ? bytes.slice().buffer : new TextDecoder().decode(bytes)));
        return { abort: () => {}, onCompleteObservable: { add: () => {} } } as unknown as ReturnType<typeof load>;
    };
    const entries = levels.map(({ count }, level) => [level, { file: level, offset: 0, count }]);
    // cspell:ignore lods
    const bound = { min: [-2, -2, -2], max: [2, 2, 2] };
    const metadata = {
        lodLevels: levels.length,
        filenames: levels.map((_, level) => `${level}/meta.json`),
        tree: { bound, children: [{ bound, lods: Object.fromEntries(entries) }] },
    };
    const stream = new GaussianSplattingStream("stream", metadata, ROOT, scene, options);
    return {
        stream,
        restore: () => {
            Tools.LoadFile = load;
        },
    };
}
