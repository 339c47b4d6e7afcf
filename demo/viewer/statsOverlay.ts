import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { SceneInstrumentation } from "@babylonjs/core/Instrumentation/sceneInstrumentation";
import type { UltrametricSegmentation } from "../../src/plugin/ultrametricSegmentation";
import { PageElement } from "./elements";
import type { ViewerScene } from "./viewerScene";

/** Milliseconds between two readings. */
const PERIOD = 500;

/** For developers: frame rate and times, of the page's thread and of the GPU's passes. F shows and hides it, `?stats` shows it from the start. */
export class StatsOverlay {
    private readonly _element = PageElement("stats", HTMLElement);
    private _instrumentation: SceneInstrumentation | null = null;
    private _timer = 0;

    public constructor(
        private readonly _viewer: ViewerScene,
        private readonly _segmentation: UltrametricSegmentation,
    ) {
        window.addEventListener("keydown", ({ key, ctrlKey, metaKey, target, defaultPrevented }) => {
            const isTyped = defaultPrevented || target instanceof HTMLInputElement;
            if (key.toLowerCase() === "f" && !ctrlKey && !metaKey && !isTyped) {
                this._setShown(this._element.hidden === true);
            }
        });
        this._setShown(new URLSearchParams(location.search).has("stats"));
    }

    private _setShown(isShown: boolean): void {
        this._element.hidden = !isShown;
        clearInterval(this._timer);
        const { engine, scene } = this._viewer;
        if (engine.isWebGPU) {
            (engine as WebGPUEngine).enableGPUTimingMeasurements = isShown;
        }
        this._viewer.drawsAlways = isShown; // a rate is that of frames one after the other
        this._instrumentation?.dispose();
        this._instrumentation = null;
        if (isShown) {
            this._instrumentation = new SceneInstrumentation(scene);
            this._instrumentation.captureFrameTime = true;
            this._timer = window.setInterval(() => this._show(), PERIOD);
        }
    }

    private _show(): void {
        const { engine } = this._viewer;
        const drawing = engine.isWebGPU ? (engine as WebGPUEngine).gpuTimeInFrameForMainPass : undefined;
        const coloring = this._segmentation.meshes?.gpuMilliseconds ?? this._segmentation.pointCloud?.gpuMilliseconds;
        const milliseconds = (value: number | null | undefined): string =>
            value === null || value === undefined ? "not measured" : `${value.toFixed(2)} ms`;
        const rows: [string, string][] = [
            ["frames a second", engine.getFps().toFixed(0)],
            ["page, a frame", milliseconds(this._instrumentation?.frameTimeCounter.lastSecAverage)],
            ["GPU, drawing", milliseconds(drawing && drawing.counter.lastSecAverage / 1e6)],
            ["GPU, cut and colours", milliseconds(coloring)],
        ];
        this._element.textContent = rows.map(([name, value]) => `${name}: ${value}`).join("\n");
    }
}
