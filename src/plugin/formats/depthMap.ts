import { UltrametricError } from "../../compute/base/ultrametricError";
import { DistortPoint, type Lens } from "../../compute/views/lens";
import { ReadNpy } from "./npyArray";
import { DecodePngToNumbers } from "./pngImage";

/** Depth as a file stores it, of whatever size and unit. */
export interface DepthMap {
    readonly width: number;
    readonly height: number;
    /** [height, width] planar depth in the file's unit; 0, or what is not finite, where nothing was measured. */
    readonly data: ArrayLike<number>;
}

/**
 * Decodes a depth image as nerfstudio's captures have it: a gray PNG of 8 or 16 bits, or a .npy file of [height, width] or [height, width, 1] numbers.
 * @param file name for messages
 * @throws UltrametricError ("input") for another file, a broken one, or one with negative depth
 */
export function DecodeDepthMap(bytes: Uint8Array, file: string): DepthMap {
    if (!file.toLowerCase().endsWith(".npy")) {
        return DecodePngToNumbers(bytes, file);
    }
    const { shape, data } = ReadNpy(bytes, file);
    if (!(shape.length === 2 || (shape.length === 3 && shape[2] === 1)) || data.length === 0) {
        throw new UltrametricError(
            "input",
            `${file} holds an array of shape (${shape.join(", ")}); a depth image is one of (height, width).`,
        );
    }
    if (data.some((value) => value < 0)) {
        throw new UltrametricError("input", `${file} holds negative depth; write 0 where nothing was measured.`);
    }
    return { width: shape[1], height: shape[0], data };
}

/**
 * The depth of an undistorted view: for each pixel that of the nearest one of the map, which covers the image of the lens, so that no depth comes
 * from between two surfaces.
 * @param unit of the map's numbers, in units of the world
 * @param lens of the image before it was undistorted
 * @param pinhole of the view
 * @returns [height, width] planar depth in world units, 0 = nothing there
 */
export function DrawDepthMap(map: DepthMap, unit: number, lens: Lens, pinhole: Lens): Float32Array {
    const { distortion } = lens;
    const depth = new Float32Array(pinhole.width * pinhole.height);
    const place = new Float64Array(3);
    for (let row = 0, pixel = 0; row < pinhole.height; row++) {
        for (let column = 0; column < pinhole.width; column++, pixel++) {
            place[0] = (column + 0.5 - pinhole.centerX) / pinhole.focalX;
            place[1] = (row + 0.5 - pinhole.centerY) / pinhole.focalY;
            if (distortion !== null) {
                DistortPoint(distortion, place[0], place[1], place);
            }
            const x = Math.floor(((place[0] * lens.focalX + lens.centerX) / lens.width) * map.width);
            const y = Math.floor(((place[1] * lens.focalY + lens.centerY) / lens.height) * map.height);
            const value =
                unit *
                map.data[
                    Math.min(Math.max(y, 0), map.height - 1) * map.width + Math.min(Math.max(x, 0), map.width - 1)
                ];
            depth[pixel] = value < Number.POSITIVE_INFINITY ? value : 0; // NaN, too
        }
    }
    return depth;
}
