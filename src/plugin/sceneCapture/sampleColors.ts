import { Constants } from "@babylonjs/core/Engines/constants";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { Pacer } from "../../compute/base/pacer";
import { CheckGpuAsync } from "../../compute/gpu/gpuErrors";
import { OffscreenTarget } from "../babylon/offscreenTarget";
import type { ContentSamples, SampleRun } from "../content/contentSamples";
import type { ContentPiece } from "../content/sceneContent";
import { CreateBuffer, DisposeDraw } from "./pieceBuffers";
import type { SceneViewShader } from "./sceneViewShader";

/** Width and height of the image that colors are drawn into, one pixel per sample. */
const TARGET_SIZE = 512;

/**
 * Evaluates the unlit colors of the content at samples: on the GPU for faces and points, from their own colors for
 * splats.
 *
 * @returns [n, 3] sRGB bytes
 * @throws UltrametricError "gpu" | "deviceLost" | "aborted"
 */
export async function DrawSampleColorsAsync(
    engine: WebGPUEngine,
    shader: SceneViewShader,
    samples: ContentSamples<ContentPiece>,
    pacer: Pacer,
): Promise<Uint8Array> {
    const colors = new Uint8Array(3 * samples.elements.length);
    for (const { piece, first, count, colors: linear } of samples.runs) {
        for (let i = 0; piece.kind === "splats" && i < 3 * count; i++) {
            colors[3 * first + i] = Math.round(255 * linear![4 * Math.floor(i / 3) + (i % 3)] ** (1 / 2.2));
        }
        await pacer.yieldIfDueAsync();
    }
    const surfaceRuns = samples.runs.filter(({ piece }) => piece.kind !== "splats");
    if (surfaceRuns.length === 0) {
        return colors;
    }
    const target = new OffscreenTarget(engine, TARGET_SIZE, TARGET_SIZE, "color", 1, "scene sample colors");
    try {
        const capacity = TARGET_SIZE * TARGET_SIZE;
        for (const run of surfaceRuns) {
            // A piece has fewer elements than the target has pixels, but a large face may have any number of samples.
            for (let start = 0; start < run.count; start += capacity) {
                const count = Math.min(capacity, run.count - start);
                const pixels = await drawRunAsync(engine, shader, target, run, start, count);
                for (let i = 0; i < count; i++) {
                    for (let c = 0; c < 3; c++) {
                        colors[3 * (run.first + start + i) + c] = pixels[4 * i + c];
                    }
                }
                await pacer.yieldIfDueAsync();
            }
        }
        await CheckGpuAsync(engine, "Drawing the colors of samples");
    } finally {
        target.dispose();
    }
    return colors;
}

/** Draws `count` samples of a run from `start` on, and returns their pixels. */
async function drawRunAsync(
    engine: WebGPUEngine,
    shader: SceneViewShader,
    target: OffscreenTarget,
    { piece, colors, baseUvs, emissiveUvs }: SampleRun<ContentPiece>,
    start: number,
    count: number,
): Promise<Uint8Array | Float32Array> {
    const { appearance } = piece;
    const wrapper = await shader.createDrawWrapperAsync("SAMPLES", piece);
    const effect = wrapper.effect!;
    const create = (attribute: string, data: Float32Array | null, size: number): ReturnType<typeof CreateBuffer> =>
        CreateBuffer(
            engine,
            attribute,
            data === null ? null : data.subarray(size * start, size * (start + count)),
            size,
        );
    const buffers = {
        ...CreateBuffer(
            engine,
            "sampleIndex",
            Float32Array.from({ length: count }, (_, i) => i),
            1,
        ),
        ...create("color", colors, 4),
        ...create("uv", appearance.baseTexture ? baseUvs : null, 2),
        ...create("uv2", appearance.emissiveTexture ? emissiveUvs : null, 2),
    };
    try {
        target.draw(() => {
            engine.enableEffect(wrapper);
            effect.setFloat2("targetSize", target.width, target.height);
            shader.setAppearance(effect, appearance);
            engine.bindBuffers(buffers, null, effect);
            engine.drawArraysType(Constants.MATERIAL_PointListDrawMode, 0, count, 1);
        });
        return await target.readAsync();
    } finally {
        DisposeDraw(buffers, wrapper);
    }
}
