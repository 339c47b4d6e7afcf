import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { Constants } from "@babylonjs/core/Engines/constants";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { DrawWrapper } from "@babylonjs/core/Materials/drawWrapper";
import type { Effect } from "@babylonjs/core/Materials/effect";
import { ShaderLanguage } from "@babylonjs/core/Materials/shaderLanguage";
import type { BaseTexture } from "@babylonjs/core/Materials/Textures/baseTexture";
import type { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { CheckGpuAsync } from "../../compute/gpu/gpuErrors";
import { DrawSplatsAsync, type SplatSet } from "../../compute/splats/splatRasterizer";
import type { SplatVisibility } from "../../compute/splats/splatVisibility";
import type { PinholeCamera } from "../../compute/views/pinholeCamera";
import { DisposeEffect } from "../babylon/drawCaches";
import { OffscreenTarget } from "../babylon/offscreenTarget";
import type { UpAxis } from "../babylon/worldFrame";
import type { ContentSamples, SampleRun } from "./contentSamples";
import { FaceNormals } from "./faceNormals";
import type { ContentPiece, SceneContent } from "./sceneContent";
import fragmentSource from "./sceneView.fragment.wgsl?raw";
import vertexSource from "./sceneView.vertex.wgsl?raw";
import { CollectSplatsAsync } from "./splatContent";
import type { SurfaceLook } from "./surfaceLook";

/** How views are drawn. */
export interface ViewRendererOptions {
    /** How much light and shade there is, 0 (each surface's own color) .. 1. Default 1. */
    shading: number;
    /** Where a surface is less opaque it is not there, 0..1; what is left hides what is behind, like glass that is painted. Default 0.1. */
    minOpacity: number;
}

/** The defaults of {@link ViewRendererOptions}. */
export const DEFAULT_VIEW_RENDERER_OPTIONS: Readonly<ViewRendererOptions> = { shading: 1, minOpacity: 0.1 };

/** In the elements of a captured view: nothing is seen there. */
export const NO_ELEMENT = 0xffffffff;

/** What a camera sees. */
export interface RenderedView {
    /** [height, width, 4] straight-alpha sRGB bytes; edges are smooth: alpha is the share of the pixel that is covered. */
    readonly image: Uint8Array;
    /** [height, width] planar depth in world units at the pixels' centers, 0 = nothing there. */
    readonly depth: Float32Array;
    /** [height, width] face, point or splat at the pixels' centers, in the content's numbering; NO_ELEMENT = nothing there. */
    readonly elements: Uint32Array;
    /** Of splats; left out where there are none. */
    readonly visibility?: SplatVisibility;
}

/** Smallest radius of a point in an image, in pixels: its disc always holds a pixel's center. */
const MIN_POINT_PIXELS = 0.72;
/** Samples whose colors are drawn at a time: a square of this side. */
const SAMPLE_SIDE = 512;
/** How long textures and shaders may take until they are ready, milliseconds. */
const LONGEST_WAIT = 30_000;

const CAMERA_UNIFORMS = [
    "eye",
    "right",
    "up",
    "back",
    "lens",
    "clipDepth",
    "firstElement",
    "radius",
    "minRadius",
    "pixelToPlane",
];
const LOOK_UNIFORMS = [
    "base",
    "emissive",
    "minOpacity",
    "shading",
    "worldUp",
    "baseTextureInfo",
    "emissiveTextureInfo",
    "targetSize",
];

interface PieceDraw {
    readonly piece: ContentPiece;
    readonly buffers: Record<string, VertexBuffer>;
    readonly color: DrawWrapper;
    readonly surface: DrawWrapper;
}

type Pass = "COLOR" | "SURFACE" | "SAMPLES";

/**
 * Draws content of a scene as pinhole cameras see it, under a neutral light of its own: what the scene's lights, cameras and post-processes do has no
 * part in it, and nothing of the scene is touched. Each view is drawn in one go and read without waiting for the GPU. Splats, whose colors hold
 * their light already, are drawn by the processor among what the GPU has drawn (see DrawSplatsAsync).
 */
export class ViewRenderer {
    private readonly _effects = new Map<string, Effect>();
    private readonly _draws: PieceDraw[] = [];
    private readonly _targets = new Map<string, OffscreenTarget>();

    private constructor(
        private readonly _engine: WebGPUEngine,
        private readonly _content: SceneContent,
        private readonly _upAxis: UpAxis,
        private readonly _options: ViewRendererOptions,
        private readonly _splats: SplatSet | null,
    ) {}

    /**
     * @param upAxis which axis of the content's world points up, where the lamp is
     * @throws UltrametricError "input" when a texture does not load, "gpu" | "limits" | "deviceLost" | "aborted"
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        content: SceneContent,
        upAxis: UpAxis,
        options: Partial<ViewRendererOptions>,
        pacer: Pacer,
    ): Promise<ViewRenderer> {
        const splats = await CollectSplatsAsync(content.pieces, pacer);
        const settings = { ...DEFAULT_VIEW_RENDERER_OPTIONS, ...options };
        const renderer = new ViewRenderer(engine, content, upAxis, settings, splats);
        try {
            await waitForTexturesAsync(content, pacer);
            for (const piece of content.pieces.filter(({ kind }) => kind !== "splats")) {
                await renderer._addPieceAsync(piece);
                await pacer.yieldIfDueAsync();
            }
        } catch (error) {
            renderer.dispose();
            throw error;
        }
        return renderer;
    }

    /** Draws and reads one view. @throws UltrametricError "gpu" | "deviceLost" | "aborted" */
    public async renderAsync(camera: PinholeCamera, pacer: Pick<Pacer, "yieldIfDueAsync">): Promise<RenderedView> {
        const surfaces = this._draws.length > 0 ? await this._renderSurfacesAsync(camera) : null;
        return this._splats
            ? DrawSplatsAsync(this._splats, camera, surfaces, () => pacer.yieldIfDueAsync())
            : (surfaces ?? emptyView(camera));
    }

    private async _renderSurfacesAsync(camera: PinholeCamera): Promise<RenderedView> {
        const { width, height } = camera;
        const colorTarget = this._target(width, height, "color", 4);
        const surfaceTarget = this._target(width, height, "floats", 1);
        const { near, far } = depthRange(camera, this._content);
        colorTarget.draw(() => {
            for (const draw of this._draws) {
                this._drawPiece(draw, draw.color, camera, near, far);
            }
        });
        surfaceTarget.draw(() => {
            for (const draw of this._draws) {
                this._drawPiece(draw, draw.surface, camera, near, far);
            }
        });
        // Reading what is not drawn yet takes some browsers twice as long as waiting first.
        await CheckGpuAsync(this._engine, "Drawing a view of the scene");
        const [colors, surface] = await Promise.all([colorTarget.readAsync(), surfaceTarget.readAsync()]);
        const depth = new Float32Array(width * height);
        const elements = new Uint32Array(width * height);
        for (let p = 0; p < depth.length; p++) {
            depth[p] = surface[2 * p];
            elements[p] = surface[2 * p + 1] - 1; // 0, which is nothing, becomes NO_ELEMENT
        }
        return { image: toStraightAlpha(colors as Uint8Array), depth, elements };
    }

    /** The surfaces' own colors at samples, without light -> [n, 3] sRGB bytes. @throws UltrametricError "gpu" | "deviceLost" | "aborted" */
    public async colorSamplesAsync(samples: ContentSamples<ContentPiece>, pacer: Pacer): Promise<Uint8Array> {
        const colors = new Uint8Array(3 * samples.elements.length);
        const drawn = samples.runs.filter(({ piece }) => piece.kind !== "splats");
        for (const { piece, first, count, colors: linear } of samples.runs) {
            for (let i = 0; piece.kind === "splats" && i < 3 * count; i++) {
                colors[3 * first + i] = Math.round(255 * linear![4 * Math.floor(i / 3) + (i % 3)] ** (1 / 2.2));
            }
            await pacer.yieldIfDueAsync();
        }
        if (drawn.length === 0) {
            return colors; // nothing was asked of the GPU
        }
        const target = this._target(SAMPLE_SIDE, SAMPLE_SIDE, "color", 1);
        const capacity = SAMPLE_SIDE * SAMPLE_SIDE;
        for (const run of drawn) {
            // A piece has fewer elements than fit, but a large face may have any number of samples.
            for (let start = 0; start < run.count; start += capacity) {
                const count = Math.min(capacity, run.count - start);
                const pixels = (await this._drawSamplesAsync(target, run, start, count)) as Uint8Array;
                for (let i = 0; i < count; i++) {
                    for (let c = 0; c < 3; c++) {
                        colors[3 * (run.first + start + i) + c] = pixels[4 * i + c];
                    }
                }
                await pacer.yieldIfDueAsync();
            }
        }
        await CheckGpuAsync(this._engine, "Drawing the colors of samples");
        return colors;
    }

    /** Frees what it made on the GPU. Safe to call again. */
    public dispose(): void {
        for (const { buffers, color, surface } of this._draws) {
            disposeDraw(buffers, color, surface);
        }
        this._draws.length = 0;
        for (const target of this._targets.values()) {
            target.dispose();
        }
        this._targets.clear();
        for (const effect of this._effects.values()) {
            DisposeEffect(effect);
        }
        this._effects.clear();
    }

    private _target(width: number, height: number, kind: "color" | "floats", samples: 1 | 4): OffscreenTarget {
        const key = `${width} x ${height} ${kind} ${samples}`;
        let target = this._targets.get(key);
        if (!target) {
            target = new OffscreenTarget(this._engine, width, height, kind, samples, `scene view (${key})`);
            this._targets.set(key, target);
        }
        return target;
    }

    private async _addPieceAsync(piece: ContentPiece): Promise<void> {
        const hasNormals = piece.normals !== null && !piece.look.isUnlit;
        const [colorEffect, surfaceEffect] = [
            await this._effectAsync("COLOR", piece, hasNormals),
            await this._effectAsync("SURFACE", piece, false),
        ];
        // A point is drawn as a triangle; instances of one would be much slower on some devices.
        const isPoints = piece.kind === "points";
        const create = (kind: string, data: Float32Array | null, size: number): Record<string, VertexBuffer> =>
            data ? { [kind]: createBuffer(this._engine, kind, isPoints ? tripled(data, size) : data, size) } : {};
        const buffers = {
            ...create("position", piece.positions, 3),
            ...create("plane", piece.kind === "faces" ? FaceNormals(piece.positions) : null, 3),
            ...create("normal", hasNormals ? piece.normals : null, 3),
            ...create("color", piece.colors, 4),
            ...create("uv", piece.look.baseTexture ? piece.baseUvs : null, 2),
            ...create("uv2", piece.look.emissiveTexture ? piece.emissiveUvs : null, 2),
        };
        const wrap = (effect: Effect): DrawWrapper => {
            const wrapper = new DrawWrapper(this._engine);
            wrapper.effect = effect;
            return wrapper;
        };
        this._draws.push({ piece, buffers, color: wrap(colorEffect), surface: wrap(surfaceEffect) });
    }

    private _drawPiece(
        { piece, buffers }: PieceDraw,
        wrapper: DrawWrapper,
        camera: PinholeCamera,
        near: number,
        far: number,
    ): void {
        const engine = this._engine;
        const effect = wrapper.effect!;
        const { width, height, focalX, focalY, centerX, centerY, cameraToWorld: m, position } = camera;
        engine.enableEffect(wrapper);
        effect.setFloat3("eye", position[0], position[1], position[2]);
        effect.setFloat3("right", m[0], m[4], m[8]);
        effect.setFloat3("up", m[1], m[5], m[9]);
        effect.setFloat3("back", m[2], m[6], m[10]);
        effect.setFloat4(
            "lens",
            (2 * focalX) / width,
            (2 * focalY) / height,
            (2 * centerX) / width - 1,
            (2 * centerY) / height - 1,
        );
        const slope = far / (far - near);
        if (engine.useReverseDepthBuffer) {
            effect.setFloat2("clipDepth", 1 - slope, near * slope);
        } else {
            effect.setFloat2("clipDepth", slope, -near * slope);
        }
        effect.setFloat4("pixelToPlane", 1 / focalX, -1 / focalY, -centerX / focalX, centerY / focalY);
        effect.setFloat("firstElement", piece.firstElement);
        if (piece.kind === "points") {
            effect.setFloat("radius", piece.pointRadius);
            effect.setFloat("minRadius", MIN_POINT_PIXELS / Math.min(focalX, focalY));
        }
        this._setLook(effect, piece.look);
        engine.bindBuffers(buffers, null, effect);
        engine.drawArraysType(Constants.MATERIAL_TriangleFillMode, 0, 3 * piece.elementCount, 1);
    }

    private async _drawSamplesAsync(
        target: OffscreenTarget,
        { piece, colors, baseUvs, emissiveUvs }: SampleRun<ContentPiece>,
        start: number,
        count: number,
    ): Promise<Uint8Array | Float32Array> {
        const engine = this._engine;
        const effect = await this._effectAsync("SAMPLES", piece, false);
        const create = (kind: string, data: Float32Array | null, size: number): Record<string, VertexBuffer> =>
            data
                ? {
                      [kind]: createBuffer(engine, kind, data.subarray(size * start, size * (start + count)), size),
                  }
                : {};
        const buffers = {
            ...create(
                "place",
                Float32Array.from({ length: start + count }, (_, i) => i - start),
                1,
            ),
            ...create("color", colors, 4),
            ...create("uv", piece.look.baseTexture ? baseUvs : null, 2),
            ...create("uv2", piece.look.emissiveTexture ? emissiveUvs : null, 2),
        };
        const wrapper = new DrawWrapper(engine);
        wrapper.effect = effect;
        try {
            target.draw(() => {
                engine.enableEffect(wrapper);
                effect.setFloat2("targetSize", target.width, target.height);
                this._setLook(effect, piece.look);
                engine.bindBuffers(buffers, null, effect);
                engine.drawArraysType(Constants.MATERIAL_PointListDrawMode, 0, count, 1);
            });
            return await target.readAsync();
        } finally {
            disposeDraw(buffers, wrapper);
        }
    }

    private _setLook(effect: Effect, look: SurfaceLook): void {
        const { shading, minOpacity } = this._options;
        effect.setFloat4("base", look.base[0], look.base[1], look.base[2], look.opacity);
        effect.setFloat3("emissive", look.emissive[0], look.emissive[1], look.emissive[2]);
        effect.setFloat("minOpacity", Math.max(minOpacity, look.cutOff ?? 0));
        effect.setFloat("shading", shading);
        effect.setFloat3("worldUp", 0, this._upAxis === "y" ? 1 : 0, this._upAxis === "z" ? 1 : 0);
        if (look.baseTexture) {
            const { level, gammaSpace } = look.baseTexture;
            effect.setFloat3("baseTextureInfo", level, gammaSpace ? 2.2 : 1, look.usesTextureAlpha ? 1 : 0);
            effect.setTexture("baseTexture", look.baseTexture);
        }
        if (look.emissiveTexture) {
            const { level, gammaSpace } = look.emissiveTexture;
            effect.setFloat2("emissiveTextureInfo", level, gammaSpace ? 2.2 : 1);
            effect.setTexture("emissiveTexture", look.emissiveTexture);
        }
    }

    private async _effectAsync(pass: Pass, piece: ContentPiece, hasNormals: boolean): Promise<Effect> {
        const { look, colors, kind } = piece;
        const flags = {
            [pass]: true,
            POINTS: kind === "points" && pass !== "SAMPLES",
            PLANE: kind === "faces" && pass === "SURFACE",
            NORMAL: hasNormals,
            VERTEX_COLOR: colors !== null,
            BASE_TEXTURE: look.baseTexture !== null,
            EMISSIVE_TEXTURE: look.emissiveTexture !== null,
        };
        const defines = Object.entries(flags)
            .filter(([, isOn]) => isOn)
            .map(([name]) => `#define ${name}`)
            .join("\n");
        let effect = this._effects.get(defines);
        if (!effect) {
            const attributes = [pass === "SAMPLES" ? "place" : "position"];
            for (const [flag, attribute] of [
                ["PLANE", "plane"],
                ["NORMAL", "normal"],
                ["VERTEX_COLOR", "color"],
                ["BASE_TEXTURE", "uv"],
                ["EMISSIVE_TEXTURE", "uv2"],
            ]) {
                if (flags[flag]) {
                    attributes.push(attribute);
                }
            }
            effect = await createEffectAsync(this._engine, attributes, defines);
            this._effects.set(defines, effect);
        }
        return effect;
    }
}

function createEffectAsync(engine: WebGPUEngine, attributes: string[], defines: string): Promise<Effect> {
    return new Promise((resolve, reject) => {
        engine.createEffect(
            { vertexSource, fragmentSource },
            {
                attributes,
                uniformsNames: [...CAMERA_UNIFORMS, ...LOOK_UNIFORMS],
                uniformBuffersNames: [],
                samplers: ["baseTexture", "emissiveTexture"],
                defines,
                fallbacks: null,
                onCompiled: resolve,
                onError: (_effect, message) => {
                    reject(new UltrametricError("gpu", `The shader of scene views was refused: ${message}`));
                },
                shaderLanguage: ShaderLanguage.WGSL,
            },
            engine,
        );
    });
}

function createBuffer(engine: WebGPUEngine, kind: string, data: Float32Array, size: number): VertexBuffer {
    return new VertexBuffer(engine, data, kind, {
        updatable: false,
        stride: size,
        size,
        label: `scene view ${kind}`,
    });
}

/** Each element three times in a row. */
function tripled(data: Float32Array, size: number): Float32Array {
    const all = new Float32Array(3 * data.length);
    for (let from = 0, to = 0; from < data.length; from += size) {
        for (let copy = 0; copy < 3; copy++) {
            for (let i = 0; i < size; i++) {
                all[to++] = data[from + i];
            }
        }
    }
    return all;
}

function disposeDraw(buffers: Record<string, VertexBuffer>, ...wrappers: DrawWrapper[]): void {
    for (const buffer of Object.values(buffers)) {
        buffer.dispose();
    }
    for (const wrapper of wrappers) {
        wrapper.drawContext?.dispose(); // the effect is shared
    }
}

async function waitForTexturesAsync(content: SceneContent, pacer: Pacer): Promise<void> {
    const textures = new Set<BaseTexture>();
    for (const { look } of content.pieces) {
        for (const texture of [look.baseTexture, look.emissiveTexture]) {
            if (texture) {
                textures.add(texture);
            }
        }
    }
    const start = performance.now();
    for (const texture of textures) {
        while (!texture.isReady()) {
            if (texture.loadingError || performance.now() - start > LONGEST_WAIT) {
                throw new UltrametricError(
                    "input",
                    `The texture "${texture.name}" is not ready; wait until it has loaded (scene.whenReadyAsync), or mend its address.`,
                );
            }
            await pacer.yieldAsync();
        }
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

/** The nearest and farthest depth at which a camera may see content. */
function depthRange(camera: PinholeCamera, { bounds, pieces }: SceneContent): { near: number; far: number } {
    const { low, high } = bounds;
    const extent = Math.max(high[0] - low[0], high[1] - low[1], high[2] - low[2], 1e-6);
    const margin = 1e-3 * extent + pieces.reduce((most, { pointRadius }) => Math.max(most, pointRadius), 0);
    const m = camera.cameraToWorld;
    let nearest = Infinity;
    let farthest = -Infinity;
    for (let corner = 0; corner < 8; corner++) {
        let depth = 0;
        for (let a = 0; a < 3; a++) {
            depth -= m[4 * a + 2] * (((corner >> a) & 1 ? high[a] : low[a]) - camera.position[a]);
        }
        nearest = Math.min(nearest, depth);
        farthest = Math.max(farthest, depth);
    }
    const near = Math.max(nearest - margin, 1e-3 * extent);
    return { near, far: Math.max(farthest + margin, 2 * near) };
}

/** Smooth edges are blended with nothing, which is black: takes that out again. */
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
