import { describe, expect, it } from "vitest";
import { RunCoroutineSync } from "../../src/compute/base/coroutine";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { PlyCoroutine, type PlyFile } from "../../src/plugin/formats/models/plyFile";
import { type TestPlyElement, Vertices, WritePly } from "../support/plyFiles";

function Read(bytes: Uint8Array): PlyFile {
    return RunCoroutineSync(PlyCoroutine(bytes, "a.ply"));
}

function Text(header: string, body = ""): Uint8Array {
    return new TextEncoder().encode(`ply\n${header}\nend_header\n${body}`);
}

/** Returns the columns and lists as plain numbers. */
function Plain({ elements }: PlyFile): unknown {
    return [...elements.values()].map(({ name, count, columns, lists }) => ({
        name,
        count,
        columns: Object.fromEntries([...columns].map(([key, { values }]) => [key, [...values]])),
        lists: Object.fromEntries([...lists].map(([key, { starts, values }]) => [key, [[...starts], [...values]]])),
    }));
}

const ALL_TYPES: readonly TestPlyElement[] = [
    Vertices(
        ["char a", "uchar b", "short c", "ushort d", "int e", "uint f", "float g", "double h", "int64 i", "half j"],
        [
            [-3, 200, -300, 60000, -70000, 4e9, 0.5, 1e-300, -(2 ** 40), -1.5],
            [10, 10, 10, 10, 10, 10, 10, 123456789.125, 10, 2048],
        ],
    ),
    { name: "face", properties: ["list uchar int v", "list uint float t", "uchar red"], rows: [[[0, 1, 0], [], 7]] },
    { name: "empty", properties: ["float x"], rows: [] },
];

const FORMATS = ["ascii", "binary_little_endian", "binary_big_endian"] as const;

