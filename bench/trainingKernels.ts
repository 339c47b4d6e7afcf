// Time of every kernel of a training step:
//     node demo/headless/run.mjs bench/trainingKernels.ts <capture folder> [preset] [steps] [features | radiance]
// Waits for the GPU after every dispatch; the time of waiting alone is measured and subtracted.
import { FolderFileSource } from "../demo/headless/folderFileSource";
import { CreateNodeEngineAsync } from "../demo/headless/nodeWebGpu";
import type { FeatureFieldPreset } from "../src/compute/fields/feature/featureFieldOptions";
import { FeatureFieldTrainer } from "../src/compute/fields/feature/featureFieldTrainer";
import { CreateTrainingViews } from "../src/compute/fields/feature/trainingViews";
import type { RadianceFieldPreset } from "../src/compute/fields/radiance/radianceFieldOptions";
import { RadianceFieldTrainer } from "../src/compute/fields/radiance/radianceFieldTrainer";
import { CreateRadianceViews } from "../src/compute/fields/radiance/radianceViews";
import { ComputeKernel } from "../src/compute/gpu/computeKernel";
import { CheckGpuAsync, SubmitGpu } from "../src/compute/gpu/gpuErrors";
import { LoadNerfCaptureAsync } from "../src/plugin/formats/captures/nerfCapture";
import { LoadMaskFilesAsync } from "../src/plugin/formats/masks/maskFiles";

const [folder, preset = "default", stepsText = "10", kind = "features"] = process.argv.slice(2);
if (!folder) {
    throw new Error(
        "Usage: trainingKernels.ts <capture folder> [default | paper | fast] [steps] [features | radiance]",
    );
}
const steps = Number(stepsText);
const WARM_UP_STEPS = kind === "radiance" ? 17 : 2;
const source = new FolderFileSource(folder);
const capture = await LoadNerfCaptureAsync(source);
const engine = await CreateNodeEngineAsync();

/** A recorded dispatch. */
interface RecordedDispatch {
    readonly name: string;
    readonly run: () => void;
}

const total = 2 * steps + WARM_UP_STEPS;
const trainer =
    kind === "radiance"
        ? await RadianceFieldTrainer.CreateAsync(engine, CreateRadianceViews(capture), {
              preset: preset as RadianceFieldPreset,
              training: { steps: total },
          })
        : await FeatureFieldTrainer.CreateAsync(
              engine,
              CreateTrainingViews(capture, await LoadMaskFilesAsync(source, capture)),
              { preset: preset as FeatureFieldPreset, training: { steps: total } },
          );
// The radiance field needs some steps until its rays fill its samples.
for (let step = 0; step < WARM_UP_STEPS; step++) {
    trainer.recordStep();
}
await CheckGpuAsync(engine);

// Dispatches and clears are recorded during a step, then run one by one in the same order.
const recorded: RecordedDispatch[] = [];
const dispatch = ComputeKernel.prototype.dispatch;
const wallTimes = new Map<string, number>();
const processorTimes = new Map<string, number>();

const start = performance.now();
const usedAtStart = process.cpuUsage();
for (let step = 0; step < steps; step++) {
    trainer.recordStep();
    await CheckGpuAsync(engine);
}
const stepMilliseconds = (performance.now() - start) / steps;
const stepUsed = process.cpuUsage(usedAtStart);
const stepProcessor = (stepUsed.user + stepUsed.system) / 1000 / steps;

const wait = async (): Promise<void> => {
    SubmitGpu(engine);
    await engine._device.queue.onSubmittedWorkDone();
};
const { GpuArray } = await import("../src/compute/gpu/gpuArray");
const clear = GpuArray.prototype.clear;
for (let step = 0; step < steps; step++) {
    recorded.length = 0;
    ComputeKernel.prototype.dispatch = function (x, y = 1, z = 1) {
        recorded.push({ name: this.name, run: () => dispatch.call(this, x, y, z) });
    };
    GpuArray.prototype.clear = function () {
        recorded.push({ name: "clear", run: () => clear.call(this) });
    };
    trainer.recordStep();
    ComputeKernel.prototype.dispatch = dispatch;
    GpuArray.prototype.clear = clear;
    for (const { name, run } of recorded) {
        await wait();
        const before = performance.now();
        const usedBefore = process.cpuUsage();
        run();
        await wait();
        wallTimes.set(name, (wallTimes.get(name) ?? 0) + performance.now() - before);
        const used = process.cpuUsage(usedBefore);
        processorTimes.set(name, (processorTimes.get(name) ?? 0) + (used.user + used.system) / 1000);
    }
}
const counts = new Map<string, number>();
for (const { name } of recorded) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
}
/** Returns the milliseconds per step, without the time of waiting. */
const net = (times: ReadonlyMap<string, number>, name: string): number =>
    Math.max(0, ((times.get(name) ?? 0) - (times.get("beginStep") ?? 0) * (counts.get(name) ?? 1)) / steps);
const names = [...wallTimes.keys()].sort((a, b) => net(processorTimes, b) - net(processorTimes, a));
const totals = [wallTimes, processorTimes].map((times) => names.reduce((sum, name) => sum + net(times, name), 0));
console.log(
    `${preset}: a step takes ${stepMilliseconds.toFixed(1)} ms, ${stepProcessor.toFixed(1)} ms of processor time, ` +
        `and has ${recorded.length} dispatches`,
);
console.log("kernel                          times     wall ms     processor ms   share");
for (const name of [...names, "all"]) {
    const [wall, cpu] = [wallTimes, processorTimes].map((times, i) => (name === "all" ? totals[i] : net(times, name)));
    const share = `${((100 * cpu) / totals[1]).toFixed(1)} %`;
    console.log(
        `${name.padEnd(32)} ${String(counts.get(name) ?? "").padStart(3)} ${wall.toFixed(2).padStart(11)} ` +
            `${cpu.toFixed(2).padStart(14)} ${share.padStart(9)}`,
    );
}
trainer.dispose();
engine.dispose();
