// Measures how many clicks it takes to find a part, and whether a commit harms others, on shapes of the Princeton
// segmentation benchmark:
//     node demo/headless/run.mjs bench/clicks.ts <folder> [--half odd|even] [--limit n] [--people n] [--commits n]
//         [--captures DIR] [--cache DIR]
// The protocol is that of the literature: the first click in the middle of the true part, each next one in the middle
// of the largest wrong region, added or taken away as it needs. Prints the intersection over union after 1, 3, 5 and 7
// clicks, mean over the parts of people with at least 0.2 % of the surface; and what a commit of the last answer
// changes in the best overlap of the other parts of the same person with parts of the tree.
// --limit: the first n shapes of each category. --people: the first n people. --commits: the parts of each shape that
// are committed. --captures: the folder of bench/princeton.ts --cache. --cache: a folder that keeps hierarchies.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { deserialize, serialize } from "node:v8";
import { CreateNodeEngineAsync } from "../demo/headless/nodeWebGpu";
import { RunCoroutineSync } from "../src/compute/base/coroutine";
import { CreateCartesianTree } from "../src/compute/hierarchy/cut/cartesianTree";
import type { Dendrogram } from "../src/compute/hierarchy/cut/dendrogram";
import { InsertPartCoroutine } from "../src/compute/hierarchy/prompt/insertPart";
import { PromptTree } from "../src/compute/hierarchy/prompt/promptTree";
import type { PromptCandidate, TreeMark } from "../src/compute/hierarchy/prompt/treePrompt";
import { CreateImageMasksAsync } from "../src/plugin/masks/createImageMasks";
import { SegmentCaptureAsync } from "../src/plugin/pipeline/segmentCapture";
import { CreateFaceGraph, IntersectionOverUnion, NextClick, type SurfaceGraph } from "./clicks/surfaceGraph";
import { NumberParts } from "./princeton/partErrors";
import {
    type PrincetonEntry,
    type PrincetonShape,
    ReadPrincetonIndexAsync,
    ReadPrincetonShapeAsync,
} from "./princeton/princetonShapes";
import { CaptureShapeAsync, DEFAULT_SHAPE_CAPTURE_OPTIONS, ShapeCaptureCache } from "./princeton/shapeCapture";
import { TreeIou } from "./princeton/treeIou";

const text = { type: "string" } as const;
const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
        half: text,
        limit: text,
        people: { ...text, default: "3" },
        commits: { ...text, default: "1" },
        captures: text,
        cache: text,
    },
});
const [folder] = positionals;
if (!folder) {
    throw new Error("Name the folder of the shapes; see the top of bench/clicks.ts.");
}
const CLICKS = 7;
/** The smallest share of the surface of a part. */
const LEAST_SHARE = 0.002;

interface Segmented {
    readonly dendrogram: Dendrogram;
    readonly positions: Float32Array;
    readonly leafOfFace: Uint32Array;
}

const captures = new ShapeCaptureCache(values.captures ?? null);
let engine: Awaited<ReturnType<typeof CreateNodeEngineAsync>> | null = null;

async function segmentAsync(shape: PrincetonShape): Promise<Segmented> {
    const { id } = shape.entry;
    const file = values.cache && join(values.cache, `${id}.bin`);
    try {
        return deserialize(await readFile(file ?? "")) as Segmented;
    } catch {
        const { views, size, samples } = DEFAULT_SHAPE_CAPTURE_OPTIONS;
        const captured = await captures.takeAsync(`${id}-image-${views}-${size}-${samples}`, async () => {
            engine ??= await CreateNodeEngineAsync();
            return await CaptureShapeAsync(engine, shape, CreateImageMasksAsync, DEFAULT_SHAPE_CAPTURE_OPTIONS);
        });
        const hierarchy = await SegmentCaptureAsync(null, captured.capture, { ...captured.masks, isFromImages: true });
        const { positions } = hierarchy;
        const made = { dendrogram: hierarchy.dendrogram("consensus"), positions, leafOfFace: captured.leafOfFace };
        if (file) {
            await mkdir(values.cache!, { recursive: true });
            await writeFile(file, serialize(made));
        }
        return made;
    }
}

/** Clicks on one shape. */
class ShapeClicks {
    public readonly graph: SurfaceGraph;
    public milliseconds = 0;
    public answers = 0;
    /** [faces] the order index of the leaf of each face. */
    private readonly _places: Uint32Array;
    private readonly _tree: PromptTree;
    private readonly _before: TreeIou;

    public constructor(
        shape: PrincetonShape,
        private readonly _segmented: Segmented,
    ) {
        const { dendrogram, positions, leafOfFace } = _segmented;
        this.graph = CreateFaceGraph(shape.positions, shape.indices);
        const placeOf = new Uint32Array(dendrogram.leafCount);
        dendrogram.order.forEach((leaf, place) => {
            placeOf[leaf] = place;
        });
        this._places = leafOfFace.map((leaf) => placeOf[leaf]);
        this._tree = new PromptTree(dendrogram, positions);
        this._before = new TreeIou(dendrogram, leafOfFace);
    }

