// Measures the peak memory of reading files, each in a process of its own:
//   node demo/headless/run.mjs bench/peakMemory.ts <files or folders...>
// Prints one line for each file: the peak above that of an idle process, the time of the processor, and what came of
// it. Bombs are made here: a few bytes that unpack to 1 GB.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { Scene } from "@babylonjs/core/scene";
import { CreateNodeImageDecoder } from "../demo/headless/nodeImageDecoder";
import { SavedTraining } from "../src/compute/fields/radiance/savedTraining";
import { SegmentationHierarchy } from "../src/compute/hierarchy/cut/segmentationHierarchy";
import { ReadNpy } from "../src/plugin/formats/base/npyArray";
import { ReadColmapPointsText } from "../src/plugin/formats/captures/colmapText";
import { DecodeDepthAsync } from "../src/plugin/formats/captures/depthFile";
import { LoadNerfCaptureAsync } from "../src/plugin/formats/captures/nerfCapture";
import { ReadSplatsAsync } from "../src/plugin/formats/splats/readSplats";
import { LoadObjAsync } from "../src/plugin/models/loadObj";
import { LoadPlyAsync } from "../src/plugin/models/loadPly";
import { LoadStlAsync } from "../src/plugin/models/loadStl";
import { PickedFileSource } from "../src/plugin/sources/pickedFileSource";

/** The limit of every hostile file, in MB. */
const LIMIT = 300;
const MB = 1e6;

type Reader = (bytes: Uint8Array<ArrayBuffer>, name: string) => unknown;

const scene = (): Scene => new Scene(new NullEngine());
const decodeImageAsync = CreateNodeImageDecoder();
const readSplats: Reader = (bytes, name) => ReadSplatsAsync(bytes, name, { decodeImageAsync });

const READERS: Readonly<Record<string, Reader>> = {
    ply: (bytes, name) => LoadPlyAsync(bytes, scene(), { name }),
    obj: (bytes, name) => LoadObjAsync(bytes, scene(), { name }),
    stl: (bytes, name) => LoadStlAsync(bytes, scene(), { name }),
    splat: readSplats,
    ksplat: readSplats,
    spz: readSplats,
    sog: readSplats,
    bumh: (bytes, name) => SegmentationHierarchy.ParseAsync(bytes, name),
    umrt: (bytes) => new SavedTraining(bytes),
    npy: ReadNpy,
    png: decodeImageAsync,
    jpg: decodeImageAsync,
    webp: decodeImageAsync,
    txt: (bytes, name) => ReadColmapPointsText(new TextDecoder().decode(bytes), name),
    gz: (bytes, name) => DecodeDepthAsync(bytes, 640, 480, name),
    json: (bytes) =>
        LoadNerfCaptureAsync(
            PickedFileSource.FromPaths(new Map([["transforms.json", () => Promise.resolve(new File([bytes], "t"))]])),
        ),
};

/** Files that are made here, by their names. */
const BOMBS: Readonly<Record<string, () => Uint8Array<ArrayBuffer>>> = {
    "bomb.f16.gz": () => new Uint8Array(gzipSync(new Uint8Array(2 ** 30), { level: 9 })),
    "bomb.bumh": () => {
        const start = new TextEncoder().encode("\x02\0\0\0{}\0\0");
        const unpacked = new Uint8Array(2 ** 30);
        unpacked.set(start);
        return new Uint8Array(Buffer.concat([Buffer.from("BUMH\x01\0\0\0"), gzipSync(unpacked, { level: 9 })]));
    },
    "bomb.webp": () => blankWebp(16384, 16384),
    "bomb44.webp": () => blankWebp(8000, 5500),
    "bomb16.webp": () => blankWebp(4096, 4096),
};

/** Creates a lossless WebP in 64 bytes, which can be decoded: codes of one symbol take no bits. */
function blankWebp(width: number, height: number): Uint8Array<ArrayBuffer> {
    const bytes = Buffer.alloc(64);
    bytes.write("RIFF8\0\0\0WEBPVP8L", "latin1");
    bytes.writeUInt32LE(44, 16);
    bytes[20] = 0x2f;
    bytes.writeUInt32LE((height - 1) * 2 ** 14 + width - 1, 21);
    bytes[25] = 0x08; // no transform, cache or meta codes; five simple codes of the symbol 0
    bytes.writeUInt32LE(0, 26);
    return new Uint8Array(bytes);
}

/** Reads one file in this process, and prints its peak memory in bytes, the seconds and the outcome. */
async function readOneAsync(path: string): Promise<void> {
    const bytes = new Uint8Array(readFileSync(path));
    const before = process.cpuUsage();
    let outcome = "read";
    try {
        await READERS[path.slice(path.lastIndexOf(".") + 1).toLowerCase()](bytes, basename(path));
    } catch (error) {
        const { name, message } = error as Error;
        outcome = `${name}: ${message.slice(0, 90)}`;
    }
    const { user, system } = process.cpuUsage(before);
    const peak = process.resourceUsage().maxRSS * 1024;
    console.log(JSON.stringify({ peak, seconds: (user + system) / 1e6, outcome }));
    process.exit(0);
}

function measure(path: string | null): { peak: number; seconds: number; outcome: string } {
    const { stdout, status } = spawnSync(process.execPath, [process.argv[1], "--one", ...(path ? [path] : [])], {
        encoding: "utf8",
        timeout: 120_000,
    });
    const line = stdout.trim().split("\n").at(-1) ?? "";
    return line.startsWith("{") ? JSON.parse(line) : { peak: Infinity, seconds: 0, outcome: `no answer (${status})` };
}

function main(): void {
    const isRead = (path: string): boolean => path.slice(path.lastIndexOf(".") + 1).toLowerCase() in READERS;
    const files = process.argv.slice(2).flatMap((path) =>
        statSync(path).isDirectory()
            ? readdirSync(path)
                  .map((name) => join(path, name))
                  .filter((file) => statSync(file).isFile())
            : [path],
    );
    // Made in this process, as their memory would hide that of reading them.
    const folder = mkdtempSync(join(tmpdir(), "peak-memory-"));
    const bombs = Object.entries(BOMBS).map(([name, make]) => {
        const path = join(folder, name);
        writeFileSync(path, make());
        return path;
    });
    const idle = measure(null).peak;
    let most = 0;
    for (const path of [...files.filter(isRead), ...bombs]) {
        const { peak, seconds, outcome } = measure(path);
        const megabytes = Math.max(0, (peak - idle) / MB);
        most = Math.max(most, megabytes);
        console.log(
            `${megabytes.toFixed(0).padStart(5)} MB ${seconds.toFixed(1).padStart(5)} s  ${basename(path)}  ${outcome}`,
        );
    }
    rmSync(folder, { recursive: true });
    console.log(`At most ${most.toFixed(0)} MB (limit ${LIMIT}).`);
    process.exit(most > LIMIT ? 1 : 0);
}

if (process.argv[2] === "--one") {
    if (process.argv[3] === undefined) {
        console.log(JSON.stringify({ peak: process.resourceUsage().maxRSS * 1024, seconds: 0, outcome: "idle" }));
        process.exit(0);
    }
    await readOneAsync(process.argv[3]);
} else {
    main();
}
