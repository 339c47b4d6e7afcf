import type { BaseTexture } from "@babylonjs/core/Materials/Textures/baseTexture";
import type { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { ContentPiece } from "../content/sceneContent";

/** The longest time that all textures together may take to load, milliseconds. */
const MAX_WAIT = 30_000;

/**
 * Waits until the textures of content have loaded.
 *
 * @throws UltrametricError "input" when a texture fails to load or takes too long, "aborted"
 */
export async function WaitForTexturesAsync(pieces: readonly ContentPiece[], pacer: Pacer): Promise<void> {
    const textures = new Set<BaseTexture>();
    for (const { appearance } of pieces) {
        for (const texture of [appearance.baseTexture, appearance.emissiveTexture]) {
            if (texture) {
                textures.add(texture);
            }
        }
    }
    const start = performance.now();
    for (const texture of textures) {
        while (!texture.isReady()) {
            if (texture.loadingError || performance.now() - start > MAX_WAIT) {
                throw new UltrametricError(
                    "input",
                    `The texture "${texture.name}" has not loaded; wait for scene.whenReadyAsync(), or correct its ` +
                        "URL.",
                );
            }
            await pacer.yieldAsync();
        }
    }
}
