/** A rendered view of a radiance field. */
export interface RadianceImage {
    readonly width: number;
    readonly height: number;
    /** [height, width, 3] sRGB 0..1, premultiplied by opacity, without background. */
    readonly color: Float32Array;
    /** [height, width] 0..1. */
    readonly opacity: Float32Array;
    /** [height, width] planar depth in world units at a transmittance of one half; 0 if the opacity is too low. */
    readonly depth: Float32Array;
}

/** Composes an image over a color. @param background sRGB 0..1 @returns [height, width, 4] opaque sRGB bytes */
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
