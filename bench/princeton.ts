// Measures parts against those of people, on shapes of the Princeton segmentation benchmark:
//     npm run bench:princeton -- <folder> [--categories human,cup...] [--ids 1,21...] [--masks image|sam]
//         [--limit n] [--half odd|even] [--out out/princeton] [--cache DIR] [--worst n] [--views n] [--size n]
//         [--samples n]
// Takes the path of a user: a mesh in a scene, its capture, masks, a hierarchy by masks alone, the leaf of each face.
// Prints errors by category, and writes report.json and pictures: the number of parts that most people made, the
// automatic number, then people's.
// --limit: the first n shapes of each category. --half: those with an odd or even index in index.json.
// --cache: a folder outside the repository that keeps captures and masks, which take most of the time.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CreateNodeEngineAsync } from "../demo/headless/nodeWebGpu";
import { DefaultThreadCount, MODEL_FOLDER, ReadMobileSamAsync } from "../demo/headless/samMasks";
import type { MaskSet } from "../src/compute/masks/maskSet";
import type { Capture } from "../src/compute/views/capture";
import { CreateImageMasksAsync } from "../src/plugin/masks/createImageMasks";
import { GenerateMasksAsync } from "../src/plugin/masks/generateMasks";
import { SegmentCaptureAsync } from "../src/plugin/pipeline/segmentCapture";
import { NumberParts } from "./princeton/partErrors";
import { type PrincetonEntry, ReadPrincetonIndexAsync, ReadPrincetonShapeAsync } from "./princeton/princetonShapes";
import {
    CaptureShapeAsync,
    DEFAULT_SHAPE_CAPTURE_OPTIONS,
    ShapeCaptureCache,
    type ShapeCaptureOptions,
} from "./princeton/shapeCapture";
import { DrawSegmentations } from "./princeton/shapePicture";
import { Mean, MeanErrors, ShapeMeasure, type ShapeScores } from "./princeton/shapeScores";

const text = { type: "string" } as const;
const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
        categories: text,
        ids: text,
        masks: { ...text, default: "image" },
        limit: text,
        half: text,
        out: { ...text, default: "out/princeton" },
        cache: text,
        worst: { ...text, default: "6" },
        views: text,
        size: text,
        samples: text,
    },
});
const [folder] = positionals;
if (!folder || !["image", "sam"].includes(values.masks)) {
    throw new Error("Name the folder of the shapes, and as masks image or sam; see the top of bench/princeton.ts.");
}
const defaults = DEFAULT_SHAPE_CAPTURE_OPTIONS;
const options: ShapeCaptureOptions = {
    views: Number(values.views ?? defaults.views),
    size: Number(values.size ?? defaults.size),
    samples: Number(values.samples ?? defaults.samples),
};
/** The number of people's segmentations in a picture. */
const PICTURED_PEOPLE = 3;

interface Report {
    readonly id: number;
    readonly category: string;
    readonly seconds: number;
    readonly scores: ShapeScores;
}

function chooseShapes(index: readonly PrincetonEntry[]): PrincetonEntry[] {
    const categories = values.categories?.split(",");
    const ids = values.ids?.split(",").map(Number);
    const limit = Number(values.limit ?? Number.POSITIVE_INFINITY);
    const taken = new Map<string, number>();
    return index.filter(({ id, category }, position) => {
        const isHalf = values.half === undefined || (position % 2 === 1) === (values.half === "odd");
        if (!isHalf || (categories && !categories.includes(category)) || (ids && !ids.includes(id))) {
            return false;
        }
        const before = taken.get(category) ?? 0;
        taken.set(category, before + 1);
        return before < limit;
    });
}

async function makeMasksAsync(capture: Capture): Promise<MaskSet> {
    if (values.masks === "image") {
        return await CreateImageMasksAsync(capture);
    }
    const model = await ReadMobileSamAsync(MODEL_FOLDER);
    return await GenerateMasksAsync(capture, { model, runtime: { provider: "wasm", threads: DefaultThreadCount() } });
}

const percent = (share: number): string => (100 * share).toFixed(1);

/** Returns the mean of the finite values; a segmentation without borders has no discrepancy. */
const finiteMean = (all: readonly number[]): number => Mean(all.filter(Number.isFinite));

