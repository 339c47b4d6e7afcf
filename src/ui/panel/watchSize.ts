import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";

/**
 * Reports the size of a texture, in the pixels of its controls, at once and whenever it changes.
 *
 * @returns a function that stops the reports
 */
export function WatchSize(
    texture: AdvancedDynamicTexture,
    onSize: (width: number, height: number) => void,
): () => void {
    let current = "";
    const check = (): void => {
        const { width, height } = texture.getSize();
        const ratio = texture.idealRatio;
        const size = `${width / ratio} ${height / ratio}`;
        if (size !== current) {
            current = size;
            onSize(width / ratio, height / ratio);
        }
    };
    const observer = texture.onBeginLayoutObservable.add(check);
    check();
    return () => observer.remove();
}
