import { MaskIou } from "../../src/compute/masks/maskIou";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import { DecodePngToRgba } from "../../src/plugin/formats/base/pngImage";
import { MaskGenerator } from "../../src/plugin/sam/maskGenerator";
import { CreateOnnxRuntimeAsync, type OnnxRuntimeOptions } from "../../src/plugin/sam/onnxRuntime";
import { samModels } from "../../src/plugin/sam/samModel";
import { SamSession } from "../../src/plugin/sam/samSession";
import { NameGpuAsync } from "./scene";

async function bytesAsync(path: string): Promise<Uint8Array> {
    const response = await fetch(`/repository/${path}`);
    if (!response.ok) {
        throw new Error(`${path} does not exist.`);
    }
    return new Uint8Array(await response.arrayBuffer());
}

/**
 * Segments everything in an image twice, the second time warm, and compares with the official generator's masks.
 * @param picture the path of a PNG in the repository, without its ending
 * @param hasPeer whether there are masks of the official generator (0.80 / 0.90) beside it, as JSON
 */
export async function SegmentAnything(
    provider: OnnxRuntimeOptions["provider"],
    threads: number | null = null,
    picture = "demo/captures/excavator/train/r_000",
    hasPeer = false,
): Promise<object> {
    const files = "packages/mobilesam/files/models";
    const model = samModels.mobileSam(files);
    const runtime = await CreateOnnxRuntimeAsync(await import("onnxruntime-web/webgpu"), { provider, threads });
    const start = performance.now();
    const [encoder, decoder] = await Promise.all(
        [model.encoder, model.decoder].map(({ source }) => bytesAsync(source as string)),
    );
    const session = await SamSession.CreateAsync(runtime, model, encoder, decoder);
    const loading = (performance.now() - start) / 1000;
    const image = DecodePngToRgba(await bytesAsync(`${picture}.png`), picture);
    const generator = new MaskGenerator(session, { minPredictedIou: 0.8, minStability: 0.9, batchSize: 16 });
    const first = await generator.generateAsync(image);
    const warm = await generator.generateAsync(image);
    const seconds = ({ encoderSeconds, decoderSeconds, otherSeconds }: typeof warm) => ({
        encoder: encoderSeconds,
        decoder: decoderSeconds,
        other: otherSeconds,
    });
    let peer = {};
    if (hasPeer) {
        const { annotations } = JSON.parse(new TextDecoder().decode(await bytesAsync(`${picture}.json`)));
        const theirs = (annotations as { segmentation: { size: [number, number]; counts: string } }[]).map(
            ({ segmentation: { size, counts } }) => RunLengthMask.FromCompressed(counts, size[1], size[0]),
        );
        const ious = theirs.map((mask) => warm.masks.map(({ region }) => MaskIou(mask, region)));
        peer = {
            theirs: theirs.length,
            matched: ious.filter((row) => Math.max(...row) >= 0.95).length,
            extra: warm.masks.filter((_, i) => ious.every((row) => row[i] < 0.95)).length,
        };
    }
    return {
        gpu: await NameGpuAsync(),
        provider: runtime.provider,
        threads,
        loading,
        prompts: warm.pointCount,
        masks: warm.masks.length,
        first: seconds(first),
        warm: seconds(warm),
        ...peer,
    };
}
