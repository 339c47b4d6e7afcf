import { PointerEventTypes } from "@babylonjs/core/Events/pointerEvents";
import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";

/**
 * Keeps taps on the panels of a mesh's texture from reaching the scene behind them. Babylon does so for fullscreen
 * textures only.
 *
 * @returns a function that removes the shield
 */
export function ShieldTaps(texture: AdvancedDynamicTexture): () => void {
    const scene = texture.getScene();
    if (texture.layer || !scene) {
        return () => {};
    }
    let isOnPanel = false;
    const picked = texture.onControlPickedObservable.add((control) => {
        isOnPanel = control !== texture.rootContainer;
    });
    const { POINTERDOWN, POINTERTAP, POINTERDOUBLETAP, POINTERPICK } = PointerEventTypes;
    // First in line, and not onPrePointerObservable, which does not report the taps of XR controllers.
    const observer = scene.onPointerObservable.add(
        ({ type }, state) => {
            if (type === POINTERDOWN) {
                isOnPanel = false;
            } else if (isOnPanel) {
                state.skipNextObservers = true;
            }
        },
        POINTERDOWN | POINTERTAP | POINTERDOUBLETAP | POINTERPICK,
        true,
    );
    return () => {
        picked.remove();
        observer.remove();
    };
}
