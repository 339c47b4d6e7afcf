// Speed of the hierarchy code: node demo/headless/run.mjs bench/hierarchy.ts [field] [cut] [scale]
// If PYTHON names a Python with numpy, scipy and higra, "field" also runs the peer and compares partitions.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EdgeDistances } from "../src/compute/algorithms/edgeDistances";
import { CreateNeighborGraph } from "../src/compute/algorithms/neighborGraph";
import { CreateSpanningForest } from "../src/compute/algorithms/spanningForest";
import { CreateRandom } from "../src/compute/base/random";
import { HierarchyBuilder } from "../src/compute/hierarchy/build/hierarchyBuilder";
import { HIERARCHY_STAGES } from "../src/compute/hierarchy/build/hierarchyStages";
import { CreateDendrogram } from "../src/compute/hierarchy/cut/dendrogram";
import { CutAtCount, CutAtHeight, LabelLeaves } from "../src/compute/hierarchy/cut/partition";
import { CreateMaskArrangement } from "../src/compute/masks/maskArrangement";
import { CreateSyntheticScene } from "./syntheticScene";

const SEED = 1;

function seconds(work: () => void): number {
    const start = performance.now();
    work();
    return (performance.now() - start) / 1000;
}

/** Measures features to hierarchy: k-nearest-neighbor graph, feature distances, spanning forest, leaf order. */
function benchField(): void {
    const [count, k, dimensions] = [120_000, 16, 32];
    const { positions } = CreateSyntheticScene(count, 0, 0, 1, SEED);
    const random = CreateRandom(SEED);
    const phase = Float32Array.from({ length: 4 * dimensions }, () => 6 * random());
    const features = new Float32Array(count * dimensions);
    for (let i = 0; i < count; i++) {
        let square = 0;
        for (let d = 0; d < dimensions; d++) {
            const [x, y, z] = positions.subarray(3 * i, 3 * i + 3);
            const value = Math.sin(phase[4 * d] * x + phase[4 * d + 1] * y + phase[4 * d + 2] * z + phase[4 * d + 3]);
            features[i * dimensions + d] = value + 0.1 * random();
            square += features[i * dimensions + d] ** 2;
        }
        for (let d = 0; d < dimensions; d++) {
            features[i * dimensions + d] /= Math.sqrt(square);
        }
    }
    for (let round = 0; round < 3; round++) {
        let graph!: ReturnType<typeof CreateNeighborGraph>;
        let weights!: Float32Array;
        let dendrogram!: ReturnType<typeof CreateDendrogram>;
        const graphSeconds = seconds(() => {
            graph = CreateNeighborGraph(positions, k);
        });
        const weightSeconds = seconds(() => {
            weights = EdgeDistances(features, dimensions, graph);
        });
        const treeSeconds = seconds(() => {
            dendrogram = CreateDendrogram(CreateSpanningForest(graph, weights).merges);
        });
        const total = graphSeconds + weightSeconds + treeSeconds;
        console.log(
            `field, round ${round}: graph ${graphSeconds.toFixed(2)}, weights ${weightSeconds.toFixed(2)}, ` +
                `forest and leaf order ${treeSeconds.toFixed(2)}, total ${total.toFixed(2)} s`,
        );
        if (round === 2 && process.env.PYTHON) {
            const sorted = [...dendrogram.height].filter(Number.isFinite).sort((a, b) => a - b);
            // Halfway between two heights, so that rounding of a distance does not matter.
            const thresholds = Float64Array.from({ length: 10 }, (_, i) => {
                const at = sorted.length - 1 - Math.floor(2 ** (i + 3));
                return (sorted[at] + sorted[at + 1]) / 2;
            });
            comparePeer(positions, features, count, k, dimensions, thresholds, (t) =>
                LabelLeaves(CutAtHeight(dendrogram, t)),
            );
        }
    }
}

