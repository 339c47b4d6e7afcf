import { Constants } from "@babylonjs/core/Engines/constants";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { DrawWrapper } from "@babylonjs/core/Materials/drawWrapper";
import type { Pacer } from "../../compute/base/pacer";
import { CheckGpuAsync } from "../../compute/gpu/gpuErrors";
import { DrawSplatsAsync, type SplatSet } from "../../compute/splats/splatRasterizer";
import type { SplatVisibility } from "../../compute/splats/splatVisibility";
import type { PinholeCamera } from "../../compute/views/pinholeCamera";
import { OffscreenTarget } from "../babylon/offscreenTarget";
import type { UpAxis } from "../babylon/worldFrame";
import type { ContentSamples } from "../content/contentSamples";
import { type ContentPiece, NO_ELEMENT, type SceneContent } from "../content/sceneContent";
import { CollectSplatsAsync } from "./collectSplats";
import { BatchPieces, type PieceBatch } from "./pieceBatches";
import { CreatePieceBuffers, DisposeDraw, type PieceBuffers } from "./pieceBuffers";
import { DrawSampleColorsAsync } from "./sampleColors";
import { SceneViewShader } from "./sceneViewShader";
import { WaitForTexturesAsync } from "./textureLoading";
import { type DepthRange, ViewDepthRange } from "./viewDepthRange";
import type { ViewRendererOptions } from "./viewRendererOptions";

/** The rendered view of a camera. */
export interface RenderedView {
    /** [height, width, 4] straight-alpha sRGB bytes with antialiased edges: alpha is the covered share of the pixel. */
    readonly image: Uint8Array;
    /** [height, width] planar depth in world units at the pixels' centers, 0 = nothing there. */
    readonly depth: Float32Array;
    /** [height, width] element of the content at the pixels' centers; NO_ELEMENT = nothing there. */
    readonly elements: Uint32Array;
    /** Visibility of the splats; undefined without splats. */
    readonly visibility?: SplatVisibility;
}

/** The GPU resources that draw pieces. */
interface PieceDraw {
    readonly piece: PieceBatch;
    readonly buffers: PieceBuffers;
    readonly color: DrawWrapper;
    readonly surface: DrawWrapper;
}

/**
 * Renders views of content for pinhole cameras under a neutral light, independently of the scene's lights, cameras and
 * post-processes, and without modifying the scene. Splats, whose colors contain their lighting, are rendered by the CPU
 * into the views of the GPU (see DrawSplatsAsync).
 */
export class ViewRenderer {
    private readonly _shader: SceneViewShader;
    private readonly _draws: PieceDraw[] = [];
    private readonly _targets = new Map<string, OffscreenTarget>();

    private constructor(
        private readonly _engine: WebGPUEngine,
        private readonly _content: SceneContent,
        upAxis: UpAxis,
        options: ViewRendererOptions,
        private readonly _splats: SplatSet | null,
    ) {
        this._shader = new SceneViewShader(_engine, upAxis, options);
    }

    /**
     * Creates a renderer and uploads the content.
     *
     * @param upAxis the up axis of the content's world, where the main light is
     * @throws UltrametricError "input" when a texture does not load, "gpu" | "limits" | "deviceLost" | "aborted"
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        content: SceneContent,
        upAxis: UpAxis,
        options: ViewRendererOptions,
        pacer: Pacer,
    ): Promise<ViewRenderer> {
        const splats = await CollectSplatsAsync(content.pieces, pacer);
        const renderer = new ViewRenderer(engine, content, upAxis, options, splats);
        try {
            await WaitForTexturesAsync(content.pieces, pacer);
            for (const batch of BatchPieces(content.pieces.filter(({ kind }) => kind !== "splats"))) {
                await renderer._addPieceAsync(batch);
                await pacer.yieldIfDueAsync();
            }
        } catch (error) {
            renderer.dispose();
            throw error;
        }
        return renderer;
    }

    /** Renders and reads one view. @throws UltrametricError "gpu" | "deviceLost" | "aborted" */
    public async renderAsync(camera: PinholeCamera, pacer: Pick<Pacer, "yieldIfDueAsync">): Promise<RenderedView> {
        const surfaces = this._draws.length > 0 ? await this._renderSurfacesAsync(camera) : null;
        return this._splats
            ? DrawSplatsAsync(this._splats, camera, surfaces, () => pacer.yieldIfDueAsync())
            : (surfaces ?? emptyView(camera));
    }

