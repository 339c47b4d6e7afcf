import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Plugin, transformWithOxc } from "vite";
import { FakeOnnxBytes } from "../support/fakeOnnx";

const runtime = join(import.meta.dirname, "../support/fakeOnnx.ts");
const options = join(import.meta.dirname, "standInOptions.ts");
/** The size of each model file in bytes, mostly blanks, so that the download takes a moment. */
const FILE_SIZE = 2_000_000;
/** Milliseconds of a run of the encoder, which leave time to cancel. */
const ENCODER_MILLISECONDS = 600;

/**
 * Replaces the viewer's Segment Anything, which takes tens of seconds per view without a GPU, by a small fake. All else
 * stays: the download, the browser's cache, the worker.
 */
export function StandInModel(): Plugin {
    return {
        name: "stand-in-model",
        enforce: "pre",
        resolveId: (source, importer) =>
            source === "./segmentAnything" && importer?.includes("/demo/viewer/") ? options : undefined,
        async generateBundle() {
            const { code } = await transformWithOxc(await readFile(runtime, "utf8"), runtime);
            const emit = (name: string, source: string | Uint8Array): void => {
                this.emitFile({ type: "asset", fileName: `stand-in/${name}`, source });
            };
            emit("runtime.js", code);
            for (const [kind, milliseconds] of [
                ["encoder", ENCODER_MILLISECONDS],
                ["decoder", 0],
            ] as const) {
                const bytes = new Uint8Array(FILE_SIZE).fill(" ".charCodeAt(0));
                bytes.set(FakeOnnxBytes({ kind, milliseconds }));
                emit(`${kind}.onnx`, bytes);
            }
        },
    };
}
