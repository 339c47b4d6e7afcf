import { MemoryFileSource } from "./memoryFileSource";
import { PlainImage, type TestPose, TestPoses } from "./posedFiles";

/** A COLMAP model to write. */
export interface TestModel {
    cameras: { id: number; model: string; width: number; height: number; parameters: number[] }[];
    images: { rotation: number[]; translation: number[]; camera: number; name: string; seen: number }[];
    points: { position: number[]; color: number[]; observations: number }[];
}

const MODEL_IDS: Readonly<Record<string, number>> = {
    SIMPLE_PINHOLE: 0,
    PINHOLE: 1,
    SIMPLE_RADIAL: 2,
    RADIAL: 3,
    OPENCV: 4,
    OPENCV_FISHEYE: 5,
    FULL_OPENCV: 6,
    FOV: 7,
    SIMPLE_RADIAL_FISHEYE: 8,
    THIN_PRISM_FISHEYE: 10,
    RAD_TAN_THIN_PRISM_FISHEYE: 11,
    SIMPLE_DIVISION: 12,
    EUCM: 16,
    EQUIRECTANGULAR: 17,
};

export const COLMAP_SIZE = { width: 20, height: 12 };

/** Returns COLMAP's quaternion and translation of a camera: world to camera, looking along +z with y down. */
export function ColmapPoseOf({ right, up, back, position }: TestPose): { rotation: number[]; translation: number[] } {
    const rows = [right, up.map((x) => -x), back.map((x) => -x)];
    const trace = rows[0][0] + rows[1][1] + rows[2][2];
    // Compute the quaternion from its largest element.
    const squares = [trace, rows[0][0], rows[1][1], rows[2][2]].map((d, i) => (i === 0 ? 1 + d : 1 + 2 * d - trace));
    const largest = squares.indexOf(Math.max(...squares));
    const size = Math.sqrt(squares[largest]) / 2;
    const skew = [rows[2][1] - rows[1][2], rows[0][2] - rows[2][0], rows[1][0] - rows[0][1]];
    const sum = (a: number, b: number): number => rows[a][b] + rows[b][a];
    const others =
        largest === 0
            ? [0, ...skew]
            : [skew[largest - 1], ...[0, 1, 2].map((k) => (k === largest - 1 ? 0 : sum(k, largest - 1)))];
    const rotation = others.map((value, i) => (i === largest ? size : value / (4 * size)));
    const translation = rows.map((row) => -row.reduce((total, value, k) => total + value * position[k], 0));
    return { rotation, translation };
}

/** Creates four images of two cameras around three points. The order of names differs from that of images. */
export function SmallModel(poses: readonly TestPose[] = TestPoses(4, 7)): TestModel {
    return {
        cameras: [
            { id: 3, model: "SIMPLE_RADIAL", ...COLMAP_SIZE, parameters: [21, 10, 6, 0] },
            { id: 5, model: "PINHOLE", ...COLMAP_SIZE, parameters: [22, 23, 9.5, 6.5] },
        ],
        images: poses.map((pose, i) => ({
            ...ColmapPoseOf(pose),
            camera: i % 2 === 0 ? 3 : 5,
            name: `shot ${9 - i}.png`,
            seen: i,
        })),
        points: [0, 1, 2].map((i) => ({
            position: [i, 0.5 - i / 4, 0.5],
            color: [10 * i, 255, i],
            observations: 2 + i,
        })),
    };
}

/** Writes the model as text, like COLMAP. */
export function TextModel({ cameras, images, points }: TestModel): Record<string, string> {
    const seen = (count: number): string =>
        Array.from({ length: count }, (_, i) => `${i + 0.5} ${i + 1.5} ${i - 1}`).join(" ");
    return {
        "cameras.txt": [
            "# Camera list with one line of data per camera:",
            `# Number of cameras: ${cameras.length}`,
            ...cameras.map((c) => [c.id, c.model, c.width, c.height, ...c.parameters].join(" ")),
            "",
        ].join("\n"),
        "images.txt": [
            "# Image list with two lines of data per image:",
            `# Number of images: ${images.length}, mean observations per image: 1.5`,
            ...images.flatMap((image, i) => [
                [i + 1, ...image.rotation, ...image.translation, image.camera, image.name].join(" "),
                seen(image.seen),
            ]),
            "",
        ].join("\n"),
        "points3D.txt": [
            "# 3D point list with one line of data per point:",
            `# Number of points: ${points.length}, mean track length: 3`,
            ...points.map((p, i) =>
                [i + 11, ...p.position, ...p.color, 0.7, ...new Array(2 * p.observations).fill(1)].join(" "),
            ),
            "",
        ].join("\n"),
    };
}

/** Writes the model as binary files. */
export function BinaryModel({ cameras, images, points }: TestModel): Record<string, Uint8Array> {
    const file = (write: (out: ByteWriter) => void): Uint8Array => {
        const out = new ByteWriter();
        write(out);
        return Uint8Array.from(out.bytes);
    };
    return {
        "cameras.bin": file((out) => {
            out.uint64(cameras.length);
            for (const { id, model, width, height, parameters } of cameras) {
                out.uint32(id);
                out.uint32(MODEL_IDS[model] ?? 99);
                out.uint64(width);
                out.uint64(height);
                out.float64(...parameters);
            }
        }),
        "images.bin": file((out) => {
            out.uint64(images.length);
            images.forEach(({ rotation, translation, camera, name, seen }, i) => {
                out.uint32(i + 1);
                out.float64(...rotation, ...translation);
                out.uint32(camera);
                out.bytes.push(...new TextEncoder().encode(name), 0);
                out.uint64(seen);
                for (let k = 0; k < seen; k++) {
                    out.float64(k + 0.5, k + 1.5);
                    out.uint64(k);
                }
            });
        }),
        "points3D.bin": file((out) => {
            out.uint64(points.length);
            points.forEach(({ position, color, observations }, i) => {
                out.uint64(i + 11);
                out.float64(...position);
                out.bytes.push(...color);
                out.float64(0.7);
                out.uint64(observations);
                for (let k = 0; k < observations; k++) {
                    out.uint32(1);
                    out.uint32(k);
                }
            });
        }),
    };
}

/** Creates a capture: the files of a model in sparse/0, and its images, whose red is 10 times their id in the model. */
export function ColmapFiles(
    files: Record<string, Uint8Array | string>,
    { images }: TestModel,
    size = COLMAP_SIZE,
    folder = "images",
): MemoryFileSource {
    const source = new MemoryFileSource();
    for (const [name, content] of Object.entries(files)) {
        source.files.set(`sparse/0/${name}`, content);
    }
    images.forEach(({ name }, i) => {
        source.files.set(`${folder}/${name}`, PlainImage(size.width, size.height, 10 * i));
    });
    return source;
}

/** A growing buffer of little-endian numbers. */
class ByteWriter {
    public readonly bytes: number[] = [];

    public uint32(value: number): void {
        this._push(4, (view) => view.setUint32(0, value, true));
    }

    public uint64(value: number): void {
        this._push(8, (view) => view.setBigUint64(0, BigInt(value), true));
    }

    public float64(...values: number[]): void {
        for (const value of values) {
            this._push(8, (view) => view.setFloat64(0, value, true));
        }
    }

    private _push(size: number, write: (view: DataView) => void): void {
        const view = new DataView(new ArrayBuffer(size));
        write(view);
        this.bytes.push(...new Uint8Array(view.buffer));
    }
}
