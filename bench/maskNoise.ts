// Limits of hierarchies by masks alone: the same views with newly simulated masks, with and without each kind of fault.
//     node demo/headless/run.mjs bench/maskNoise.ts <capture folder with gt/ and hierarchy.json>...
//         [--seeds 1,2,3] [--voxel 0.003]
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FolderFileSource } from "../demo/headless/folderFileSource";
import { CreateRandom } from "../src/compute/base/random";
import { EvaluateHierarchyAsync } from "../src/plugin/evaluation/evaluateHierarchy";
import { LoadGroundTruthAsync } from "../src/plugin/formats/captures/groundTruth";
import { LoadNerfCaptureAsync } from "../src/plugin/formats/captures/nerfCapture";
import { SegmentCaptureAsync } from "../src/plugin/pipeline/segmentCapture";
import { DEFAULT_MASK_NOISE, type MaskNoise, type PartNode, SimulateMasks } from "./simulatedMasks";

const NOISES: readonly (readonly [string, MaskNoise])[] = [
    ["as ever", DEFAULT_MASK_NOISE],
    ["none merged", { ...DEFAULT_MASK_NOISE, merged: 0 }],
    ["none grown or shrunk", { ...DEFAULT_MASK_NOISE, growth: 0 }],
    ["none of both", { ...DEFAULT_MASK_NOISE, merged: 0, growth: 0 }],
    ["twice as noisy", { missing: 0.5, merged: 0.2, growth: 4 }],
];

/** The tree of hierarchy.json: nodes by id, and the groups. */
interface HierarchyJson {
    readonly nodes: readonly { readonly id: number; readonly parent: number | null; readonly depth: number }[];
    readonly level_ids: { readonly l1: readonly number[] };
}

const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seeds: { type: "string" }, voxel: { type: "string" } },
});
const seeds = (values.seeds ?? "1,2,3").split(",").map(Number);
const voxelSize = Number(values.voxel ?? "0.003");
console.log("| capture | masks | seed | masks made | parts | groups | mean |");
console.log("|---|---|---|---|---|---|---|");
for (const folder of positionals) {
    const source = new FolderFileSource(folder);
    const capture = await LoadNerfCaptureAsync(source);
    const truth = await LoadGroundTruthAsync(source, capture, { train: true });
    const leaves = truth?.levels[0].trainIds;
    if (!truth || !leaves) {
        throw new Error(`${folder} has no ground truth of its training views.`);
    }
    const tree = JSON.parse(await readFile(join(folder, "hierarchy.json"), "utf8")) as HierarchyJson;
    const indices = new Map(tree.nodes.map(({ id }, index) => [id, index]));
    const nodes = tree.nodes.map(
        ({ parent, depth }): PartNode => ({ parent: parent === null ? -1 : indices.get(parent)!, depth }),
    );
    const isGroup = new Set(tree.level_ids.l1.map((id) => indices.get(id)!));
    const groups = nodes.map((_, node) => {
        let at = node;
        while (at >= 0 && !isGroup.has(at)) {
            at = nodes[at].parent;
        }
        return at;
    });
    for (const [name, noise] of NOISES) {
        for (const seed of seeds) {
            const random = CreateRandom(seed);
            const views = capture.views.map(({ camera }, v) => {
                const ids = leaves[v].map((id) => (id === 0 ? -1 : indices.get(id)!));
                return SimulateMasks(nodes, groups, ids, camera.width, camera.height, random, noise);
            });
            const hierarchy = await SegmentCaptureAsync(null, capture, { views }, { hierarchy: { voxelSize } });
            const { queried } = (await EvaluateHierarchyAsync(capture, hierarchy, truth, { samples: 1 })).nc;
            const count = views.reduce((sum, { masks }) => sum + masks.length, 0);
            const scores = [queried.parts, queried.groups, queried.mean].map((x) => x.toFixed(1));
            console.log(`| ${capture.name} | ${name} | ${seed} | ${count} | ${scores.join(" | ")} |`);
        }
    }
}
process.exit(0);
