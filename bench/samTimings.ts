// Time of Segment Anything's encoder and decoder, in WebAssembly and on native onnxruntime, in turns on the same
// machine:
//     node demo/headless/run.mjs bench/samTimings.ts <folder of the models>
//         [--python python] [--repeats 3] [--threads 1,2]
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LoadOnnxRuntimeAsync } from "../src/plugin/sam/onnxPackage";
import { samModels } from "../src/plugin/sam/samModel";

const BATCHES = [1, 8, 16];
const text = { type: "string" } as const;
const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { python: text, repeats: text, threads: text, child: text },
});
const [models] = positionals;
if (models === undefined) {
    throw new Error("Name the folder of the models; see the top of bench/samTimings.ts.");
}
const repeats = Number(values.repeats ?? "3");

type Timings = Record<string, number>;

/** Returns the fastest of the repeats after a warm-up, in seconds. */
async function fastestAsync(workAsync: () => Promise<unknown>): Promise<number> {
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i <= repeats; i++) {
        const start = performance.now();
        await workAsync();
        best = i === 0 ? best : Math.min(best, (performance.now() - start) / 1000);
    }
    return best;
}

async function measureAsync(threads: number): Promise<Timings> {
    const model = samModels.mobileSam(models);
    const runtime = await LoadOnnxRuntimeAsync({ provider: "wasm", threads });
    const loadAsync = ({ name }: { name: string }) =>
        runtime.createSessionAsync(new Uint8Array(readFileSync(join(models, name))), name);
    const encoder = await loadAsync(model.encoder);
    const decoder = await loadAsync(model.decoder);
    const data = Float32Array.from({ length: 3 * 1024 * 1024 }, (_, i) => Math.sin(i / 1000));
    const image = { type: "float32", dims: [1, 3, 1024, 1024], data };
    const { image_embeddings } = await encoder.runAsync({ image });
    const timings: Timings = { encoder: await fastestAsync(() => encoder.runAsync({ image })) };
    for (const size of BATCHES) {
        const coords = Float32Array.from({ length: 4 * size }, (_, i) =>
            i % 4 === 0 ? 100 + 5 * i : i % 4 === 1 ? 200 + 2.5 * (i - 1) : 0,
        );
        const labels = Float32Array.from({ length: 2 * size }, (_, i) => (i % 2 === 0 ? 1 : -1));
        const feeds = {
            image_embeddings,
            point_coords: { type: "float32", dims: [size, 2, 2], data: coords },
            point_labels: { type: "float32", dims: [size, 2], data: labels },
        };
        timings[`decoder${size}`] = await fastestAsync(() => decoder.runAsync(feeds));
    }
    return timings;
}

/** Runs a program whose last line is JSON, and returns it. */
function timingsOf(command: string, args: string[]): Timings {
    const { stdout, stderr, status } = spawnSync(command, args, { encoding: "utf8" });
    if (status !== 0) {
        throw new Error(`${command} ${args.join(" ")} failed: ${stderr}`);
    }
    return JSON.parse(stdout.trim().split("\n").at(-1)!);
}

if (values.child !== undefined) {
    console.log(JSON.stringify(await measureAsync(Number(values.child))));
    process.exit(0);
}
const columns = ["encoder", ...BATCHES.map((size) => `decoder${size}`)];
console.log(`seconds, fastest of ${repeats}; the decoder's by prompts per run\n`);
console.log(["", ...columns].map((cell) => cell.padStart(18)).join(""));
const print = (title: string, timings: Timings): void => {
    const cells = columns.map((column) => timings[column].toFixed(3));
    console.log([title, ...cells].map((cell) => cell.padStart(18)).join(""));
};
for (const threads of (values.threads ?? "1,2").split(",")) {
    // A process has a fixed number of threads.
    const own = [process.argv[1], models, "--repeats", String(repeats), "--child", threads];
    const wasm = timingsOf(process.execPath, own);
    print(`wasm, ${threads} threads`, wasm);
    if (values.python !== undefined) {
        const peer = join("bench", "peers", "onnxNative.py");
        const native = timingsOf(values.python, [peer, models, threads, String(repeats), ...BATCHES.map(String)]);
        print(`native, ${threads} threads`, native);
        print("ratio", Object.fromEntries(columns.map((column) => [column, wasm[column] / native[column]])));
    }
}
process.exit(0);
