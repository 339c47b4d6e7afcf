import { describe, expect, it } from "vitest";
import { RunCoroutineSync } from "../../src/compute/base/coroutine";
import { PlyCoroutine } from "../../src/plugin/formats/models/plyFile";
import { type PlyMesh, PlyMeshCoroutine } from "../../src/plugin/formats/models/plyMesh";
import { type PlyPoints, PlyPointsCoroutine } from "../../src/plugin/formats/models/plyPoints";
import { HasPlySplats, type PlySplats, PlySplatsCoroutine } from "../../src/plugin/formats/models/plySplats";
import { EncodeHalf, type TestPlyElement, Vertices, WritePly } from "../support/plyFiles";

const XYZ = ["float x", "float y", "float z"];

function ReadPoints(bytes: Uint8Array): PlyPoints {
    return RunCoroutineSync(PlyPointsCoroutine(RunCoroutineSync(PlyCoroutine(bytes, "a.ply")), "a.ply", true));
}

function ReadMesh(bytes: Uint8Array): PlyMesh | null {
    return RunCoroutineSync(PlyMeshCoroutine(RunCoroutineSync(PlyCoroutine(bytes, "a.ply")), "a.ply", true));
}

function ReadSplats(bytes: Uint8Array): PlySplats {
    const ply = RunCoroutineSync(PlyCoroutine(bytes, "a.ply"));
    expect(HasPlySplats(ply)).toBe(true);
    return RunCoroutineSync(PlySplatsCoroutine(ply, "a.ply", true));
}

