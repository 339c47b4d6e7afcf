import { gzipSync } from "node:zlib";
import { encode } from "fast-png";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import type { FileSource } from "../../src/plugin/sources/fileSource";
import { HalfBits } from "./halfBits";

/** A file source in memory. */
export class MemoryFileSource implements FileSource {
    public readonly name = "memory";
    /** The content of each path; text is UTF-8. */
    public readonly files = new Map<string, Uint8Array | string>();
    /** Every path that was read, in order. */
    public readonly reads: string[] = [];

    public async readBytesAsync(path: string): Promise<Uint8Array> {
        this.reads.push(path);
        const content = this.files.get(path);
        if (content === undefined) {
            throw new UltrametricError("input", `${this.name}/${path} does not exist.`);
        }
        return typeof content === "string" ? new TextEncoder().encode(content) : content;
    }

    public async existsAsync(path: string): Promise<boolean> {
        return this.files.has(path);
    }

    public async listAsync(folder: string): Promise<string[]> {
        const start = folder === "" ? "" : `${folder}/`;
        const below = [...this.files.keys()].filter((path) => path.startsWith(start)).map((p) => p.slice(start.length));
        return below.filter((path) => !path.includes("/")).sort();
    }

    public async listAllAsync(): Promise<string[]> {
        return [...this.files.keys()].sort();
    }
}

/** Writes a depth file: gzip of little-endian half floats. */
export function DepthFile(depth: ArrayLike<number>): Uint8Array {
    const bytes = Buffer.alloc(2 * depth.length);
    for (let p = 0; p < depth.length; p++) {
        bytes.writeUInt16LE(HalfBits(depth[p]), 2 * p);
    }
    return new Uint8Array(gzipSync(bytes));
}

/** A camera at (0, 0, 4) that looks along -z. */
export const POSE = [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 4],
    [0, 0, 0, 1],
];

/** Options of {@link SmallCaptureFiles}. */
export interface SmallCapture {
    /** Fields of transforms_train.json beside the frames. */
    train: Record<string, unknown>;
    frames: Record<string, unknown>[];
}

/** Creates a capture of 2 training views and 1 held-out view of 6 x 4 pixels, with depth 2 except in column 0. */
export function SmallCaptureFiles(change: (capture: SmallCapture) => void = () => {}): MemoryFileSource {
    const source = new MemoryFileSource();
    const capture: SmallCapture = {
        train: { camera_angle_x: Math.PI / 2 },
        frames: [0, 1].map((i) => ({ file_path: `./train/r_${i}`, transform_matrix: POSE })),
    };
    change(capture);
    source.files.set("transforms_train.json", JSON.stringify({ ...capture.train, frames: capture.frames }, null, 1));
    source.files.set(
        "transforms_val.json",
        JSON.stringify({ camera_angle_x: Math.PI / 2, frames: [{ file_path: "./val/r_0", transform_matrix: POSE }] }),
    );
    const depth = DepthFile(Array.from({ length: 24 }, (_, p) => (p % 6 === 0 ? 0 : 2)));
    for (const [file, depthFile] of [
        ["train/r_0.png", "depth/train_000.f16.gz"],
        ["train/r_1.png", "depth/train_001.f16.gz"],
        ["val/r_0.png", "depth/val_000.f16.gz"],
    ]) {
        const data = Uint8Array.from({ length: 96 }, (_, i) => (i * 7) & 255);
        source.files.set(file, encode({ width: 6, height: 4, data, channels: 4, depth: 8 }));
        source.files.set(depthFile, depth);
    }
    return source;
}
