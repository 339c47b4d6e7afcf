// Quality of Segment Anything alone, the baseline (the paper's table 1, row "SAM"): a point prompt in a single view,
// where the best of the answer's masks counts.
//     node demo/headless/run.mjs bench/samAlone.ts <capture> <folder of the models>
//     [--images FOLDER]   larger images of the training views, used instead of the held-out views
//     [--views N]         maximum number of views, evenly spaced (10)
//     [--queries N]       random pixels per true mask (5)
//     [--threads N] [--seed N]
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { FolderFileSource } from "../demo/headless/folderFileSource";
import { CreateRandom } from "../src/compute/base/random";
import { ResizeMask } from "../src/compute/masks/resizeMask";
import { TrueMasks } from "../src/plugin/evaluation/trueMasks";
import { DecodePngToRgba, type RgbaImage } from "../src/plugin/formats/base/pngImage";
import { LoadGroundTruthAsync } from "../src/plugin/formats/captures/groundTruth";
import { LoadNerfCaptureAsync } from "../src/plugin/formats/captures/nerfCapture";
import { LoadOnnxRuntimeAsync } from "../src/plugin/sam/onnxPackage";
import { samModels } from "../src/plugin/sam/samModel";
import { SamPredictor } from "../src/plugin/sam/samPredictor";
import { SamSession } from "../src/plugin/sam/samSession";

const text = { type: "string" } as const;
const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { images: text, views: text, queries: text, threads: text, seed: text },
});
const [folder, models] = positionals;
if (models === undefined) {
    throw new Error("Name the capture and the folder of the models; see the top of bench/samAlone.ts.");
}
const queries = Number(values.queries ?? "5");
const source = new FolderFileSource(folder);
const capture = await LoadNerfCaptureAsync(source);
const truth = await LoadGroundTruthAsync(source, capture, { train: values.images !== undefined });
if (truth === null) {
    throw new Error(`${folder} has no ground truth.`);
}
const views = values.images === undefined ? capture.heldOutViews : capture.views;
const count = Math.min(Number(values.views ?? "10"), views.length);
const asked = Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * views.length) / count));
const model = samModels.mobileSam(models);
const bytesOf = (file: unknown): Uint8Array => new Uint8Array(readFileSync(String(file)));
const session = await SamSession.CreateAsync(
    await LoadOnnxRuntimeAsync({ provider: "wasm", threads: Number(values.threads ?? "2") }),
    model,
    bytesOf(model.encoder.source),
    bytesOf(model.decoder.source),
);
const random = CreateRandom(Number(values.seed ?? "0"));
const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;
const scores = new Map(truth.levels.map(({ name }) => [name, [] as number[]]));
let prompts = 0;
for (const v of asked) {
    const { name, camera, image } = views[v];
    const { width, height } = camera;
    let picture: RgbaImage = { width, height, data: image };
    if (values.images !== undefined) {
        const file = join(
            folder,
            values.images,
            basename(name).endsWith(".png") ? basename(name) : `${basename(name)}.png`,
        );
        picture = DecodePngToRgba(readFileSync(file), file);
    }
    const decoder = await SamPredictor.CreateAsync(session, picture);
    for (const { name: level, ids, trainIds } of truth.levels) {
        const ofView = values.images === undefined ? ids[v] : trainIds![v];
        const ofMasks: number[] = [];
        for (const pixels of TrueMasks(ofView).values()) {
            const inside = new Set(pixels);
            for (let q = 0; q < queries; q++) {
                const pixel = pixels[Math.floor(random() * pixels.length)];
                const x = (((pixel % width) + 0.5) * picture.width) / width;
                const y = ((Math.floor(pixel / width) + 0.5) * picture.height) / height;
                const masks = await decoder.predictAsync({ points: [{ x, y, inside: true }] });
                prompts++;
                let best = 0;
                for (const { region } of masks) {
                    const bitmap = ResizeMask(region, width, height).toBitmap();
                    let area = 0;
                    let shared = 0;
                    for (let p = 0; p < bitmap.length; p++) {
                        area += bitmap[p];
                        shared += bitmap[p] === 1 && inside.has(p) ? 1 : 0;
                    }
                    best = Math.max(best, shared / (pixels.length + area - shared));
                }
                ofMasks.push(best);
            }
        }
        if (ofMasks.length > 0) {
            scores.get(level)!.push(100 * mean(ofMasks)); // each mask has as many queries: the mean over masks
        }
    }
    const sofar = [...scores].map(([level, list]) => `${level} ${mean(list).toFixed(1)}`);
    console.log(
        `${name}: ${prompts} prompts, so far ${sofar.join("  ")}  mean ` +
            `${mean([...scores.values()].map(mean)).toFixed(1)}`,
    );
}
process.exit(0);