    /**
     * Evaluates the unlit colors of the content at samples.
     *
     * @returns [n, 3] sRGB bytes
     * @throws UltrametricError "gpu" | "deviceLost" | "aborted"
     */
    public async colorSamplesAsync(samples: ContentSamples<ContentPiece>, pacer: Pacer): Promise<Uint8Array> {
        return DrawSampleColorsAsync(this._engine, this._shader, samples, pacer);
    }

    /** Releases the GPU resources. Safe to call again. */
    public dispose(): void {
        for (const { buffers, color, surface } of this._draws) {
            DisposeDraw(buffers, color, surface);
        }
        this._draws.length = 0;
        for (const target of this._targets.values()) {
            target.dispose();
        }
        this._targets.clear();
        this._shader.dispose();
    }

    private async _addPieceAsync(piece: PieceBatch): Promise<void> {
        const color = await this._shader.createDrawWrapperAsync("COLOR", piece);
        const surface = await this._shader.createDrawWrapperAsync("SURFACE", piece);
        this._draws.push({ piece, buffers: CreatePieceBuffers(this._engine, piece), color, surface });
    }

    private async _renderSurfacesAsync(camera: PinholeCamera): Promise<RenderedView> {
        const { width, height } = camera;
        const colorTarget = this._targetOf(width, height, "color", 4);
        const surfaceTarget = this._targetOf(width, height, "floats", 1);
        const depthRange = ViewDepthRange(camera, this._content);
        colorTarget.draw(() => {
            for (const { piece, buffers, color } of this._draws) {
                this._drawPiece(piece, buffers, color, camera, depthRange);
            }
        });
        surfaceTarget.draw(() => {
            for (const { piece, buffers, surface } of this._draws) {
                this._drawPiece(piece, buffers, surface, camera, depthRange);
            }
        });
        // In some browsers, reading before drawing has finished takes twice as long as waiting first.
        await CheckGpuAsync(this._engine, "Drawing a view of the scene");
        const [colors, surfaces] = await Promise.all([colorTarget.readAsync(), surfaceTarget.readAsync()]);
        const depth = new Float32Array(width * height);
        const elements = new Uint32Array(width * height);
        for (let p = 0; p < depth.length; p++) {
            depth[p] = surfaces[2 * p];
            elements[p] = surfaces[2 * p + 1] - 1; // 0, the clear value, becomes NO_ELEMENT
        }
        return { image: toStraightAlpha(colors as Uint8Array), depth, elements };
    }

    private _drawPiece(
        piece: PieceBatch,
        buffers: PieceBuffers,
        wrapper: DrawWrapper,
        camera: PinholeCamera,
        depthRange: DepthRange,
    ): void {
        const effect = wrapper.effect!;
        this._engine.enableEffect(wrapper);
        this._shader.setCamera(effect, camera, depthRange);
        this._shader.setPiece(effect, piece, camera);
        this._engine.bindBuffers(buffers, null, effect);
        this._engine.drawArraysType(Constants.MATERIAL_TriangleFillMode, 0, 3 * piece.elementCount, 1);
    }

    private _targetOf(width: number, height: number, kind: "color" | "floats", samples: 1 | 4): OffscreenTarget {
        const key = `${width} x ${height} ${kind} ${samples}`;
        let target = this._targets.get(key);
        if (!target) {
            target = new OffscreenTarget(this._engine, width, height, kind, samples, `scene view (${key})`);
            this._targets.set(key, target);
        }
        return target;
    }
}

function emptyView({ width, height }: PinholeCamera): RenderedView {
    const pixels = width * height;
    return {
        image: new Uint8Array(4 * pixels),
        depth: new Float32Array(pixels),
        elements: new Uint32Array(pixels).fill(NO_ELEMENT),
    };
}

/** Converts premultiplied to straight alpha: antialiased edges are blended with transparent black. */
function toStraightAlpha(pixels: Uint8Array): Uint8Array {
    const image = new Uint8Array(pixels.length);
    for (let p = 0; p < pixels.length; p += 4) {
        const alpha = pixels[p + 3];
        if (alpha > 0) {
            for (let c = 0; c < 3; c++) {
                image[p + c] = Math.min(255, Math.round((pixels[p + c] * 255) / alpha));
            }
            image[p + 3] = alpha;
        }
    }
    return image;
}
