import { Constants } from "@babylonjs/core/Engines/constants";
import type { RenderTargetWrapper } from "@babylonjs/core/Engines/renderTargetWrapper";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { Color4 } from "@babylonjs/core/Maths/math.color";
import { SubmitGpu } from "../../compute/gpu/gpuErrors";

const TRANSPARENT = new Color4(0, 0, 0, 0);

/**
 * A render target that is drawn and read independently of scenes and frames. Every draw restores the engine's state.
 */
export class OffscreenTarget {
    private readonly _target: RenderTargetWrapper;

    /**
     * @param width width in pixels
     * @param height height in pixels
     * @param kind `color`: RGBA bytes; `floats`: two 32-bit floats per pixel
     * @param samples samples per pixel (MSAA); must be 1 for floats
     * @param label label of the texture, for debugging
     */
    public constructor(
        private readonly _engine: WebGPUEngine,
        public readonly width: number,
        public readonly height: number,
        kind: "color" | "floats",
        samples: 1 | 4,
        label: string,
    ) {
        this._target = _engine.createRenderTargetTexture(
            { width, height },
            {
                type: kind === "color" ? Constants.TEXTURETYPE_UNSIGNED_BYTE : Constants.TEXTURETYPE_FLOAT,
                format: kind === "color" ? Constants.TEXTUREFORMAT_RGBA : Constants.TEXTUREFORMAT_RG,
                samplingMode: Constants.TEXTURE_NEAREST_SAMPLINGMODE,
                generateMipMaps: false,
                generateDepthBuffer: true,
                label,
            },
        );
        this._target.setSamples(samples);
    }

    /** Clears to 0, calls `draw` with depth test and without back-face culling, and submits the commands to the GPU. */
    public draw(draw: () => void): void {
        const engine = this._engine;
        // A snapshot that is played draws nothing else.
        const isSnapshot = engine.snapshotRendering;
        if (isSnapshot) {
            engine.snapshotRendering = false;
        }
        const state = engine.depthCullingState;
        const { cull, depthTest, depthMask, depthFunc, zOffset, zOffsetUnits } = state;
        const colorWrite = engine.getColorWrite();
        const stencil = engine.getStencilBuffer();
        // With blending off, the mode may be -1 (unset); setting that would enable blending.
        const isBlending = engine.alphaState.alphaBlend;
        const alphaMode = engine.getAlphaMode();
        engine.bindFramebuffer(this._target, 0, undefined, undefined, true);
        try {
            if (isBlending) {
                engine.setAlphaMode(Constants.ALPHA_DISABLE);
            }
            engine.setColorWrite(true);
            engine.setStencilBuffer(false);
            Object.assign(state, {
                cull: false,
                depthTest: true,
                depthMask: true,
                depthFunc: engine.useReverseDepthBuffer ? Constants.GEQUAL : Constants.LEQUAL,
                zOffset: 0,
                zOffsetUnits: 0,
            });
            engine.clear(TRANSPARENT, true, true, false);
            draw();
        } finally {
            engine.unBindFramebuffer(this._target, true);
            if (isBlending) {
                engine.setAlphaMode(alphaMode, true);
            }
            engine.setColorWrite(colorWrite);
            engine.setStencilBuffer(stencil);
            Object.assign(state, { cull, depthTest, depthMask, depthFunc, zOffset, zOffsetUnits });
            engine.wipeCaches();
        }
        SubmitGpu(engine);
        if (isSnapshot) {
            engine.snapshotRendering = true; // records the next frame
        }
    }

    /** Reads the pixels: bytes [height, width, 4] or floats [height, width, 2], top row first. */
    public async readAsync(): Promise<Uint8Array | Float32Array> {
        const pixels = await this._engine._readTexturePixels(this._target.texture!, this.width, this.height);
        return pixels as Uint8Array | Float32Array;
    }

    /** Releases the texture. */
    public dispose(): void {
        this._target.dispose();
    }
}
