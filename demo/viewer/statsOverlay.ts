import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { SceneInstrumentation } from "@babylonjs/core/Instrumentation/sceneInstrumentation";
import { KernelTimes } from "../../src/compute/gpu/kernelTimes";
import { PageElement } from "./elements";
import type { ViewerScene } from "./viewerScene";

/** Milliseconds between two updates. */
const UPDATE_INTERVAL = 500;
/** The number of kernels, the slowest first, with a row of their own. */
const KERNEL_ROWS = 8;

/**
 * Frame rate and times for developers, of the main thread and of each GPU pass. F shows and hides it; `?stats` shows it
 * from the start.
 */
export class StatsOverlay {
    private readonly _element = PageElement("stats", HTMLElement);
    private _instrumentation: SceneInstrumentation | null = null;
    private _timer = 0;

    public constructor(private readonly _viewer: ViewerScene) {
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
        this._viewer.drawsAlways = isShown; // the frame rate is that of continuous drawing
        this._instrumentation?.dispose();
        this._instrumentation = null;
        if (isShown) {
            this._instrumentation = new SceneInstrumentation(scene);
            this._instrumentation.captureFrameTime = true;
            this._timer = window.setInterval(() => this._show(), UPDATE_INTERVAL);
            this._show();
        }
    }

    private _show(): void {
        const { engine } = this._viewer;
        const rows: [string, string][] = [
            ["frames per second", engine.getFps().toFixed(0)],
            ["main thread, per frame", formatTime(this._instrumentation?.frameTimeCounter.lastSecAverage ?? 0)],
            ...(engine.isWebGPU
                ? gpuRows(engine as WebGPUEngine)
                : [["GPU", "measured on WebGPU only"] as [string, string]]),
        ];
        this._element.textContent = rows.map(([name, value]) => `${name}: ${value}`).join("\n");
    }
}

/** Returns the rows of the drawing and of the kernels of the last second. */
function gpuRows(engine: WebGPUEngine): [string, string][] {
    if (!engine.enabledExtensions.includes("timestamp-query")) {
        return [["GPU", "this browser or device has no timestamps"]];
    }
    const drawing = engine.gpuTimeInFrameForMainPass?.counter.lastSecAverage ?? 0;
    const kernels = KernelTimes(engine);
    const rest = kernels.slice(KERNEL_ROWS);
    const others = rest.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    return [
        ["GPU, drawing", formatTime(drawing / 1e6)],
        ...kernels
            .slice(0, KERNEL_ROWS)
            .map(({ name, milliseconds }): [string, string] => [`GPU, ${name}`, formatTime(milliseconds)]),
        ...(rest.length > 0 ? [[`GPU, ${rest.length} other kernels`, formatTime(others)] as [string, string]] : []),
    ];
}

function formatTime(milliseconds: number): string {
    return `${milliseconds.toFixed(2)} ms`;
}
