import { deflateSync } from "node:zlib";
import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import { DecodePngToNumbers, DecodePngToRgba } from "../../src/plugin/formats/base/pngImage";

/** Computes the CRC-32 of PNG chunks, bit by bit. */
function Crc(bytes: Uint8Array): number {
    let crc = 0xffffffff;
    for (const byte of bytes) {
        crc ^= byte;
        for (let k = 0; k < 8; k++) {
            crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
        }
    }
    return (crc ^ 0xffffffff) >>> 0;
}

/** Writes a PNG of a kind that the encoder does not support. `rows` contain packed samples, without filter bytes. */
function WritePng(
    width: number,
    bits: number,
    colorType: number,
    rows: number[][],
    extra: [string, number[]][] = [],
): Uint8Array {
    const chunk = (type: string, data: Uint8Array): Uint8Array => {
        const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
        const head = Buffer.alloc(4);
        head.writeUInt32BE(data.length);
        const tail = Buffer.alloc(4);
        tail.writeUInt32BE(Crc(body));
        return Buffer.concat([head, body, tail]);
    };
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(rows.length, 4);
    header[8] = bits;
    header[9] = colorType;
    return new Uint8Array(
        Buffer.concat([
            Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
            chunk("IHDR", header),
            ...extra.map(([type, data]) => chunk(type, Uint8Array.from(data))),
            chunk("IDAT", deflateSync(Uint8Array.from(rows.flatMap((row) => [0, ...row])))),
            chunk("IEND", new Uint8Array(0)),
        ]),
    );
}

describe("DecodePngToRgba", () => {
    it.each([
        [1, 8, [10, 200], [10, 10, 10, 255, 200, 200, 200, 255]],
        [2, 8, [10, 128, 200, 0], [10, 10, 10, 128, 200, 200, 200, 0]],
        [3, 8, [1, 2, 3, 4, 5, 6], [1, 2, 3, 255, 4, 5, 6, 255]],
        [4, 8, [1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 8]],
        [1, 16, [0, 65535], [0, 0, 0, 255, 255, 255, 255, 255]],
        [4, 16, [257, 514, 771, 65535, 0, 32768, 100, 257], [1, 2, 3, 255, 0, 128, 0, 1]],
    ] as const)("converts %d channels of %d bits to RGBA", (channels, depth, samples, rgba) => {
        const data = depth === 16 ? Uint16Array.from(samples) : Uint8Array.from(samples);
        const image = DecodePngToRgba(encode({ width: 2, height: 1, channels, depth, data }), "a.png");
        expect([image.width, image.height]).toEqual([2, 1]);
        expect([...image.data]).toEqual([...rgba]);
    });

    it("unpacks 1, 2 and 4 bits of gray, rows padded to bytes", () => {
        const one = DecodePngToRgba(WritePng(3, 1, 0, [[0b10100000], [0b01000000]]), "a.png");
        expect([...one.data].filter((_, i) => i % 4 === 0)).toEqual([255, 0, 255, 0, 255, 0]);
        const two = DecodePngToRgba(WritePng(5, 2, 0, [[0b00011011, 0b10000000]]), "a.png");
        expect([...two.data].filter((_, i) => i % 4 === 0)).toEqual([0, 85, 170, 255, 170]);
        const four = DecodePngToRgba(WritePng(3, 4, 0, [[0x1f, 0x80]]), "a.png");
        expect([...four.data].filter((_, i) => i % 4 === 0)).toEqual([17, 255, 136]);
    });

    it("looks up colors in a palette, with alpha", () => {
        const palette: [string, number[]] = ["PLTE", [1, 2, 3, 4, 5, 6, 7, 8, 9]];
        const opaque = DecodePngToRgba(WritePng(3, 8, 3, [[2, 0, 1]], [palette]), "a.png");
        expect([...opaque.data]).toEqual([7, 8, 9, 255, 1, 2, 3, 255, 4, 5, 6, 255]);
        const alpha = DecodePngToRgba(WritePng(3, 2, 3, [[0b10000100]], [palette, ["tRNS", [50, 60]]]), "a.png");
        expect([...alpha.data]).toEqual([7, 8, 9, 255, 1, 2, 3, 50, 4, 5, 6, 60]);
        expect(() => DecodePngToRgba(WritePng(1, 8, 3, [[3]], [palette]), "a.png")).toThrow(/a.png .* palette/);
    });

    it("makes the transparent color transparent", () => {
        const png = WritePng(3, 8, 2, [[1, 2, 3, 1, 2, 4, 0, 2, 3]], [["tRNS", [0, 1, 0, 2, 0, 3]]]);
        expect([...DecodePngToRgba(png, "a.png").data]).toEqual([1, 2, 3, 0, 1, 2, 4, 255, 0, 2, 3, 255]);
    });
});

describe("DecodePngToNumbers", () => {
    it("returns gray samples unchanged", () => {
        const png = encode({ width: 3, height: 1, channels: 1, depth: 16, data: Uint16Array.from([0, 300, 65535]) });
        expect([...DecodePngToNumbers(png, "a.png").data]).toEqual([0, 300, 65535]);
        expect([...DecodePngToNumbers(WritePng(3, 4, 0, [[0x1f, 0x80]]), "a.png").data]).toEqual([1, 15, 8]);
    });

    it("throws on colors", () => {
        const png = encode({ width: 1, height: 1, channels: 3, depth: 8, data: Uint8Array.from([1, 2, 3]) });
        expect(() => DecodePngToNumbers(png, "a.png")).toThrow(/a.png has colors/);
    });
});