function comparePeer(
    positions: Float32Array,
    features: Float32Array,
    count: number,
    k: number,
    dimensions: number,
    thresholds: Float64Array,
    labelsAt: (threshold: number) => Uint32Array,
): void {
    const folder = mkdtempSync(join(tmpdir(), "hierarchy-bench-"));
    try {
        writeFileSync(join(folder, "positions.f32"), positions);
        writeFileSync(join(folder, "features.f32"), features);
        writeFileSync(join(folder, "thresholds.f64"), thresholds);
        const script = join(process.cwd(), "bench/peers/scipyHigra.py");
        const args = [script, folder, String(count), String(k), String(dimensions)];
        console.log(`peer: ${execFileSync(process.env.PYTHON!, args, { encoding: "utf8" }).trim()}`);
        const bytes = readFileSync(join(folder, "labels.u32"));
        const peer = new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
        let equal = 0;
        thresholds.forEach((t, i) => {
            const ours = labelsAt(t);
            const theirs = peer.subarray(i * count, (i + 1) * count);
            const renamed = new Map<number, number>();
            const back = new Map<number, number>();
            const same = ours.every((label, leaf) => {
                const name = renamed.get(label) ?? theirs[leaf];
                const origin = back.get(theirs[leaf]) ?? label;
                renamed.set(label, name);
                back.set(theirs[leaf], origin);
                return name === theirs[leaf] && origin === label;
            });
            equal += same ? 1 : 0;
        });
        console.log(`partitions equal to the peer's at ${equal} of ${thresholds.length} thresholds`);
    } finally {
        rmSync(folder, { recursive: true });
    }
}

/** Measures a cut of 500,000 leaves, with a label for each. */
function benchCut(): void {
    const count = 500_000;
    const random = CreateRandom(SEED);
    // As in a cloud sorted by voxel, only some neighbors in the order are near each other in memory.
    const from = Uint32Array.from({ length: count - 1 }, (_, i) =>
        Math.max(0, i + 1 - 1 - Math.floor(random() * Math.min(i + 1, 300))),
    );
    const to = Uint32Array.from({ length: count - 1 }, (_, i) => i + 1);
    const weights = Float32Array.from({ length: count - 1 }, () => random());
    const dendrogram = CreateDendrogram(CreateSpanningForest({ vertexCount: count, from, to }, weights).merges);
    const labels = new Uint32Array(count);
    const times: number[] = [];
    for (let i = 0; i < 60; i++) {
        times.push(1000 * seconds(() => LabelLeaves(CutAtCount(dendrogram, 10 + 40 * i), labels)));
    }
    times.sort((a, b) => a - b);
    console.log(
        `cut of ${count} leaves: median ${times[30].toFixed(2)} ms, worst ${times[59].toFixed(2)} ms (the first ` +
            `is cold)`,
    );
}

/** Measures superpoints and consensus of one million given leaves with 100 views of 100 masks. */
function benchScale(): void {
    const scene = CreateSyntheticScene(1_000_000, 100, 100, 400, SEED);
    const start = performance.now();
    let last = start;
    let stage: string = HIERARCHY_STAGES.masks;
    const report = (next: string): void => {
        if (next === stage) {
            return; // a stage reports each of its steps
        }
        const now = performance.now();
        console.log(
            `scale: ${stage} ${((now - last) / 1000).toFixed(2)} s, ` +
                `${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`,
        );
        last = now;
        stage = next;
    };
    const masked = scene.views.map((view, i) => {
        const { masks } = scene.masks.views[i];
        const arrangement = CreateMaskArrangement(masks, view.camera.width, view.camera.height);
        return { view, arrangement, confidence: new Float32Array(masks.length).fill(1) };
    });
    const geometry = { positions: scene.positions, normals: null, colors: null };
    const builder = new HierarchyBuilder(
        { name: "scale", views: scene.views, maskedViews: masked, geometry },
        {},
        report,
    );
    const hierarchy = builder.build(["consensus"], null);
    report("end");
    console.log(
        `scale: ${hierarchy.leafCount} points, ${builder.graph.from.length} edges, total ` +
            `${((performance.now() - start) / 1000).toFixed(1)} s, ` +
            `peak ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
    );
}

const asked = process.argv.slice(2);
const benches: Record<string, () => void> = { field: benchField, cut: benchCut, scale: benchScale };
for (const [name, bench] of Object.entries(benches)) {
    if (asked.length === 0 || asked.includes(name)) {
        bench();
    }
}