describe("PlyCoroutine", () => {
    it.each(FORMATS.flatMap((format) => ["\n", "\r\n", "\r"].map((lineEnd) => [format, lineEnd] as const)))(
        "reads all types and lists of %s with lines that end with %j",
        (format, lineEnd) => {
            const bytes = WritePly(ALL_TYPES, { format, lineEnd, comments: ["TextureFile a b.png"] });
            // 10 is a line feed: the first data byte, and others, must not be taken for one.
            const ply = Read(bytes);
            expect(ply.comments).toEqual(["TextureFile a b.png"]);
            expect(Plain(ply)).toEqual([
                {
                    name: "vertex",
                    count: 2,
                    columns: {
                        ...{ a: [-3, 10], b: [200, 10], c: [-300, 10], d: [60000, 10], e: [-70000, 10], f: [4e9, 10] },
                        ...{ g: [0.5, 10], h: [1e-300, 123456789.125], i: [-(2 ** 40), 10], j: [-1.5, 2048] },
                    },
                    lists: {},
                },
                {
                    name: "face",
                    count: 1,
                    columns: { red: [7] },
                    lists: {
                        v: [
                            [0, 3],
                            [0, 1, 0],
                        ],
                        t: [[0, 0], []],
                    },
                },
                { name: "empty", count: 0, columns: { x: [] }, lists: {} },
            ]);
        },
    );

    it.each(["\n", "\r\n", "\r"])("keeps a first data byte that is a line feed after %j", (lineEnd) => {
        const bytes = WritePly([Vertices(["uchar x", "uchar y"], [[10, 13]])], { lineEnd });
        expect(Plain(Read(bytes))).toMatchObject([{ columns: { x: [10], y: [13] } }]);
    });

    it("reads numbers of text as C and other languages write them", () => {
        const body =
            "\n+1.5e2 -.5\t1.  nan\r\n\n 0.1 -inf 12345678901234567890 -nan(ind) more words\n1e400 1E-3 -0 1.#QNAN";
        const header =
            "format ascii 1.0\nelement vertex 3\nproperty double a\nproperty double b\nproperty double c\nproperty double d";
        const values = Object.fromEntries(
            [...Read(Text(header, body)).elements.get("vertex")!.columns].map(([key, c]) => [key, [...c.values]]),
        );
        expect(values).toEqual({
            a: [150, 0.1, Infinity],
            b: [-0.5, -Infinity, 0.001],
            c: [1, 1.2345678901234567e19, -0],
            d: [NaN, NaN, NaN],
        });
    });

    it("reads long comments, and properties that are named twice or like members of objects", () => {
        const header = `comment ${"x".repeat(100_000)}\nformat ascii 1.0\nelement vertex 1\nproperty int constructor\nproperty int a\nproperty int a`;
        const { columns } = Read(Text(header, "1 2 3")).elements.get("vertex")!;
        expect([...columns].map(([name, { values }]) => [name, ...values])).toEqual([
            ["constructor", 1],
            ["a", 2],
        ]);
    });

    const vertex = "element vertex 1\nproperty float x\n";
    it.each<[string, Uint8Array, RegExp]>([
        ["no PLY", new TextEncoder().encode("<html>\n"), /a\.ply .*its 7 bytes do not start with the line "ply"/],
        ["empty", new Uint8Array(), /its 0 bytes do not start/],
        ["without an end of the header", new TextEncoder().encode("ply\nformat ascii 1.0\n"), /no line "end_header"/],
        ["without a format", Text(vertex), /names no format/],
        ["of another format", Text("format binary 1.0"), /its format is "binary"/],
        [
            "of an unknown type",
            Text("format ascii 1.0\nelement vertex 1\nproperty constructor y"),
            /line 4 .*"constructor"/,
        ],
        ["of an endless name", Text(`format ascii 1.0\nelement v 1\nproperty ${"y".repeat(9999)} y`), /"y{77}\.\.\."/],
        ["of lists of fractional length", Text("format ascii 1.0\nelement v 1\nproperty list float int y"), /length/],
        ["of a property without element", Text("format ascii 1.0\nproperty float x"), /line 3 .*before any element/],
        ["of no count", Text("format ascii 1.0\nelement vertex two"), /line 3 .*"two" as the number of "vertex"/],
        ["of a negative count", Text("format ascii 1.0\nelement vertex -1"), /"-1"/],
        [
            "of too many in text",
            Text(`format ascii 1.0\n${vertex.replace("1", "9007199254740991")}`, "0"),
            /but 1 follow/,
        ],
        [
            "of too many",
            Text(`format binary_little_endian 1.0\n${vertex.replace("1", "4000000000")}`, "abcd"),
            /but 4 follow/,
        ],
        ["that ends", Text("format ascii 1.0\nelement v 2\nproperty int a", "1  \n  "), /has 1 of 2 lines of "v"/],
        [
            "with a short line",
            Text("format ascii 1.0\nelement v 1\nproperty int a\nproperty int b", "1  \n"),
            /line 7 ends before/,
        ],
        ["with a word", Text(`format ascii 1.0\n${vertex}`.trim(), "1,5"), /line 6 has no number "1,5" as "x"/],
        ["with a negative list", Text("format ascii 1.0\nelement v 1\nproperty list int int y", "-1"), /length -1/],
        [
            "with an endless list",
            Text("format ascii 1.0\nelement v 1\nproperty list uint int y", "4e9 1"),
            /line 6 ends/,
        ],
    ])("refuses a file %s", (_, bytes, message) => {
        expect(() => Read(bytes)).toThrow(message);
        expect(() => Read(bytes)).toThrow(UltrametricError);
    });

    it("refuses lists that are longer than the file, before it allocates them", () => {
        const header = "format binary_little_endian 1.0\nelement face 2\nproperty list uint double y";
        expect(() => Read(Text(header, "\u0000\u0000\u0000\u0000~~~~"))).toThrow(
            /"face" 1 of 2 at byte \d+ needs \d+ more/,
        );
    });

    it.each(FORMATS)("refuses %s that is cut anywhere with an error of its own", (format) => {
        const bytes = WritePly(ALL_TYPES, { format });
        for (let end = 0; end < bytes.length - (format === "ascii" ? 2 : 0); end++) {
            expect(() => Read(bytes.subarray(0, end))).toThrow(UltrametricError);
        }
    });

    it("reads or refuses files with changed bytes, and nothing else happens", () => {
        let seed = 1;
        const random = (): number => {
            seed = (seed * 48271) % 2147483647;
            return seed;
        };
        for (const format of FORMATS) {
            const bytes = WritePly(ALL_TYPES, { format });
            for (let run = 0; run < 400; run++) {
                const changed = bytes.slice();
                for (let k = 0; k < 3; k++) {
                    changed[random() % changed.length] = random() % 256;
                }
                try {
                    Read(changed);
                } catch (error) {
                    expect(error).toBeInstanceOf(UltrametricError);
                }
            }
        }
    });
});