function formatRow(name: string, all: readonly ShapeScores[]): string {
    const byModel = MeanErrors(all.map((scores) => scores.byModel));
    const automatic = MeanErrors(all.map((scores) => scores.automatic));
    const rand = (key: "bySegmentation" | "usual" | "best" | "people"): string =>
        percent(Mean(all.map((scores) => scores[key].rand)));
    const cells = [
        ...[percent(byModel.rand), rand("bySegmentation"), percent(automatic.rand), rand("usual"), rand("best")],
        ...[rand("people"), percent(byModel.globalConsistency), percent(byModel.localConsistency)],
        ...[byModel.bestIou, automatic.bestIou, Mean(all.map(({ treeIou }) => treeIou))].map((iou) => iou.toFixed(3)),
        finiteMean(all.map(({ borders }) => borders.cutDiscrepancy)).toFixed(3),
        finiteMean(all.map(({ peopleBorders }) => peopleBorders.cutDiscrepancy)).toFixed(3),
        finiteMean(all.map(({ borders }) => borders.lengthRatio)).toFixed(2),
        Mean(all.map(({ counts }) => counts.byModel)).toFixed(1),
        Mean(all.map(({ counts }) => counts.automatic)).toFixed(1),
        Mean(all.map(({ counts }) => counts.best)).toFixed(1),
    ];
    return `| ${[name, ...cells].join(" | ")} |`;
}

const shapes = chooseShapes(await ReadPrincetonIndexAsync(folder));
const cache = new ShapeCaptureCache(values.cache ?? null);
let engine: Awaited<ReturnType<typeof CreateNodeEngineAsync>> | null = null;
const reports: Report[] = [];
await mkdir(values.out, { recursive: true });
for (const entry of shapes) {
    const shape = await ReadPrincetonShapeAsync(folder, entry);
    const key = `${entry.id}-${values.masks}-${options.views}-${options.size}-${options.samples}`;
    const captured = await cache.takeAsync(key, async () => {
        engine ??= await CreateNodeEngineAsync();
        return await CaptureShapeAsync(engine, shape, makeMasksAsync, options);
    });
    const start = performance.now();
    const hierarchy = await SegmentCaptureAsync(null, captured.capture, {
        ...captured.masks,
        isFromImages: values.masks === "image",
    });
    const seconds = (performance.now() - start) / 1000;
    const measure = new ShapeMeasure(shape, hierarchy.dendrogram("consensus"), captured.leafOfFace);
    const scores = measure.measure();
    reports.push({ id: entry.id, category: entry.category, seconds, scores });
    console.log(
        `${entry.category} ${entry.id}: Rand error ${percent(scores.byModel.rand)} %, ` +
            `automatic ${percent(scores.automatic.rand)} %, tree ${scores.treeIou.toFixed(3)}, ${seconds.toFixed(1)} s`,
    );
    const people = shape.segmentations.slice(0, PICTURED_PEOPLE).map(NumberParts);
    const cuts = [measure.cut(scores.counts.byModel), measure.cutAutomatically()];
    await writeFile(join(values.out, `${entry.id}.png`), DrawSegmentations(captured, [...cuts, ...people]));
}

console.log(
    "\n| category | Rand error, %: by model | by segmentation | automatic | always 12 | best count | people | GCE, % " +
        "| LCE, % | best IoU of one cut | automatic | in the tree | cut discrepancy " +
        "| of people | length of borders | parts: by model | automatic | best |",
);
console.log(`|${"---|".repeat(18)}`);
const categories = [...new Set(reports.map(({ category }) => category))];
const rows = categories.map((category) =>
    reports.filter((report) => report.category === category).map(({ scores }) => scores),
);
categories.forEach((category, i) => {
    console.log(formatRow(category, rows[i]));
});
const all = reports.map(({ scores }) => scores);
console.log(formatRow(`all ${all.length}`, all));
const worst = [...reports].sort((a, b) => b.scores.byModel.rand - a.scores.byModel.rand);
const named = worst.slice(0, Number(values.worst)).map(({ id, category }) => `${id}.png (${category})`);
console.log(`\nWorst: ${named.join(", ")} in ${values.out}`);
await writeFile(
    join(values.out, "report.json"),
    `${JSON.stringify({ masks: values.masks, ...options, reports }, null, 4)}\n`,
);
process.exit(0);
