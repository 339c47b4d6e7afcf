import { parseArgs } from "node:util";
import { UltrametricError } from "../../src/compute/ultrametricError";
import { DEFAULT_MASK_GENERATOR_OPTIONS, type MaskGeneratorOptions } from "../../src/plugin/masks/maskGenerator";
import { DEFAULT_MASK_QUALITY_OPTIONS, type MaskQualityOptions } from "../../src/plugin/masks/maskQuality";
import { MODEL_FOLDER, UsualThreads } from "./samMasks";

const generator = DEFAULT_MASK_GENERATOR_OPTIONS;
const quality = DEFAULT_MASK_QUALITY_OPTIONS;

export const MASKS_USAGE = `npm run masks -- <capture> [options]

<capture>              folder in NeRF-Blender layout: transforms_train.json, images, depth/*.f16.gz
--out DIR              where the masks go, a COCO file for each view (<capture>/masks); a run that was ended goes on
--images DIR           larger pictures of the views, within the capture or elsewhere: finer masks (the views' own)
--model DIR            folder of MobileSAM's two files (${MODEL_FOLDER})
--points-per-side N    points of the grid (${generator.pointsPerSide})
--min-iou X            masks must exceed this predicted IoU (${generator.minPredictedIou})
--min-stability X      masks need this stability (${generator.minStability})
--min-region N         holes and pieces with fewer pixels are removed (${generator.minRegionArea})
--crop-layers N        look at overlapping crops too, 4^i in layer i (${generator.cropLayers})
--background-step N    off the content ask every N-th point both ways; 0: none (${generator.backgroundStep})
--skip-found           ask no points inside small masks found already: hardly faster, and a few masks fewer
--batch N              prompts a run of the decoder: memory (${generator.batchSize})
--duplicate-iou X      of masks that overlap more the stabler stays (${quality.duplicateIou})
--threads N            (${UsualThreads()})
--cache DIR            where masks are kept by picture, model and options (out/cache)
--force                make masks anew, and replace files that this program has not written`;

/** What the command line asks for. */
export interface MaskArguments {
    readonly capture: string;
    readonly out: string;
    readonly images: string | null;
    readonly model: string;
    readonly generator: Partial<MaskGeneratorOptions>;
    readonly quality: Partial<MaskQualityOptions>;
    readonly threads: number;
    readonly cache: string;
    readonly force: boolean;
}

/** @throws UltrametricError of kind "input" that names the option; null when help is asked for */
export function ParseMaskArguments(args: string[]): MaskArguments | null {
    let parsed: ReturnType<typeof parse>;
    try {
        parsed = parse(args);
    } catch (error) {
        throw new UltrametricError("input", `${(error as Error).message}\n\n${MASKS_USAGE}`, { cause: error });
    }
    const { values, positionals } = parsed;
    if (values.help) {
        return null;
    }
    if (positionals.length !== 1) {
        throw new UltrametricError("input", `Name one capture, not ${positionals.length}.\n\n${MASKS_USAGE}`);
    }
    const capture = positionals[0].replace(/\/+$/, "");
    const number = (option: keyof typeof values, usual: number, low: number, high: number): number => {
        const text = values[option] as string | undefined;
        const value = Number(text ?? usual);
        if (text?.trim() === "" || !(value >= low && value <= high)) {
            throw new UltrametricError("input", `--${option} is "${text}"; it is a number from ${low} to ${high}.`);
        }
        return value;
    };
    return {
        capture,
        out: values.out ?? `${capture}/masks`,
        images: values.images ?? null,
        model: values.model ?? MODEL_FOLDER,
        generator: {
            pointsPerSide: number("points-per-side", generator.pointsPerSide, 1, 256),
            minPredictedIou: number("min-iou", generator.minPredictedIou, 0, 2),
            minStability: number("min-stability", generator.minStability, 0, 1),
            minRegionArea: number("min-region", generator.minRegionArea, 0, 1e9),
            cropLayers: number("crop-layers", generator.cropLayers, 0, 4),
            backgroundStep: number("background-step", generator.backgroundStep, 0, 256),
            batchSize: number("batch", generator.batchSize, 1, 256),
            skipFound: values["skip-found"] ? {} : null,
        },
        quality: { duplicateIou: number("duplicate-iou", quality.duplicateIou, 0, 1) },
        threads: number("threads", UsualThreads(), 1, 64),
        cache: values.cache ?? "out/cache",
        force: values.force ?? false,
    };
}

function parse(args: string[]) {
    const text = { type: "string" } as const;
    const flag = { type: "boolean" } as const;
    return parseArgs({
        args,
        allowPositionals: true,
        options: {
            out: text,
            images: text,
            model: text,
            "points-per-side": text,
            "min-iou": text,
            "min-stability": text,
            "min-region": text,
            "crop-layers": text,
            "background-step": text,
            "skip-found": flag,
            batch: text,
            "duplicate-iou": text,
            threads: text,
            cache: text,
            force: flag,
            help: { ...flag, short: "h" },
        },
    });
}
