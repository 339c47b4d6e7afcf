import { Constants } from "@babylonjs/core/Engines/constants";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ConcatenateFloats } from "../../compute/base/concatenate";
import type { Pacer } from "../../compute/base/pacer";
import { CheckGpuAsync } from "../../compute/gpu/gpuErrors";
import { OffscreenTarget } from "../babylon/offscreenTarget";
import type { ContentSamples, SampleRun } from "../content/contentSamples";
import type { ContentPiece } from "../content/sceneContent";
import { LookKeys } from "./pieceBatches";
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
        for (const slices of sliceRuns(surfaceRuns)) {
            const pixels = await drawSlicesAsync(engine, shader, target, slices);
            let pixel = 0;
            for (const { run, start, count } of slices) {
                for (let i = 0; i < count; i++, pixel++) {
                    for (let c = 0; c < 3; c++) {
                        colors[3 * (run.first + start + i) + c] = pixels[4 * pixel + c];
                    }
                }
            }
            await pacer.yieldIfDueAsync();
        }
        await CheckGpuAsync(engine, "Drawing the colors of samples");
    } finally {
        target.dispose();
    }
    return colors;
}

/** Samples `start` to `start + count` of a run. */
interface RunSlice {
    readonly run: SampleRun<ContentPiece>;
    readonly start: number;
    readonly count: number;
}

/** Returns slices of runs that look alike, in groups that the target has pixels for. */
function sliceRuns(runs: readonly SampleRun<ContentPiece>[]): RunSlice[][] {
    const capacity = TARGET_SIZE * TARGET_SIZE;
    const keys = new LookKeys();
    const open = new Map<string, { slices: RunSlice[]; count: number }>();
    const groups: RunSlice[][] = [];
    for (const run of runs) {
        const key = keys.keyOf(run.piece);
        for (let start = 0; start < run.count; ) {
            let group = open.get(key);
            if (!group || group.count === capacity) {
                group = { slices: [], count: 0 };
                open.set(key, group);
                groups.push(group.slices);
            }
            const count = Math.min(capacity - group.count, run.count - start);
            group.slices.push({ run, start, count });
            group.count += count;
            start += count;
        }
    }
    return groups;
}

/** Draws samples of runs that look alike, and returns their pixels one after the other. */
async function drawSlicesAsync(
    engine: WebGPUEngine,
    shader: SceneViewShader,
    target: OffscreenTarget,
    slices: readonly RunSlice[],
): Promise<Uint8Array | Float32Array> {
    const [{ run }] = slices;
    const { appearance } = run.piece;
    const wrapper = await shader.createDrawWrapperAsync("SAMPLES", run.piece);
    const effect = wrapper.effect!;
    const samples = slices.reduce((sum, { count }) => sum + count, 0);
    const create = (
        attribute: string,
        field: "colors" | "baseUvs" | "emissiveUvs",
        size: number,
    ): ReturnType<typeof CreateBuffer> =>
        CreateBuffer(
            engine,
            attribute,
            run[field] &&
                ConcatenateFloats(
                    slices.map(({ run, start, count }) => run[field]!.subarray(size * start, size * (start + count))),
                ),
            size,
        );
    const buffers = {
        ...CreateBuffer(
            engine,
            "sampleIndex",
            Float32Array.from({ length: samples }, (_, i) => i),
            1,
        ),
        ...create("color", "colors", 4),
        ...(appearance.baseTexture ? create("uv", "baseUvs", 2) : {}),
        ...(appearance.emissiveTexture ? create("uv2", "emissiveUvs", 2) : {}),
    };
    try {
        target.draw(() => {
            engine.enableEffect(wrapper);
            effect.setFloat2("targetSize", target.width, target.height);
            shader.setAppearance(effect, appearance);
            engine.bindBuffers(buffers, null, effect);
            engine.drawArraysType(Constants.MATERIAL_PointListDrawMode, 0, samples, 1);
        });
        return await target.readAsync();
    } finally {
        DisposeDraw(buffers, wrapper);
    }
}
