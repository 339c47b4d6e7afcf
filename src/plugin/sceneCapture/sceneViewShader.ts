import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { DrawWrapper } from "@babylonjs/core/Materials/drawWrapper";
import type { Effect } from "@babylonjs/core/Materials/effect";
import { ShaderLanguage } from "@babylonjs/core/Materials/shaderLanguage";
import { BoundedWaitAsync } from "../../compute/base/boundedWait";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { PinholeCamera } from "../../compute/views/pinholeCamera";
import { DisposeEffect } from "../babylon/drawCaches";
import type { UpAxis } from "../babylon/worldFrame";
import type { ContentPiece } from "../content/sceneContent";
import type { SurfaceAppearance } from "../content/surfaceAppearance";
import type { PieceBatch } from "./pieceBatches";
import fragmentSource from "./sceneView.fragment.wgsl?raw";
import vertexSource from "./sceneView.vertex.wgsl?raw";
import type { DepthRange } from "./viewDepthRange";
import type { ViewRendererOptions } from "./viewRendererOptions";

/** The image that a pass draws: shaded colors, depths and elements, or the unlit colors of samples. */
export type SceneViewPass = "COLOR" | "SURFACE" | "SAMPLES";

/** Smallest radius of a point in an image, in pixels: its disc always contains a pixel center. */
const MIN_POINT_PIXELS = 0.72;

const CAMERA_UNIFORMS = ["eye", "right", "up", "back", "lens", "clipDepth", "pixelToPlane"];
const PIECE_UNIFORMS = ["firstElement", "radius", "minRadius"];
const SURFACE_UNIFORMS = [
    "base",
    "emissive",
    "minOpacity",
    "shading",
    "worldUp",
    "baseTextureInfo",
    "emissiveTextureInfo",
];
const SAMPLE_UNIFORMS = ["targetSize"];

/** The longest wait for a shader, in milliseconds. */
const COMPILE_BOUND = 120_000;

let captureCount = 0;

/** The shader that draws content under a neutral light, in one variant for each kind of vertex data and each pass. */
export class SceneViewShader {
    private readonly _effects = new Map<string, Effect>();
    /**
     * Babylon gives equal shaders to all who create them: it never calls back for one that another capture has begun to
     * compile, and frees it with that capture. So each capture has shaders of its own.
     */
    private readonly _ownDefine = `#define CAPTURE_${captureCount++}`;

    /** @param _upAxis the up axis of the content's world, where the main light is */
    public constructor(
        private readonly _engine: WebGPUEngine,
        private readonly _upAxis: UpAxis,
        private readonly _options: ViewRendererOptions,
    ) {}

    /** Returns whether the shader lights a piece, for which it needs normals. */
    public static IsLit({ normals, appearance }: ContentPiece): boolean {
        return normals !== null && !appearance.isUnlit;
    }

