// Trains a radiance field on a capture of posed images and measures it on the held-out views:
//     node demo/headless/run.mjs bench/radianceField.ts <capture folder> [--preset fast] [--steps n] [--samples n]
//         [--max-views n] [--max-pixels n] [--field json] [--training json] [--out folder]
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { encode } from "fast-png";
import { FolderFileSource } from "../demo/headless/folderFileSource";
import { LoadFolderCaptureAsync } from "../demo/headless/loadFolderCapture";
import { CreateNodeEngineAsync } from "../demo/headless/nodeWebGpu";
import type { RadianceFieldPreset } from "../src/compute/fields/radiance/radianceFieldOptions";
import { RadianceFieldTrainer } from "../src/compute/fields/radiance/radianceFieldTrainer";
import { ComposeOver } from "../src/compute/fields/radiance/radianceImage";
import { CreateRadianceViews } from "../src/compute/fields/radiance/radianceViews";
import { MeasurePsnrAsync } from "../src/plugin/evaluation/heldOutPsnr";

const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
        preset: { type: "string", default: "fast" },
        steps: { type: "string" },
        samples: { type: "string" },
        "max-views": { type: "string", default: "5" },
        field: { type: "string", default: "{}" },
        training: { type: "string", default: "{}" },
        "max-pixels": { type: "string", default: "640000" },
        out: { type: "string" },
    },
});
const [folder] = positionals;
if (!folder) {
    throw new Error(
        "Usage: radianceField.ts <capture folder> [--preset fast | default] [--steps n] [--samples n] [--out folder]",
    );
}
const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1);
const start = performance.now();
const capture = await LoadFolderCaptureAsync(new FolderFileSource(folder));
const views = CreateRadianceViews(capture, { maxPixelsPerView: Number(values["max-pixels"]) });
console.log(
    `${capture.views.length} views read in ${seconds(start)} s; ` +
        `box at ${views.bounds.cube.low.map((x) => x.toFixed(3))}, side ${views.bounds.cube.extent.toFixed(3)}, ` +
        `from ${views.bounds.from}${views.bounds.unbounded ? ", unbounded" : ""}`,
);
const engine = await CreateNodeEngineAsync();
const making = performance.now();
const trainer = await RadianceFieldTrainer.CreateAsync(engine, views, {
    preset: values.preset as RadianceFieldPreset,
    field: JSON.parse(values.field),
    training: {
        ...JSON.parse(values.training),
        ...(values.steps ? { steps: Number(values.steps) } : {}),
        ...(values.samples ? { samples: Number(values.samples) } : {}),
    },
});
console.log(
    `created in ${seconds(making)} s; ${trainer.occupancy.candidateCount} of ` +
        `${trainer.field.options.occupancyResolution ** 3} cells are candidates`,
);
const training = performance.now();
const usedBefore = process.cpuUsage();
const processorSeconds = (): string => {
    const { user, system } = process.cpuUsage(usedBefore);
    return ((user + system) / 1e6).toFixed(1);
};
await trainer.runAsync({
    onReport: ({ step, loss, psnr, rays }) => {
        console.log(
            `${seconds(training)} s (${processorSeconds()} s of processor time), step ${step}: ` +
                `loss ${loss.toFixed(5)}, PSNR ${psnr.toFixed(2)} dB, ${rays.toFixed(0)} rays`,
        );
    },
});
console.log(`trained in ${seconds(training)} s, ${processorSeconds()} s of processor time`);
const [marched, kept] = await Promise.all(
    [trainer.pass.marcher, trainer.pass.samples].map(
        async ({ starts, maxRays }) => (await starts.readAsync(maxRays))[0],
    ),
);
console.log(`last step: ${marched} samples marched, ${kept} kept, capacity ${trainer.options.samples}`);
// Without held-out views, measures on training views.
const heldOut = (capture.heldOutViews.length > 0 ? capture.heldOutViews : capture.views).slice(
    0,
    Number(values["max-views"]),
);
const measuring = performance.now();
const psnr = await MeasurePsnrAsync(trainer.field, heldOut);
console.log(
    `${capture.heldOutViews.length > 0 ? "held-out" : "training"} views: mean ${psnr.mean.toFixed(2)} dB ` +
        `(${psnr.views.map((one) => one.toFixed(2)).join(", ")}), ${seconds(measuring)} s`,
);
if (values.out) {
    mkdirSync(values.out, { recursive: true });
    const { camera, image } = heldOut[0];
    const drawn = await trainer.field.renderAsync(camera);
    const { width, height } = camera;
    const far = drawn.depth.reduce((a, b) => Math.max(a, b), 0);
    const near = drawn.depth.reduce((a, b) => (b > 0 ? Math.min(a, b) : a), far);
    const save = (name: string, data: Uint8Array, channels: number): void => {
        writeFileSync(join(values.out!, `${name}.png`), encode({ width, height, data, channels, depth: 8 }));
    };
    save("color", ComposeOver(drawn, [1, 1, 1]), 4);
    save("picture", image, 4);
    save(
        "opacity",
        Uint8Array.from(drawn.opacity, (value) => Math.round(255 * value)),
        1,
    );
    save(
        "depth",
        Uint8Array.from(drawn.depth, (d) => (d > 0 ? Math.round(255 - (200 * (d - near)) / (far - near)) : 0)),
        1,
    );
}
trainer.dispose();
engine.dispose();
