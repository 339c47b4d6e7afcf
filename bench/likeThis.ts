// Precision and recall of "all like this": of the parts that FindLikeParts returns for a part that has copies.
//     node demo/headless/run.mjs bench/likeThis.ts <folder with GLBs>... [--excavator demo/captures/excavator]
//         [--only name,name...] [--cache DIR] [--distance 0.03] [--classes]
// The truth is the tree of named nodes: copies have the same materials and the same name, apart from words of sides.
// Each copy is asked in turn by the part of the tree with the best IoU, where that is at least 0.5. An answer is right
// if its IoU with a copy is at least 0.5. Hierarchies are made without a model, as the viewer does.
// --cache: a folder outside the repository that keeps hierarchies, which take most of the time.
// --classes: also prints a line for each kind of copies.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { deserialize, serialize } from "node:v8";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { CreateNodeEngineAsync } from "../demo/headless/nodeWebGpu";
import { RunCoroutineSync } from "../src/compute/base/coroutine";
import { type CartesianTree, CreateCartesianTree } from "../src/compute/hierarchy/cut/cartesianTree";
import { type Dendrogram, NEVER_MERGED } from "../src/compute/hierarchy/cut/dendrogram";
import { SegmentationHierarchy } from "../src/compute/hierarchy/cut/segmentationHierarchy";
import { DEFAULT_LIKE_PARTS_OPTIONS, FindLikePartsCoroutine } from "../src/compute/hierarchy/shapes/likeParts";
import { type NamedContent, type NamedNode, ReadExcavatorAsync, SegmentGlbAsync } from "./likeThis/namedContent";

const text = { type: "string" } as const;
const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { excavator: text, only: text, cache: text, distance: text, classes: { type: "boolean", default: false } },
});
if (positionals.length === 0 && !values.excavator) {
    throw new Error("Name folders with GLBs, or --excavator and its folder; see the top of bench/likeThis.ts.");
}
const maxDistance = Number(values.distance ?? DEFAULT_LIKE_PARTS_OPTIONS.maxDistance);
/** Nodes with a smaller share of the leaves are left out. */
const MIN_SHARE = 0.001;
const MIN_IOU = 0.5;
/** Words of places. The excavator's drive wheels and idler wheels are one wheel, but for bolts on the former. */
const SIDES = /\b(left|right|front|back|rear|upper|lower|drive|idler)\b/g;

interface Scores {
    /** Copies, and those that the tree has. */
    copies: number;
    asked: number;
    /** Answers, right ones, and the other copies. */
    answers: number;
    right: number;
    others: number;
    /** Milliseconds of CPU of the slowest question. */
    slowest: number;
}

const noScores = (): Scores => ({ copies: 0, asked: 0, answers: 0, right: 0, others: 0, slowest: 0 });

/** Returns the key of a node's kind: its name without sides, and its materials. Mirrored LDraw parts have ids each. */
function kindOf({ name, materials }: NamedNode): string {
    const plain = /\b(left|right)\b/i.test(name) ? name.replace(/^\w+\.dat:/, "") : name;
    const words = plain.toLowerCase().replace(/[^a-z0-9./]+/g, " ");
    return `${words.replace(SIDES, "").replace(/\s+/g, " ").trim()} | ${materials.join(", ")}`;
}

/** The leaves of a node, counted in the leaf order. */
class NodeLeaves {
    public readonly total: number;
    private readonly _before: Uint32Array;

    public constructor({ order }: Dendrogram, { nodes, nodeOfLeaf }: NamedContent, node: number) {
        const isInside = nodes.map((_, i) => {
            let above = i;
            while (above >= 0 && above !== node) {
                above = nodes[above].parent;
            }
            return above === node;
        });
        this._before = new Uint32Array(order.length + 1);
        for (let i = 0; i < order.length; i++) {
            this._before[i + 1] = this._before[i] + (isInside[nodeOfLeaf[order[i]]] ? 1 : 0);
        }
        this.total = this._before[order.length];
    }

    public iou(start: number, end: number): number {
        const shared = this._before[end] - this._before[start];
        return shared / (this.total + end - start - shared);
    }

