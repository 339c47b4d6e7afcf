import type { ColorMode, UltrametricSegmentation } from "babylon-ultrametric";

const MODES: readonly ColorMode[] = ["parts", "tint", "original"];

/**
 * Binds the keys that work with any focus: up and down the tree, coarser and finer, colors. The segmentation itself
 * handles the wheel.
 */
export function BindKeyboard(segmentation: UltrametricSegmentation, setColorMode: (mode: ColorMode) => void): void {
    window.addEventListener("keydown", (event) => {
        // A focused panel handles the key first.
        if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) {
            return;
        }
        if (document.querySelector(":popover-open")) {
            return; // its fields use the arrow keys, and escape closes it
        }
        const mode = event.code.startsWith("Numpad") ? undefined : MODES[Number(event.key) - 1]; // that turns the view
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
                const step = Math.max(1, Math.round(segmentation.partCount * (event.shiftKey ? 0.2 : 0.04)));
                segmentation.partCount += event.key === "ArrowRight" ? step : -step;
            }
        } else {
            return;
        }
        event.preventDefault();
    });
}
