import { CreateRandom } from "../../src/compute/base/random";

/** A file for the page. */
export interface BrokenFile {
    readonly name: string;
    readonly bytes: Uint8Array;
}

/** The endings of the files that the viewer opens. */
const ENDINGS = ["glb", "gltf", "obj", "stl", "ply", "splat", "spz", "sog", "ksplat", "bumh", "umrt", "zip"] as const;
const RANDOM_BYTES = 999;

/** Creates files of every ending that are empty, random, cut off, or have headers that do not tell the truth. */
export function CreateBrokenFiles(): BrokenFile[] {
    const random = CreateRandom(1);
    const noise = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => 256 * random());
    const files: BrokenFile[] = [];
    const add = (name: string, ...parts: (string | Uint8Array)[]): void => {
        const bytes = parts.flatMap((part) => [...(typeof part === "string" ? new TextEncoder().encode(part) : part)]);
        files.push({ name, bytes: Uint8Array.from(bytes) });
    };
    for (const ending of ENDINGS) {
        add(`empty.${ending}`);
        add(`random.${ending}`, noise(RANDOM_BYTES));
    }
    const header = (count: number, end = "\n"): string =>
        ["ply", "format binary_little_endian 1.0", `element vertex ${count}`]
            .concat(["x", "y", "z"].map((axis) => `property float ${axis}`))
            .concat("end_header", "")
            .join(end);
    add("cut.ply", header(100), noise(500));
    add("huge.ply", header(4_000_000_000), noise(12));
    add("negative.ply", header(-5), noise(12));
    add("crlf.ply", header(100, "\r\n"), noise(500));
    add("endless.ply", "ply\nformat ascii 1.0\ncomment ", new Uint8Array(5000).fill(0x61));
    add("cut.splat", noise(31));
    add("cut.glb", "glTF", words(2, 4_000_000_000, 1_000_000, 0x4e4f534a), '{"asset":{"version":"2.0"}');
    add("lost.gltf", gltf({ uri: "lost.bin", byteLength: 36 }));
    add("short.gltf", gltf({ uri: "data:application/octet-stream;base64,AAAA", byteLength: 36 }));
    add("faces.obj", "v 0 0 0\nf 1 2 3\nf 9 9 9\n");
    add("cut.stl", new Uint8Array(80), words(1_000_000), noise(50));
    add("cut.spz", Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3), noise(100));
    add("cut.bumh", "BUMH", words(1, 4_000_000_000), noise(100));
    add("null.umrt", "UMRT", words(1, 4), "null");
    add("cut.zip", "PK\u0003\u0004", new Uint8Array(60), "PK\u0005\u0006", words(0, 0x10001, 4_000_000_000, 0, 0));
    add("transforms.json", '{"frames": [{"file_path": "lost.png"');
    return files;
}

/** Returns numbers as little-endian 32-bit words. */
function words(...values: number[]): Uint8Array {
    return new Uint8Array(Uint32Array.from(values).buffer);
}

/** Writes a glTF with one triangle in a buffer. */
function gltf(buffer: { readonly uri: string; readonly byteLength: number }): string {
    return JSON.stringify({
        asset: { version: "2.0" },
        scene: 0,
        scenes: [{ nodes: [0] }],
        nodes: [{ mesh: 0 }],
        meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
        accessors: [{ bufferView: 0, componentType: 5126, count: 3, type: "VEC3", min: [0, 0, 0], max: [1, 1, 1] }],
        bufferViews: [{ buffer: 0, byteLength: 36 }],
        buffers: [buffer],
    });
}