    /** Returns the intersection over union after each click, and the last answer. */
    public click(truth: Uint8Array): { ious: number[]; answer: PromptCandidate | null } {
        const ious: number[] = [];
        let marks: TreeMark[] = [];
        let answer: PromptCandidate | null = null;
        let faces = new Uint8Array(truth.length);
        for (let k = 0; k < CLICKS; k++) {
            const next = NextClick(this.graph, truth, faces);
            if (next) {
                const mark = { orderIndex: this._places[next.element], isPositive: next.isPositive };
                marks = marks.filter(({ orderIndex }) => orderIndex !== mark.orderIndex);
                const start = performance.now();
                const { candidates, best } = this._tree.answer(answer, marks, mark);
                this.milliseconds += performance.now() - start;
                this.answers++;
                marks.push(mark);
                answer = candidates[best] ?? null;
                faces = this._facesOf(answer);
            }
            ious.push(IntersectionOverUnion(this.graph, truth, faces));
        }
        return { ious, answer };
    }

    /** Returns the change, by a commit, of the best overlap of all parts but one with parts of the tree, mean, in %. */
    public commit({ intervals }: PromptCandidate, labels: ArrayLike<number>, part: number): number {
        const { dendrogram, leafOfFace } = this._segmented;
        const isInside = new Uint8Array(dendrogram.leafCount);
        for (const { start, end } of intervals) {
            isInside.fill(1, start, end);
        }
        const tree = CreateCartesianTree(dendrogram.rank);
        const inserted = RunCoroutineSync(InsertPartCoroutine(dendrogram, tree, isInside));
        const all = NumberParts(Uint8Array.from(labels));
        const own = { labels: Uint8Array.from(labels, (label) => (label === part ? 0 : 1)), count: 1 };
        const others = (measure: TreeIou): number =>
            (measure.measure(all) * all.count - measure.measure(own)) / Math.max(1, all.count - 1);
        return 100 * (others(new TreeIou(inserted.dendrogram, leafOfFace)) - others(this._before));
    }

    private _facesOf(answer: PromptCandidate | null): Uint8Array<ArrayBuffer> {
        const isInside = new Uint8Array(this._segmented.dendrogram.leafCount);
        for (const { start, end } of answer?.intervals ?? []) {
            isInside.fill(1, start, end);
        }
        return Uint8Array.from(this._places, (place) => isInside[place]);
    }
}

function chooseShapes(index: readonly PrincetonEntry[]): PrincetonEntry[] {
    const limit = Number(values.limit ?? Number.POSITIVE_INFINITY);
    const taken = new Map<string, number>();
    return index.filter(({ category }, position) => {
        if (values.half !== undefined && (position % 2 === 1) !== (values.half === "odd")) {
            return false;
        }
        const before = taken.get(category) ?? 0;
        taken.set(category, before + 1);
        return before < limit;
    });
}

const mean = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0) / all.length;
const formatRow = (name: string, all: readonly number[][]): string => {
    const after = [1, 3, 5, 7].map((k) => mean(all.map((ious) => ious[k - 1])).toFixed(3));
    return `| ${[name, all.length, ...after].join(" | ")} |`;
};

const byCategory = new Map<string, number[][]>();
const changes: number[] = [];
let milliseconds = 0;
let answers = 0;
for (const entry of chooseShapes(await ReadPrincetonIndexAsync(folder))) {
    const shape = await ReadPrincetonShapeAsync(folder, entry);
    const clicks = new ShapeClicks(shape, await segmentAsync(shape));
    const ious: number[][] = byCategory.get(entry.category) ?? [];
    byCategory.set(entry.category, ious);
    let commits = 0;
    for (const labels of shape.segmentations.slice(0, Number(values.people))) {
        for (const part of new Set(labels)) {
            const truth = labels.map((label) => (label === part ? 1 : 0));
            if (clicks.graph.weights.reduce((sum, weight, face) => sum + weight * truth[face], 0) < LEAST_SHARE) {
                continue;
            }
            const result = clicks.click(truth);
            ious.push(result.ious);
            if (result.answer && commits++ < Number(values.commits)) {
                changes.push(clicks.commit(result.answer, labels, part));
            }
        }
    }
    milliseconds += clicks.milliseconds;
    answers += clicks.answers;
}
console.log("| category | parts | IoU @1 | @3 | @5 | @7 |\n|---|---|---|---|---|---|");
for (const [category, ious] of byCategory) {
    console.log(formatRow(category, ious));
}
console.log(formatRow("all", [...byCategory.values()].flat()));
console.log(`\n${(milliseconds / answers).toFixed(1)} ms per answer.`);
console.log(
    `Commits: ${changes.length}; mean change of the other parts ${mean(changes).toFixed(2)}, worst ${Math.min(...changes).toFixed(2)}.`,
);
process.exit(0);