    /** Creates the draw state of a piece or a batch for a pass. @throws UltrametricError "gpu" */
    public async createDrawWrapperAsync(
        pass: SceneViewPass,
        piece: ContentPiece & Partial<Pick<PieceBatch, "elementOfVertex">>,
    ): Promise<DrawWrapper> {
        const { appearance, colors, kind, elementOfVertex } = piece;
        const flags = {
            [pass]: true,
            POINTS: kind === "points" && pass !== "SAMPLES",
            ELEMENT: !!elementOfVertex && pass !== "SAMPLES",
            PLANE: kind === "faces" && pass === "SURFACE",
            NORMAL: pass === "COLOR" && SceneViewShader.IsLit(piece),
            VERTEX_COLOR: colors !== null,
            BASE_TEXTURE: appearance.baseTexture !== null,
            EMISSIVE_TEXTURE: appearance.emissiveTexture !== null,
        };
        const defines = Object.entries(flags)
            .filter(([, isOn]) => isOn)
            .map(([name]) => `#define ${name}`)
            .concat(this._ownDefine)
            .join("\n");
        let effect = this._effects.get(defines);
        if (!effect) {
            const attributes = [pass === "SAMPLES" ? "sampleIndex" : "position"];
            for (const [flag, attribute] of [
                ["ELEMENT", "element"],
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
            effect = await this._createEffectAsync(attributes, defines);
            this._effects.set(defines, effect);
        }
        const wrapper = new DrawWrapper(this._engine);
        wrapper.effect = effect;
        return wrapper;
    }

    /** Sets the uniforms of a camera, for all passes but SAMPLES. */
    public setCamera(effect: Effect, camera: PinholeCamera, { near, far }: DepthRange): void {
        const { width, height, focalX, focalY, centerX, centerY, cameraToWorld: m, position } = camera;
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
        if (this._engine.useReverseDepthBuffer) {
            effect.setFloat2("clipDepth", 1 - slope, near * slope);
        } else {
            effect.setFloat2("clipDepth", slope, -near * slope);
        }
        effect.setFloat4("pixelToPlane", 1 / focalX, -1 / focalY, -centerX / focalX, centerY / focalY);
    }

    /** Sets the uniforms of a piece that is drawn into a view of a camera. */
    public setPiece(effect: Effect, piece: ContentPiece, { focalX, focalY }: PinholeCamera): void {
        effect.setFloat("firstElement", piece.firstElement);
        if (piece.kind === "points") {
            effect.setFloat("radius", piece.pointRadius);
            effect.setFloat("minRadius", MIN_POINT_PIXELS / Math.min(focalX, focalY));
        }
        this.setAppearance(effect, piece.appearance);
    }

    /** Sets the uniforms and textures of a surface. */
    public setAppearance(effect: Effect, appearance: SurfaceAppearance): void {
        const { shading, minOpacity } = this._options;
        const { base, opacity, emissive, alphaCutOff, baseTexture, usesTextureAlpha, emissiveTexture } = appearance;
        effect.setFloat4("base", base[0], base[1], base[2], opacity);
        effect.setFloat3("emissive", emissive[0], emissive[1], emissive[2]);
        effect.setFloat("minOpacity", Math.max(minOpacity, alphaCutOff ?? 0));
        effect.setFloat("shading", shading);
        effect.setFloat3("worldUp", 0, this._upAxis === "y" ? 1 : 0, this._upAxis === "z" ? 1 : 0);
        if (baseTexture) {
            const { level, gammaSpace } = baseTexture;
            effect.setFloat3("baseTextureInfo", level, gammaSpace ? 2.2 : 1, usesTextureAlpha ? 1 : 0);
            effect.setTexture("baseTexture", baseTexture);
        }
        if (emissiveTexture) {
            const { level, gammaSpace } = emissiveTexture;
            effect.setFloat2("emissiveTextureInfo", level, gammaSpace ? 2.2 : 1);
            effect.setTexture("emissiveTexture", emissiveTexture);
        }
    }

    /** Releases the shaders. Safe to call again. */
    public dispose(): void {
        for (const effect of this._effects.values()) {
            DisposeEffect(effect);
        }
        this._effects.clear();
    }

    private _createEffectAsync(attributes: string[], defines: string): Promise<Effect> {
        const compiled = new Promise<Effect>((resolve, reject) => {
            this._engine.createEffect(
                { vertexSource, fragmentSource },
                {
                    attributes,
                    uniformsNames: [...CAMERA_UNIFORMS, ...PIECE_UNIFORMS, ...SURFACE_UNIFORMS, ...SAMPLE_UNIFORMS],
                    uniformBuffersNames: [],
                    samplers: ["baseTexture", "emissiveTexture"],
                    defines,
                    fallbacks: null,
                    onCompiled: resolve,
                    onError: (_effect, message) => {
                        reject(new UltrametricError("gpu", `The shader of scene views did not compile: ${message}`));
                    },
                    shaderLanguage: ShaderLanguage.WGSL,
                },
                this._engine,
            );
        });
        return BoundedWaitAsync(compiled, {
            what: "Compiling a shader of scene views",
            milliseconds: COMPILE_BOUND,
            kind: "gpu",
        });
    }
}
