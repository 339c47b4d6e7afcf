import { gzipSync } from "node:zlib";
import { encode } from "fast-png";
import type { SurfacePoint } from "./surfacePoints";

/** Encodes an 8-bit RGBA PNG. */
export function EncodeImage(image: Uint8Array, width: number, height: number): Uint8Array {
    return encode({ width, height, data: image, channels: 4, depth: 8 }, { zlib: { level: 9 } });
}

/** Encodes a 16-bit gray PNG. */
export function EncodeIds(ids: Uint16Array, width: number, height: number): Uint8Array {
    return encode({ width, height, data: ids, channels: 1, depth: 16 }, { zlib: { level: 9 } });
}

/** Encodes depth: gzip of little-endian float16, row-major. */
export function EncodeDepth(depth: Float64Array): Uint8Array {
    const bytes = new DataView(new ArrayBuffer(depth.length * 2));
    depth.forEach((value, i) => {
        bytes.setUint16(i * 2, ToHalf(value), true);
    });
    return gzipSync(new Uint8Array(bytes.buffer), { level: 9 });
}

/** Encodes a binary little-endian PLY: x y z float, part ushort, group ushort, views uchar. */
export function EncodePoints(points: readonly SurfacePoint[], groupOf: Uint16Array): Uint8Array {
    const properties = ["float x", "float y", "float z", "ushort part", "ushort group", "uchar views"];
    const header = new TextEncoder().encode(
        `ply\nformat binary_little_endian 1.0\nelement vertex ${points.length}\n` +
            `${properties.map((p) => `property ${p}\n`).join("")}end_header\n`,
    );
    const stride = 17;
    const bytes = new Uint8Array(header.length + stride * points.length);
    bytes.set(header);
    const view = new DataView(bytes.buffer, header.length);
    points.forEach(({ position, part, views }, i) => {
        position.forEach((value, axis) => {
            view.setFloat32(i * stride + axis * 4, value, true);
        });
        view.setUint16(i * stride + 12, part, true);
        view.setUint16(i * stride + 14, groupOf[part], true);
        view.setUint8(i * stride + 16, views);
    });
    return bytes;
}

/** Returns the bits of the nearest float16, ties to even; for 0 and the normal range (6.2e-5 to 65504) of depths. */
export function ToHalf(value: number): number {
    if (value === 0) {
        return 0;
    }
    const exponent = Math.floor(Math.log2(value));
    const scaled = (value / 2 ** exponent - 1) * 1024;
    let mantissa = Math.round(scaled);
    if (mantissa - scaled === 0.5 && mantissa % 2 === 1) {
        mantissa--;
    }
    // A mantissa that rounds up to 1024 carries into the exponent.
    return (exponent + 15) * 1024 + mantissa;
}
