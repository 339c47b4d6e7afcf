import type { Lens } from "../../../compute/views/lens";

/** An image file with its camera. */
export interface PosedImage {
    readonly name: string;
    /** Path of the image file, as it is named until FindImagesAsync replaces it by the path of the file. */
    readonly path: string;
    /** Camera to world, 16 numbers, row-major, OpenGL axes; validated. */
    readonly pose: Float64Array;
    /** File and location of the camera, for messages. */
    readonly location: string;
    /**
     * Returns the lens of the camera; fields that the files omit are derived from the image's size in pixels.
     *
     * @throws UltrametricError "input" with the field
     */
    lensOf(width: number, height: number): Lens;
    /** Path of the depth image of the same size, see DecodeDepthAsync; null without one. */
    readonly depthPath: string | null;
    /** Path of the depth image of any size, see DecodeDepthMap; null without one. */
    readonly depthMapPath: string | null;
    /** Nearest and farthest visible depth, world units; null where unknown. */
    readonly depthRange: readonly [near: number, far: number] | null;
}
