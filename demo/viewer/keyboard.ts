import type { ColorMode } from "../../src/plugin/materials/leafDisplay";
import type { UltrametricSegmentation } from "../../src/plugin/ultrametricSegmentation";

const MODES: readonly ColorMode[] = ["parts", "tint", "original"];

/** Keys, and the wheel with shift: up and down the tree, coarser and finer, colours. */
export function BindKeyboard(
    segmentation: UltrametricSegmentation,
    canvas: HTMLCanvasElement,
    setColorMode: (mode: ColorMode) => void,
): void {
    window.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) {
            return;
        }
        const mode = MODES[Number(event.key) - 1];
        if (mode) {
            setColorMode(mode);
        } else if (event.key === "Escape") {
            segmentation.selectedPart = null;
        } else if (event.key === "ArrowUp") {
            segmentation.selectParent();
        } else if (event.key === "ArrowDown") {
            segmentation.selectChild();
        } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
            if (segmentation.hierarchy) {
                // At least one part, at most a little of the way.
                const step = Math.max(1, Math.round(segmentation.partCount * (event.shiftKey ? 0.2 : 0.04)));
                segmentation.partCount += event.key === "ArrowRight" ? step : -step;
            }
        } else {
            return;
        }
        event.preventDefault();
    });
    canvas.addEventListener(
        "wheel",
        (event) => {
            if (!event.shiftKey) {
                return;
            }
            // Some systems turn the wheel with shift into a sideways one.
            const turn = event.deltaY || event.deltaX;
            if (turn < 0) {
                segmentation.selectParent();
            } else if (turn > 0) {
                segmentation.selectChild();
            }
            event.preventDefault();
            event.stopImmediatePropagation(); // no zoom
        },
        { capture: true, passive: false },
    );
}