describe("PlyPointsCoroutine", () => {
    const points = [
        [0, 0, 0],
        [1, 0, 2],
    ];

    it.each<[string, string[], number[][]]>([
        [
            "bytes",
            ["uchar red", "uchar green", "uchar blue"],
            [
                [255, 0, 51],
                [0, 102, 0],
            ],
        ],
        [
            "signed bytes",
            ["char red", "char green", "char blue"],
            [
                [-1, 0, 51],
                [0, 102, 0],
            ],
        ],
        [
            "diffuse bytes",
            ["uchar diffuse_red", "uchar diffuse_green", "uchar diffuse_blue"],
            [
                [255, 0, 51],
                [0, 102, 0],
            ],
        ],
        [
            "r, g and b",
            ["uchar r", "uchar g", "uchar b"],
            [
                [255, 0, 51],
                [0, 102, 0],
            ],
        ],
        [
            "16 bits",
            ["ushort red", "ushort green", "ushort blue"],
            [
                [65535, 0, 13107],
                [0, 26214, 0],
            ],
        ],
        [
            "bytes in 16 bits",
            ["ushort red", "ushort green", "ushort blue"],
            [
                [255, 0, 51],
                [0, 102, 0],
            ],
        ],
        [
            "integers",
            ["int red", "int green", "int blue"],
            [
                [255, 0, 51],
                [0, 102, 0],
            ],
        ],
        [
            "floats",
            ["float red", "float green", "float blue"],
            [
                [1, 0, 0.2],
                [0, 0.4, 0],
            ],
        ],
        [
            "floats to 255",
            ["double red", "double green", "double blue"],
            [
                [255, 0, 51],
                [0, 102, 0],
            ],
        ],
        [
            "harmonics",
            ["float f_dc_0", "float f_dc_1", "float f_dc_2"],
            [
                [1.7724539, -1.7724539, -1.0634723],
                [-1.7724539, -0.3544908, -1.7724539],
            ],
        ],
    ])("reads colors of %s", (_, properties, colors) => {
        const rows = points.map((point, i) => [...point, ...colors[i]]);
        const read = ReadPoints(WritePly([Vertices([...XYZ, ...properties], rows)]));
        expect([...read.colors!]).toEqual([255, 0, 51, 0, 102, 0]);
        expect(read.isIntensity).toBe(false);
    });

    it("shows intensities as grays, also beside colors that are all black", () => {
        const rows = Array.from({ length: 101 }, (_, i) => [i, 0, 0, 0, 0, 0, 100 + i]);
        const colors = ["uchar red", "uchar green", "uchar blue", "float scalar_Intensity"];
        const read = ReadPoints(WritePly([Vertices([...XYZ, ...colors], rows)]));
        expect(read.isIntensity).toBe(true);
        expect([...read.colors!.subarray(0, 3)]).toEqual([36, 36, 36]);
        expect([...read.colors!.subarray(-3)]).toEqual([255, 255, 255]);
        expect(
            ReadPoints(
                WritePly([
                    Vertices(
                        [...XYZ, ...colors.slice(0, 3)],
                        rows.map((row) => row.slice(0, 6)),
                    ),
                ]),
            ).colors,
        ).toBeNull();
    });

    it("leaves points out that are not finite, and keeps colors, normals and order of the others", () => {
        const rows = [
            [0, 0, 0, 0, 0, 1, 10, 11, 12],
            [NaN, 0, 0, 0, 1, 0, 20, 21, 22],
            [1, Infinity, 0, 0, 1, 0, 30, 31, 32],
            [1e300, 0, 0, 0, 1, 0, 40, 41, 42],
            [1, 2, 3, 1, 0, 0, 50, 51, 52],
        ];
        const properties = [
            "double x",
            "double y",
            "double z",
            "float nx",
            "float ny",
            "float nz",
            "uchar red",
            "uchar green",
            "uchar blue",
        ];
        const read = ReadPoints(WritePly([Vertices(properties, rows)]));
        expect(read).toMatchObject({
            leftOut: 3,
            positions: new Float32Array([0, 0, 0, 1, 2, 3]),
            normals: new Float32Array([0, 0, 1, 1, 0, 0]),
            colors: new Uint8Array([10, 11, 12, 50, 51, 52]),
        });
    });

    it("subtracts a round offset from coordinates far away from 0, although some points are at 0", () => {
        const properties = ["double x", "double y", "double z"];
        const rows = Array.from({ length: 200 }, (_, i) => [448262.125 + i / 8, 5411945.25 + (i % 9) / 8, 312.5]);
        const { positions, offset } = ReadPoints(WritePly([Vertices(properties, [...rows, [0, 0, 0]])]));
        expect(offset).toEqual([448275, 5411946, 313]);
        rows.forEach((row, i) => {
            expect([...positions.subarray(3 * i, 3 * i + 3)]).toEqual(row.map((value, axis) => value - offset[axis]));
        });
        expect([...positions.subarray(-3)]).toEqual(offset.map((value) => -value));
    });

    it.each([
        [[[1000, 2, 3]]],
        [
            [
                [1000, 0, 0],
                [1010, 5, 5],
                [1020, 0, 3],
            ],
        ],
    ])("keeps coordinates near 0 as they are: %j", (rows) => {
        const { positions, offset } = ReadPoints(WritePly([Vertices(XYZ, rows)]));
        expect(offset).toEqual([0, 0, 0]);
        expect([...positions]).toEqual(rows.flat());
    });

    it.each<[string, TestPlyElement, RegExp]>([
        ["without vertices", { name: "corner", properties: XYZ, rows: [] }, /no element "vertex", but "corner"/],
        ["without y and z", Vertices(["float x"], [[1]]), /no property y, z/],
        ["without finite points", Vertices(XYZ, [[NaN, 0, 0]]), /none of its 1 vertices has finite coordinates/],
    ])("refuses a file %s", (_, element, message) => {
        expect(() => ReadPoints(WritePly([element]))).toThrow(message);
    });
});

