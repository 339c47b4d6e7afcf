// Agreement of the mask generator with the official one: node demo/headless/run.mjs bench/samGolden.ts <folder of the
// models>
//     [--golden FOLDER]                      images with masks of the official generator (name.png, name.json)
//     [--pictures FOLDER --masks FOLDER]     larger images, and masks of the same views reduced to the views' size
//     [--threads N] [--views N] [--skip]     threads; maximum number of images; skip points in masks already found
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MaskIou } from "../src/compute/masks/maskIou";
import { ResizeMask } from "../src/compute/masks/resizeMask";
import { RunLengthMask } from "../src/compute/masks/runLengthMask";
import { DecodePngToRgba, type RgbaImage } from "../src/plugin/formats/base/pngImage";
import { MaskGenerator, type MaskGeneratorOptions } from "../src/plugin/sam/maskGenerator";
import { LoadOnnxRuntimeAsync } from "../src/plugin/sam/onnxPackage";
import { samModels } from "../src/plugin/sam/samModel";
import { SamSession } from "../src/plugin/sam/samSession";

const text = { type: "string" } as const;
const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { golden: text, pictures: text, masks: text, threads: text, views: text, skip: { type: "boolean" } },
});
const [models] = positionals;
if (models === undefined) {
    throw new Error("Name the folder of the models; see the top of bench/samGolden.ts.");
}

interface Annotation {
    readonly segmentation: { readonly size: [number, number]; readonly counts: string };
    readonly predicted_iou: number;
}

interface Row {
    readonly theirs: number;
    readonly ours: number;
    readonly matched: number;
    readonly extra: number;
}

const model = samModels.mobileSam(models);
const runtime = await LoadOnnxRuntimeAsync({ provider: "wasm", threads: Number(values.threads ?? "2") });
const bytesOf = (source: unknown): Uint8Array => new Uint8Array(readFileSync(String(source)));
const session = await SamSession.CreateAsync(
    runtime,
    model,
    bytesOf(model.encoder.source),
    bytesOf(model.decoder.source),
);

/** Compares with the masks of one image, at their size. */
async function compareAsync(
    name: string,
    picture: RgbaImage,
    content: Uint8Array | null,
    annotations: readonly Annotation[],
    options: Partial<MaskGeneratorOptions>,
    minIou: number,
): Promise<Row> {
    const generator = new MaskGenerator(session, values.skip ? { ...options, skipFound: {} } : options);
    const result = await generator.generateAsync(picture, content);
    const theirs = annotations.map(({ segmentation: { size, counts } }) =>
        RunLengthMask.FromCompressed(counts, size[1], size[0]),
    );
    const ours = result.masks.map(({ region }) => ResizeMask(region, theirs[0].width, theirs[0].height));
    const ious = theirs.map((a) => ours.map((b) => MaskIou(a, b)));
    const best = ious.map((row) => Math.max(...row));
    const matched = best.filter((iou) => iou >= minIou).length;
    const extra = ours.filter((_, j) => ious.every((row) => row[j] < minIou)).length;
    const mean = best.reduce((sum, iou) => sum + iou, 0) / best.length;
    const seconds = (value: number): string => `${value.toFixed(1)} s`;
    console.log(
        `${name}: ${theirs.length} masks, ours ${ours.length}; matched at ${minIou}: ${matched} (mean IoU ` +
            `${mean.toFixed(4)}, ` +
            `worst ${Math.min(...best).toFixed(3)}), extra ${extra}; ${result.pointCount} points, ` +
            `${result.skippedCount} skipped; ` +
            `encoder ${seconds(result.encoderSeconds)}, decoder ${seconds(result.decoderSeconds)}, rest ` +
            `${seconds(result.otherSeconds)}`,
    );
    return { theirs: theirs.length, ours: ours.length, matched, extra };
}

function printSum(title: string, rows: readonly Row[]): void {
    const sum = (key: keyof Row): number => rows.reduce((total, row) => total + row[key], 0);
    const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
    console.log(
        `${title}: ${sum("matched")} of ${sum("theirs")} matched (${percent(sum("matched"), sum("theirs"))}), ` +
            `${sum("extra")} extra (${percent(sum("extra"), sum("theirs"))})\n`,
    );
}

function annotationsOf(file: string): Annotation[] {
    return JSON.parse(readFileSync(file, "utf8")).annotations;
}

function picturesOf(folder: string): string[] {
    const names = readdirSync(folder).filter((file) => file.endsWith(".png"));
    names.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    return names.slice(0, Number(values.views ?? names.length)).map((file) => file.slice(0, -4));
}

if (values.golden !== undefined) {
    const rows: Row[] = [];
    for (const name of picturesOf(values.golden)) {
        const file = join(values.golden, `${name}.png`);
        const picture = DecodePngToRgba(readFileSync(file), file);
        const annotations = annotationsOf(join(values.golden, `${name}.json`));
        rows.push(
            await compareAsync(name, picture, null, annotations, { minPredictedIou: 0.8, minStability: 0.9 }, 0.95),
        );
    }
    printSum("official generator", rows);
}
if (values.pictures !== undefined && values.masks !== undefined) {
    const rows: Row[] = [];
    for (const name of picturesOf(values.pictures)) {
        const file = join(values.pictures, `${name}.png`);
        const picture = DecodePngToRgba(readFileSync(file), file);
        const content = Uint8Array.from({ length: picture.width * picture.height }, (_, p) => picture.data[4 * p + 3]);
        const annotations = annotationsOf(join(values.masks, `${name}.json`));
        const options = { minPredictedIou: 0.7, minStability: 0.8, backgroundStep: 4 };
        rows.push(await compareAsync(name, picture, content, annotations, options, 0.9));
    }
    printSum("reduced masks", rows);
}
process.exit(0);
