import { PointerEventTypes } from "@babylonjs/core/Events/pointerEvents";
import type { UltrametricSegmentation } from "babylon-ultrametric";
import type { ViewerScene } from "../viewerScene";
import { FindContentBox, TransformBox } from "./contentBox";
import type { Box } from "./fitBox";
import type { ViewDirection } from "./viewCamera";

/** The greatest distance between the two taps of a double tap, in CSS pixels. */
const DOUBLE_TAP_PIXELS = 24;

/** The directions of the number pad, as in Blender: the front of glTF content is at positive z of the scene. */
const DIRECTIONS: Readonly<Record<string, ViewDirection>> = {
    Numpad1: { alpha: Math.PI / 2, beta: Math.PI / 2 },
    Numpad3: { alpha: Math.PI, beta: Math.PI / 2 },
    Numpad7: { alpha: Math.PI / 2, beta: 0.01 },
};

/**
 * Binds the keys and taps that move the camera: home shows everything; 1, 3 and 7 of the number pad show the front, the
 * right side and the top, with control or shift the opposite sides, 9 the opposite side of the current view, and 5
 * turns perspective off and on. A double tap focuses the part or the mesh below it, and off the content everything.
 */
export function BindViewInputs(viewer: ViewerScene, segmentation: UltrametricSegmentation): void {
    window.addEventListener("keydown", (event) => {
        const isTyped = event.target instanceof HTMLInputElement || event.defaultPrevented;
        if (!isTyped && !event.altKey && !event.metaKey && pressKey(viewer, segmentation, event)) {
            event.preventDefault();
        }
    });
    let lastTap = [-Infinity, -Infinity];
    viewer.scene.onPointerObservable.add(({ type, event }) => {
        if (event.button !== 0) {
            return;
        }
        const { pointerX: x, pointerY: y } = viewer.scene;
        if (type === PointerEventTypes.POINTERTAP) {
            lastTap = [x, y];
        } else if (
            type === PointerEventTypes.POINTERDOUBLETAP &&
            Math.hypot(x - lastTap[0], y - lastTap[1]) < DOUBLE_TAP_PIXELS
        ) {
            focusAt(viewer, segmentation, x, y);
        }
    });
}

/** @returns whether the key moved the camera */
function pressKey(viewer: ViewerScene, segmentation: UltrametricSegmentation, event: KeyboardEvent): boolean {
    const { view } = viewer;
    const isOpposite = event.ctrlKey || event.shiftKey;
    if (event.key === "Home" && !isOpposite) {
        viewer.frame(segmentation);
        return true;
    }
    if (!isOpposite && !/^\d$/.test(event.key)) {
        return false; // without NumLock, the number pad has other keys
    }
    const { alpha, beta } = view.camera;
    const direction = DIRECTIONS[event.code];
    if (direction) {
        viewer.frame(segmentation, isOpposite ? opposite(direction) : direction);
    } else if (event.code === "Numpad9") {
        viewer.frame(segmentation, opposite({ alpha, beta }));
    } else if (event.code === "Numpad5") {
        view.isFlat = !view.isFlat;
    } else {
        return false;
    }
    return true;
}

/** Returns the view from the opposite side; the opposite of the top keeps the front at the near side. */
function opposite({ alpha, beta }: ViewDirection): ViewDirection {
    return beta < 0.1 || beta > Math.PI - 0.1
        ? { alpha, beta: Math.PI - beta }
        : { alpha: alpha + Math.PI, beta: Math.PI - beta };
}

function focusAt(viewer: ViewerScene, segmentation: UltrametricSegmentation, x: number, y: number): void {
    const whole = viewer.findBox(segmentation);
    if (whole) {
        viewer.view.frame(boxAt(viewer, segmentation, x, y) ?? whole, viewer.camera, whole);
    }
}

/** Returns the box of the part at a point on screen, without parts that of the mesh; null for none. */
function boxAt(viewer: ViewerScene, segmentation: UltrametricSegmentation, x: number, y: number): Box | null {
    const { pointCloud } = segmentation;
    if (pointCloud) {
        const bounds = segmentation.pick(x, y)?.bounds;
        return bounds ? TransformBox({ low: bounds.minimum, high: bounds.maximum }, pointCloud.worldMatrix) : null;
    }
    const { pickedMesh } = viewer.scene.pick(x, y);
    return pickedMesh && FindContentBox([pickedMesh]);
}