describe("PlyMeshCoroutine", () => {
    /** A square with a notch, the corner of a plane, and a vertex of no face. */
    const vertices = Vertices(
        [...XYZ, "uchar red", "uchar green", "uchar blue", "float s", "float t"],
        [
            [0, 0, 0, 1, 0, 0, 0, 0],
            [2, 0, 0, 2, 0, 0, 1, 0],
            [2, 2, 0, 3, 0, 0, 1, 1],
            [1, 0.5, 0, 4, 0, 0, 0.5, 0.25],
            [0, 2, 0, 5, 0, 0, 0, 1],
            [9, 9, 9, 6, 0, 0, 0, 0],
        ],
    );

    /** Returns twice the signed area of each triangle in the plane of x and y. */
    function Areas({ positions, triangles }: PlyMesh): number[] {
        return Array.from({ length: triangles.length / 3 }, (_, t) => {
            const [a, b, c] = [0, 1, 2].map((k) => 3 * triangles[3 * t + k]);
            return (
                (positions[b] - positions[a]) * (positions[c + 1] - positions[a + 1]) -
                (positions[c] - positions[a]) * (positions[b + 1] - positions[a + 1])
            );
        });
    }

    it.each(["vertex_indices", "vertex_index", "corners"])(
        "divides triangles, quads and concave polygons of %s",
        (name) => {
            const faces = {
                name: "face",
                properties: [`list uchar int ${name}`],
                rows: [[[0, 1, 3]], [[0, 1, 2, 4]], [[0, 1, 2, 3, 4]]],
            };
            const mesh = ReadMesh(WritePly([vertices, faces]))!;
            expect(mesh).toMatchObject({
                faceCount: 3,
                looseVertices: 1,
                leftOut: { broken: 0, tooFew: 0, tooLarge: 0 },
            });
            const areas = Areas(mesh);
            expect(areas).toHaveLength(1 + 2 + 3);
            expect(areas.every((area) => area > 0)).toBe(true);
            expect(areas.slice(3).reduce((sum, area) => sum + area)).toBeCloseTo(5);
            expect(mesh.positions).toHaveLength(15);
            expect([...mesh.colors!].filter((_, i) => i % 3 === 0).sort()).toEqual([1, 2, 3, 4, 5]);
            expect(mesh.uvs).toHaveLength(10);
        },
    );

    it("splits vertices between faces of other colors, and corners with texture coordinates of their own", () => {
        const faces = {
            name: "face",
            properties: [
                "list uchar int vertex_indices",
                "list uchar float texcoord",
                "uchar red",
                "uchar green",
                "uchar blue",
                "int texnumber",
            ],
            rows: [
                [[0, 1, 2, 4], [0, 0, 0.5, 0, 0.5, 1, 0, 1], 255, 0, 0, 1],
                [[0, 1, 3], [0.5, 0.5, 1, 0.5, 1, 1], 0, 0, 255, 0],
                [[1, 2, 3], [], 9, 9, 9, 1],
            ],
        };
        const mesh = ReadMesh(WritePly([vertices, faces], { comments: ["TextureFile a b.png", "TextureFile c.jpg"] }))!;
        expect(mesh.textures).toEqual(["a b.png", "c.jpg"]);
        expect([...mesh.textureOf!]).toEqual([1, 1, 0, 1]);
        expect(mesh.positions).toHaveLength(3 * 10);
        const corners = [...mesh.triangles].map((v) => [
            [...mesh.positions.subarray(3 * v, 3 * v + 2)],
            [...mesh.uvs!.subarray(2 * v, 2 * v + 2)],
            mesh.colors![3 * v],
        ]);
        expect(corners.slice(0, 3)).toEqual([
            [[0, 0], [0, 0], 255],
            [[2, 0], [0.5, 0], 255],
            [[2, 2], [0.5, 1], 255],
        ]);
        expect(corners.slice(6, 9)).toEqual([
            [[0, 0], [0.5, 0.5], 0],
            [[2, 0], [1, 0.5], 0],
            [[1, 0.5], [1, 1], 0],
        ]);
        expect(corners[9]).toEqual([[2, 0], [0, 0], 9]);
    });

    it("reads triangle strips, with the winding of their first triangle", () => {
        const strip = {
            name: "tristrips",
            properties: ["list int int vertex_indices"],
            rows: [[[0, 1, 4, 2, 2, -1, 0, 1, 2, -1, 0, 1, 77]]],
        };
        const mesh = ReadMesh(WritePly([vertices, strip]))!;
        expect(Areas(mesh)).toEqual([4, 4, 4]);
        expect(mesh.leftOut.broken).toBe(1);
    });

    it("leaves faces out that name no vertex, one that is not finite, or less than three", () => {
        const rows = [...vertices.rows.slice(0, 5), [NaN, 0, 0, 0, 0, 0, 0, 0]];
        const faces = {
            name: "face",
            properties: ["list uchar int vertex_indices"],
            rows: [[[0, 1, 2]], [[0, 1, 5]], [[0, 1, 9]], [[0, -1, 1]], [[0, 1]], [[]]],
        };
        const mesh = ReadMesh(WritePly([{ ...vertices, rows }, faces]))!;
        expect(mesh.leftOut).toEqual({ vertices: 1, broken: 3, tooFew: 2, tooLarge: 0 });
        expect(mesh.positions.every(Number.isFinite)).toBe(true);
        expect(
            ReadMesh(
                WritePly([
                    { ...vertices, rows },
                    { ...faces, rows: [[[0, 1]]] },
                ]),
            ),
        ).toBeNull();
    });

    it("divides large convex polygons, and leaves large concave ones out", () => {
        const circle = (radius: (i: number) => number): TestPlyElement =>
            Vertices(
                XYZ,
                Array.from({ length: 5000 }, (_, i) => [
                    radius(i) * Math.cos((i * Math.PI) / 2500),
                    radius(i) * Math.sin((i * Math.PI) / 2500),
                    0,
                ]),
            );
        const face = {
            name: "face",
            properties: ["list ushort int vertex_indices"],
            rows: [[Array.from({ length: 5000 }, (_, i) => i)]],
        };
        expect(ReadMesh(WritePly([circle(() => 100), face]))!.triangles).toHaveLength(3 * 4998);
        expect(ReadMesh(WritePly([circle((i) => 100 + (i % 2)), face]))).toBeNull();
    });
});