    /** Returns the part of the tree with the best IoU. */
    public best({ rank }: Dendrogram, merges: CartesianTree): { start: number; end: number; iou: number } {
        let best = { start: 0, end: 0, iou: 0 };
        for (let gap = 0; gap < rank.length; gap++) {
            const [start, end] = [merges.start[gap], merges.end[gap]];
            if (rank[gap] !== NEVER_MERGED && this.iou(start, end) > best.iou) {
                best = { start, end, iou: this.iou(start, end) };
            }
        }
        return best;
    }
}

function measure(content: NamedContent): Scores {
    const { hierarchy, nodes } = content;
    const { positions, colors } = hierarchy;
    const dendrogram = hierarchy.dendrogram("consensus");
    const merges = CreateCartesianTree(dendrogram.rank);
    const kinds = new Map<string, number[]>();
    for (const [i, node] of nodes.entries()) {
        kinds.set(kindOf(node), [...(kinds.get(kindOf(node)) ?? []), i]);
    }
    const scores = noScores();
    for (const [kind, members] of kinds) {
        const copies = (members.length > 1 ? members : [])
            .map((node) => new NodeLeaves(dendrogram, content, node))
            .filter(({ total }) => total >= MIN_SHARE * dendrogram.leafCount);
        if (copies.length < 2) {
            continue;
        }
        const own = noScores();
        const asked = copies.map((copy) => copy.best(dendrogram, merges)).filter(({ iou }) => iou >= MIN_IOU);
        own.copies += copies.length;
        own.asked += asked.length;
        for (const part of asked) {
            const before = process.cpuUsage();
            const input = { positions, colors, dendrogram, merges };
            const found = RunCoroutineSync(FindLikePartsCoroutine(input, part, { maxDistance })).slice(1);
            own.slowest = Math.max(own.slowest, process.cpuUsage(before).user / 1000);
            const others = copies.filter((copy) => copy.iou(part.start, part.end) < MIN_IOU);
            const right = others.filter((copy) => found.some(({ start, end }) => copy.iou(start, end) >= MIN_IOU));
            own.answers += found.length;
            own.right += right.length;
            own.others += others.length;
        }
        if (values.classes) {
            console.log(`  ${kind}: ${row(own)}`);
        }
        add(scores, own);
    }
    return scores;
}

function add(to: Scores, more: Scores): void {
    for (const key of ["copies", "asked", "answers", "right", "others"] as const) {
        to[key] += more[key];
    }
    to.slowest = Math.max(to.slowest, more.slowest);
}

function row({ copies, asked, answers, right, others, slowest }: Scores): string {
    const share = (part: number, all: number): string => (all === 0 ? "-" : (part / all).toFixed(2));
    const counts = `${copies} copies, ${asked} in the tree, ${answers} answers, ${right} right of ${others}`;
    return `${counts}; precision ${share(right, answers)}, recall ${share(right, others)}, ${slowest.toFixed(0)} ms`;
}

async function takeAsync(name: string, makeAsync: () => Promise<NamedContent>): Promise<NamedContent> {
    const file = values.cache ? join(values.cache, `${name}.like.bin`) : null;
    try {
        const kept = deserialize(await readFile(file!)) as NamedContent;
        const { positions, colors, dendrograms } = kept.hierarchy;
        return { ...kept, hierarchy: new SegmentationHierarchy(name, positions, colors, dendrograms) };
    } catch {
        const made = await makeAsync();
        if (file) {
            await mkdir(values.cache!, { recursive: true });
            const { positions, colors, dendrograms } = made.hierarchy;
            await writeFile(file, serialize({ ...made, hierarchy: { positions, colors, dendrograms } }));
        }
        return made;
    }
}

let engine: WebGPUEngine | null = null;
const only = values.only?.split(",");
const sum = noScores();
const report = (content: NamedContent): void => {
    const scores = measure(content);
    if (scores.copies > 0) {
        console.log(`${content.name}: ${content.hierarchy.leafCount} leaves, ${row(scores)}`);
        add(sum, scores);
    }
};
if (values.excavator) {
    report(await takeAsync("excavator", () => ReadExcavatorAsync(values.excavator!)));
}
for (const folder of positionals) {
    for (const file of (await readdir(folder)).filter((name) => name.endsWith(".glb")).sort()) {
        const name = basename(file, ".glb");
        if (!only || only.includes(name)) {
            report(
                await takeAsync(name, async () => {
                    engine ??= await CreateNodeEngineAsync();
                    return await SegmentGlbAsync(engine, join(folder, file));
                }),
            );
        }
    }
}
console.log(`all: ${row(sum)}`);
process.exit(0);
