import type { BaseTexture } from "@babylonjs/core/Materials/Textures/baseTexture";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { BoundedWaitAsync } from "../../compute/base/boundedWait";
import type { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { CovarianceAxes } from "./covarianceAxes";
import type { SplatData } from "./splatData";
import { StreamSlotsOf } from "./streamSlots";

/** The number of consecutive slots that are read at once. */
const SLOTS_PER_READ = 1 << 16;
/** The number of splats per time slice. */
const SPLATS_PER_CHUNK = 1 << 12;
/** Babylon's covariances are those of splats twice as wide. */
const COVARIANCE_SCALE = 4;
/** The number of times that a stream is read again because it changed meanwhile. */
const ATTEMPTS = 8;
/** Milliseconds for one read from the GPU. */
const READ_BOUND = 20_000;

/**
 * Reads the splats that a stream shows at present from the GPU, by ascending slot, in the stream's own coordinates.
 *
 * @throws UltrametricError "input" if it shows none, or changes all the time; "gpu"; "disposed"; "aborted"
 */
export async function ReadStreamSplatsAsync(stream: GaussianSplattingMesh, pacer: Pacer): Promise<SplatData> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const shown = StreamSlotsOf(stream)?.shown;
        if (!shown || shown.length === 0) {
            throw new UltrametricError(
                "input",
                `The stream "${stream.name}" shows no splats yet; wait for stream.whenSettledAsync() first.`,
            );
        }
        const slots = new Uint32Array(shown.reduce((sum, value, i) => sum + (i % 2 === 1 ? value : 0), 0));
        for (let r = 0, filled = 0; r < shown.length; r += 2) {
            for (let slot = shown[r]; slot < shown[r] + shown[r + 1]; slot++) {
                slots[filled++] = slot;
            }
        }
        const splats = await ReadSlotsAsync(stream, slots, pacer);
        // A level that came meanwhile may have moved others.
        if (splats && StreamSlotsOf(stream)?.shown === shown) {
            return splats;
        }
    }
    throw new UltrametricError(
        "input",
        `The stream "${stream.name}" showed other splats each of the ${ATTEMPTS} times that it was read; wait for ` +
            "stream.whenSettledAsync(), and keep the camera where it is meanwhile.",
    );
}

/**
 * Reads the splats in some slots of a stream from the GPU, in the stream's own coordinates.
 *
 * @param slots ascending
 * @returns null if the slots hold other splats by the end
 * @throws UltrametricError "gpu" | "disposed" | "aborted"
 */
export async function ReadSlotsAsync(
    stream: GaussianSplattingMesh,
    slots: Uint32Array,
    pacer: Pacer,
): Promise<SplatData | null> {
    const count = slots.length;
    const positions = new Float32Array(3 * count);
    const scales = new Float32Array(3 * count);
    const rotations = new Float32Array(4 * count);
    const splatColors = new Uint8Array(4 * count);
    const axes = new CovarianceAxes();
    const covariance = new Float64Array(6);
    for (let first = 0, end = 0; first < count; first = end) {
        while (end < count && slots[end] - slots[first] < SLOTS_PER_READ) {
            end++;
        }
        copyCenters(StreamSlotsOf(stream)?.centers, slots, first, end, positions);
        const { covariancesA, covariancesB, colors } = await readLooksAsync(stream, slots[first], slots[end - 1] + 1);
        const after = new Float32Array(positions.length);
        copyCenters(StreamSlotsOf(stream)?.centers, slots, first, end, after);
        for (let i = first; i < end; i++) {
            const from = 4 * (slots[i] - slots[first]);
            for (let c = 0; c < 4; c++) {
                covariance[c] = covariancesA[from + c] / COVARIANCE_SCALE;
                splatColors[4 * i + c] = colors[from + c];
            }
            covariance[4] = covariancesB[from] / COVARIANCE_SCALE;
            covariance[5] = covariancesB[from + 1] / COVARIANCE_SCALE;
            axes.write(covariance, 0, i, scales, rotations);
            for (let axis = 3 * i; axis < 3 * i + 3; axis++) {
                if (!Object.is(positions[axis], after[axis])) {
                    return null;
                }
            }
            if (i % SPLATS_PER_CHUNK === 0) {
                await pacer.yieldIfDueAsync();
            }
        }
    }
    return { count, positions, scales, rotations, colors: splatColors };
}

function copyCenters(
    centers: Float32Array | undefined,
    slots: Uint32Array,
    first: number,
    end: number,
    to: Float32Array,
): void {
    for (let i = first; i < end; i++) {
        for (let axis = 0; axis < 3; axis++) {
            to[3 * i + axis] = centers?.[4 * slots[i] + axis] ?? Number.NaN;
        }
    }
}

/** The looks of consecutive slots, four numbers for each. */
interface SlotLooks {
    /** xx, xy, xz, yy, of splats twice as wide. */
    readonly covariancesA: Float32Array;
    /** yz, zz, and two that are not used. */
    readonly covariancesB: Float32Array;
    /** sRGB and opacity, 0..255. */
    readonly colors: Uint8Array;
}

/** Reads the looks of slots from the GPU. @throws UltrametricError "disposed", "gpu" */
async function readLooksAsync(stream: GaussianSplattingMesh, firstSlot: number, endSlot: number): Promise<SlotLooks> {
    const { covariancesATexture, covariancesBTexture, colorsTexture } = stream;
    if (stream.isDisposed() || !covariancesATexture || !covariancesBTexture || !colorsTexture) {
        throw new UltrametricError("disposed", `The stream "${stream.name}" has been disposed; it cannot be read.`);
    }
    const [covariancesA, covariancesB, colors] = await Promise.all(
        [covariancesATexture, covariancesBTexture, colorsTexture].map((texture) =>
            readSlotsAsync(stream, texture, firstSlot, endSlot),
        ),
    );
    return {
        covariancesA: covariancesA as Float32Array,
        covariancesB: covariancesB as Float32Array,
        colors: colors as Uint8Array,
    };
}

/** Reads four numbers per slot: bytes, or floats. */
async function readSlotsAsync(
    stream: GaussianSplattingMesh,
    texture: BaseTexture,
    firstSlot: number,
    endSlot: number,
): Promise<Float32Array | Uint8Array> {
    const { width } = texture.getSize();
    const firstRow = Math.floor(firstSlot / width);
    const rows = Math.ceil(endSlot / width) - firstRow;
    const what = `Reading the splats of "${stream.name}"`;
    const reading = texture.readPixels(0, 0, null, true, false, 0, firstRow, width, rows);
    if (!reading) {
        throw new UltrametricError("gpu", `${what}: the engine cannot read textures.`);
    }
    const pixels = await BoundedWaitAsync(reading, { what, milliseconds: READ_BOUND, kind: "gpu" });
    const skipped = 4 * (firstSlot - firstRow * width);
    const length = 4 * (endSlot - firstSlot);
    return texture.textureType === 0
        ? new Uint8Array(pixels.buffer, pixels.byteOffset + skipped, length)
        : new Float32Array(pixels.buffer, pixels.byteOffset + 4 * skipped, length);
}