describe("PlySplatsCoroutine", () => {
    const names = [
        "x",
        "y",
        "z",
        "f_dc_0",
        "f_dc_1",
        "f_dc_2",
        "opacity",
        "scale_0",
        "scale_1",
        "scale_2",
        "rot_0",
        "rot_1",
        "rot_2",
        "rot_3",
    ];
    const splat = [1, 2, 3, 0, 1.5, -1.5, 0, -1, -2, -3, 2, 0, 0, 0];

    function Rows({ cloud }: PlySplats): { floats: number[]; bytes: number[] }[] {
        return Array.from({ length: cloud.count }, (_, i) => ({
            floats: [...new Float32Array(cloud.rows.buffer, 32 * i, 6)],
            bytes: [...cloud.rows.subarray(32 * i + 24, 32 * i + 32)],
        }));
    }

    const expected = {
        floats: [1, 2, 3, ...[-1, -2, -3].map((s) => Math.fround(Math.exp(s)))],
        bytes: [128, 235, 20, 128, 255, 128, 128, 128],
    };

    it.each(["ascii", "binary_little_endian", "binary_big_endian"] as const)("reads splats of %s", (format) => {
        const read = ReadSplats(
            WritePly(
                [
                    Vertices(
                        names.map((name) => `float ${name}`),
                        [splat],
                    ),
                ],
                { format },
            ),
        );
        expect(read).toMatchObject({
            leftOut: 0,
            isFlat: false,
            isPacked: false,
            cloud: { count: 1, harmonicDegree: 0 },
        });
        expect(Rows(read)).toEqual([expected]);
    });

    it.each(["ushort", "half", "double"])("reads splats whose numbers are %s", (type) => {
        const row = type === "ushort" ? splat.map(EncodeHalf) : splat;
        expect(
            Rows(
                ReadSplats(
                    WritePly([
                        Vertices(
                            names.map((name) => `${type} ${name}`),
                            [row],
                        ),
                    ]),
                ),
            ),
        ).toEqual([expected]);
    });

    it("reads 2D splats as thin ones", () => {
        const flat = names.filter((name) => name !== "scale_2");
        const row = splat.filter((_, i) => names[i] !== "scale_2");
        const read = ReadSplats(
            WritePly([
                Vertices(
                    flat.map((name) => `float ${name}`),
                    [row],
                ),
            ]),
        );
        expect(read.isFlat).toBe(true);
        expect(Rows(read)[0].floats[5]).toBeCloseTo(Math.exp(-2) / 1000);
    });

    it("leaves splats out that are not finite, and repairs rotations of no length", () => {
        const broken = [
            [NaN, 0],
            [0, 800],
            [0, 0],
        ].map(([x, scale]) => [x, 2, 3, 0, 0, 0, NaN, scale, 0, 0, 0, 0, 0, 0]);
        const read = ReadSplats(
            WritePly([
                Vertices(
                    names.map((name) => `float ${name}`),
                    [...broken, splat],
                ),
            ]),
        );
        expect(read.leftOut).toBe(2);
        expect(Rows(read)).toEqual([
            { floats: [0, 2, 3, 1, 1, 1], bytes: [128, 128, 128, 0, 255, 128, 128, 128] },
            expected,
        ]);
    });

    it("refuses a file whose splats all have scales that are not finite", () => {
        const row = splat.map((value, i) => (names[i] === "scale_1" ? NaN : value));
        const properties = names.map((name) => `float ${name}`);
        expect(() => ReadSplats(WritePly([Vertices(properties, [row, row])]))).toThrow(
            /none of its 2 splats has finite scales/,
        );
    });

    it.each([
        [9, 1],
        [24, 2],
        [45, 3],
        [72, 4],
    ])("reads %d harmonics as those of degree %d", (count, degree) => {
        const rest = Array.from({ length: count }, (_, k) => `float f_rest_${k}`);
        const values = Array.from({ length: count }, (_, k) => (k - 36) / 127.5);
        const properties = [...names.map((name) => `float ${name}`), ...rest];
        const { cloud } = ReadSplats(WritePly([Vertices(properties, [[...splat, ...values]])]));
        expect(cloud.harmonicDegree).toBe(degree);
        // The file has all of one color first.
        const bytes = Array.from({ length: count }, (_, k) =>
            Math.round(127.5 + ((k % 3) * count) / 3 + Math.floor(k / 3) - 36),
        );
        [...cloud.harmonics].forEach((byte, k) => {
            expect(Math.abs(byte - bytes[k])).toBeLessThanOrEqual(1);
        });
    });

    it("unpacks compressed splats by the bounds of their chunk", () => {
        const bounds = ["min_x", "min_y", "min_z", "max_x", "max_y", "max_z"];
        const chunk = {
            name: "chunk",
            properties: [...bounds, ...bounds.map((name) => name.replace("_", "_scale_"))].map(
                (name) => `float ${name}`,
            ),
            rows: [
                [0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0],
                [-1, -1, -1, 1, 1, 1, -2, -2, -2, -2, -2, -2],
            ],
        };
        const packed = (position: number): number[] => [
            position,
            ((3 << 30) | (512 << 20) | (512 << 10) | 512) >>> 0,
            0,
            0xff8000c0,
        ];
        const vertex = Vertices(
            ["uint packed_position", "uint packed_rotation", "uint packed_scale", "uint packed_color"],
            Array.from({ length: 257 }, (_, i) => packed(i < 256 ? 0xffffffff : 0)),
        );
        const sh = {
            name: "sh",
            properties: Array.from({ length: 9 }, (_, k) => `uchar f_rest_${k}`),
            rows: vertex.rows.map(() => [0, 128, 255, 128, 128, 128, 128, 128, 128]),
        };
        const read = ReadSplats(WritePly([chunk, vertex, sh]));
        expect(read).toMatchObject({ isPacked: true, cloud: { count: 257, harmonicDegree: 1 } });
        const rows = Rows(read);
        // Of the four components the last is the largest.
        expect(rows[0]).toEqual({ floats: [1, 2, 3, 1, 1, 1], bytes: [255, 128, 0, 192, 128, 128, 128, 255] });
        expect(rows[256].floats).toEqual([-1, -1, -1, ...new Float32Array(3).fill(Math.exp(-2))]);
        expect([...read.cloud.harmonics.subarray(0, 9)]).toEqual([0, 130, 130, 130, 130, 130, 255, 130, 130]);
        expect(() => ReadSplats(WritePly([{ ...chunk, rows: chunk.rows.slice(1) }, vertex]))).toThrow(
            /257 packed splats need 2 chunks, but it has 1/,
        );
    });
});
