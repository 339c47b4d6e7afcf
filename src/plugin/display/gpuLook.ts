import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { GpuArray } from "../../compute/gpu/gpuArray";
import type { LeafMap } from "./leafMap";
import { JoinLeafMaps, type LookFaces, type LookStore, type PartLookSettings, SettingValues } from "./partLook";

/** The names of the storage buffers in partLook.wgsl. */
export const LOOK_BUFFERS: readonly string[] = ["umFaces", "umColors", "umSettings"];

/** The input of partLook.wgsl. */
export class GpuLook implements LookStore {
    private readonly _settings: GpuArray<"f32">;

    /** @param _colors the colors of the leaves, with marks; they belong to the caller */
    public constructor(
        private readonly _engine: WebGPUEngine,
        private readonly _colors: GpuArray<"u32">,
    ) {
        this._settings = new GpuArray(_engine, "f32", [9], { label: "look of parts" });
    }

    public write(settings: PartLookSettings): void {
        this._settings.upload(SettingValues(settings));
    }

    public createFaces(maps: readonly LeafMap[], label: string): LookFaces {
        const { _engine: engine, _colors: colors, _settings: settings } = this;
        const words = JoinLeafMaps(maps);
        const faces = GpuArray.From(engine, "u32", words, [words.length], { label });
        return {
            bind: () => {
                [faces, colors, settings].forEach((array, i) => {
                    engine.setStorageBuffer(LOOK_BUFFERS[i], array.buffer);
                });
            },
            dispose: () => faces.dispose(),
        };
    }

    public dispose(): void {
        this._settings.dispose();
    }
}
