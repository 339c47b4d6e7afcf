import { UltrametricError } from "../../../compute/base/ultrametricError";
import type { Lens } from "../../../compute/views/lens";
import { DistortPoint } from "../../../compute/views/lensDistortion";
import { ReadNpy } from "../base/npyArray";
import { DecodePngToNumbers } from "../base/pngImage";

/** Depth as stored in a file, in any size and unit. */
export interface DepthMap {
    readonly width: number;
    readonly height: number;
    /** [height, width] planar depth in the file's unit; 0 or not finite where nothing was measured. */
    readonly data: ArrayLike<number>;
}

/**
 * Decodes a depth image of nerfstudio's captures: a gray PNG of 8 or 16 bits, or a .npy file of [height, width] or
 * [height, width, 1] numbers.
 *
 * @param file name of the file, for messages
 * @throws UltrametricError "input" for a malformed or unsupported file, or negative depth
 */
export function DecodeDepthMap(bytes: Uint8Array, file: string): DepthMap {
    if (!file.toLowerCase().endsWith(".npy")) {
        return DecodePngToNumbers(bytes, file);
    }
    const { shape, data } = ReadNpy(bytes, file);
    if (!(shape.length === 2 || (shape.length === 3 && shape[2] === 1)) || data.length === 0) {
        throw new UltrametricError(
            "input",
            `${file} has an array of shape (${shape.join(", ")}); a depth image has (height, width).`,
        );
    }
    if (data.some((value) => value < 0)) {
        throw new UltrametricError("input", `${file} has negative depth; write 0 where nothing was measured.`);
    }
    return { width: shape[1], height: shape[0], data };
}

/**
 * Resamples a depth map for an undistorted view, with the nearest pixel, because interpolated depth would lie between
 * surfaces. The map covers the whole image, whatever its size.
 *
 * @param unit unit of the map's numbers, in world units
 * @param lens lens of the image before it was undistorted
 * @param pinhole lens of the view
 * @returns [height, width] planar depth in world units, 0 = nothing there
 */
export function ResampleDepthMap(map: DepthMap, unit: number, lens: Lens, pinhole: Lens): Float32Array {
    const { distortion } = lens;
    const depth = new Float32Array(pinhole.width * pinhole.height);
    const point = new Float64Array(3);
    for (let row = 0, pixel = 0; row < pinhole.height; row++) {
        for (let column = 0; column < pinhole.width; column++, pixel++) {
            point[0] = (column + 0.5 - pinhole.centerX) / pinhole.focalX;
            point[1] = (row + 0.5 - pinhole.centerY) / pinhole.focalY;
            if (distortion !== null) {
                DistortPoint(distortion, point[0], point[1], point);
            }
            const x = Math.floor(((point[0] * lens.focalX + lens.centerX) / lens.width) * map.width);
            const y = Math.floor(((point[1] * lens.focalY + lens.centerY) / lens.height) * map.height);
            const value =
                unit *
                map.data[
                    Math.min(Math.max(y, 0), map.height - 1) * map.width + Math.min(Math.max(x, 0), map.width - 1)
                ];
            depth[pixel] = value < Number.POSITIVE_INFINITY ? value : 0; // also for NaN
        }
    }
    return depth;
}
