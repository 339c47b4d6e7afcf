/** What a radiance field shows in a view. */
export interface RadianceImage {
    readonly width: number;
    readonly height: number;
    /** [height, width, 3] sRGB 0..1, weighted by opacity, without anything behind. */
    readonly color: Float32Array;
    /** [height, width] 0..1. */
    readonly opacity: Float32Array;
    /** [height, width] planar depth in world units, where half of the light is gone; 0 where the opacity is too low to tell. */
    readonly depth: Float32Array;
}

/** [height, width, 4] opaque sRGB bytes of an image in front of a color. @param background sRGB 0..1 */
export function ComposeOver(
    { color, opacity }: RadianceImage,
    background: readonly [number, number, number],
): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(4 * opacity.length);
    for (let i = 0; i < opacity.length; i++) {
        for (let channel = 0; channel < 3; channel++) {
            const value = color[3 * i + channel] + (1 - opacity[i]) * background[channel];
            bytes[4 * i + channel] = Math.round(255 * Math.min(Math.max(value, 0), 1));
        }
        bytes[4 * i + 3] = 255;
    }
    return bytes;
}
