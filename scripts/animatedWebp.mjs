// Writes the container of animated WebP images (https://developers.google.com/speed/webp/docs/riff_container) around
// frames that a browser encoded.

/**
 * Encodes a RIFF chunk.
 * @param {string} name four letters
 * @param {Uint8Array} data
 */
function chunk(name, data) {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(data.length);
    return Buffer.concat([Buffer.from(name, "latin1"), size, data, Buffer.alloc(data.length % 2)]);
}

/**
 * Returns the chunk with the pixels of a still image.
 * @param {Buffer} file an opaque WebP
 */
function pixelsOf(file) {
    for (let at = 12; at + 8 <= file.length; ) {
        const name = file.toString("latin1", at, at + 4);
        const size = file.readUInt32LE(at + 4);
        if (name === "VP8 " || name === "VP8L") {
            return chunk(name, file.subarray(at + 8, at + 8 + size));
        }
        at += 8 + size + (size % 2);
    }
    throw new Error("A frame is not a WebP image.");
}

/**
 * Encodes an animation.
 * @param {readonly Buffer[]} frames still WebP images of one size, without transparency
 * @param {{ width: number, height: number, milliseconds: number }} options size, and duration of each frame
 * @returns {Buffer} an image that loops forever
 */
export function WriteAnimatedWebp(frames, { width, height, milliseconds }) {
    const header = Buffer.alloc(10);
    header[0] = 2; // animated
    header.writeUIntLE(width - 1, 4, 3);
    header.writeUIntLE(height - 1, 7, 3);
    const parts = frames.map((file) => {
        const frame = Buffer.alloc(16);
        frame.writeUIntLE(width - 1, 6, 3);
        frame.writeUIntLE(height - 1, 9, 3);
        frame.writeUIntLE(milliseconds, 12, 3);
        frame[15] = 2; // replaces the previous frame, without blending
        return chunk("ANMF", Buffer.concat([frame, pixelsOf(file)]));
    });
    const body = Buffer.concat([
        Buffer.from("WEBP", "latin1"),
        chunk("VP8X", header),
        chunk("ANIM", Buffer.alloc(6)), // no background; loop count 0 is infinite
        ...parts,
    ]);
    return chunk("RIFF", body);
}
