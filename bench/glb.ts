// Quality of the parts of a GLB in views that the plugin draws, compared with the ready-made views of the same model:
//     node demo/headless/run.mjs bench/glb.ts <folder with glb/ and gltf-hs/> [model...]
//         [--priors none,edges,shells+materials,all...]
// With --priors: the effect of structure priors, in views that the plugin draws, for simulated masks and for image
// masks (--masks simulated|image selects one). The ground truth is the file's own node tree, which only the simulated
// masks use. Hierarchies use masks alone.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader";
import { RawTexture } from "@babylonjs/core/Materials/Textures/rawTexture";
import { Matrix } from "@babylonjs/core/Maths/math.vector";
import { Scene } from "@babylonjs/core/scene";
import "@babylonjs/loaders/glTF/2.0/glTFLoader";
import "@babylonjs/loaders/glTF/glTFFileLoader";
import { FolderFileSource } from "../demo/headless/folderFileSource";
import { CreateNodeEngineAsync } from "../demo/headless/nodeWebGpu";
import { KdTree } from "../src/compute/algorithms/kdTree";
import { CreateRandom } from "../src/compute/base/random";
import { LabelTransfer } from "../src/compute/hierarchy/cut/labelTransfer";
import { CutAtCount } from "../src/compute/hierarchy/cut/partition";
import type { SegmentationHierarchy } from "../src/compute/hierarchy/cut/segmentationHierarchy";
import { STRUCTURE_PRIORS, type StructurePriors } from "../src/compute/hierarchy/priors/structurePriors";
import type { MaskSet } from "../src/compute/masks/maskSet";
import type { Capture } from "../src/compute/views/capture";
import { NO_ELEMENT } from "../src/plugin/content/sceneContent";
import { EvaluateHierarchyAsync } from "../src/plugin/evaluation/evaluateHierarchy";
import { NormalizedCovering } from "../src/plugin/evaluation/normalizedCovering";
import { type GroundTruth, LoadGroundTruthAsync } from "../src/plugin/formats/captures/groundTruth";
import { LoadNerfCaptureAsync } from "../src/plugin/formats/captures/nerfCapture";
import { LoadMaskFilesAsync } from "../src/plugin/formats/masks/maskFiles";
import { CreateImageMasksAsync } from "../src/plugin/masks/createImageMasks";
import { SegmentCaptureAsync } from "../src/plugin/pipeline/segmentCapture";
import { CaptureSceneAsync, type SceneCapture } from "../src/plugin/sceneCapture/sceneCapture";
import { type NodeTree, ReadNodeTree } from "./nodeTree";
import { SimulateMasks } from "./simulatedMasks";
import { FindVisibleLeaves } from "./visibleLeaves";

const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { priors: { type: "string" }, masks: { type: "string", default: "simulated,image" } },
});
const [folder, ...named] = positionals;
if (!folder) {
    throw new Error(
        "Usage: glb.ts <folder with glb/ and gltf-hs/> [model...] [--priors none,edges,shells,materials,nodes,all " +
            "[--masks simulated,image]]",
    );
}
const models = named.length > 0 ? named : ["xwing", "radartruck"];
const SIZE = 200;
const VIEWS = 48;
const SEED = 1;
/** The numbers of parts of the evaluated cuts. */
const CUTS = [...new Set(Array.from({ length: 60 }, (_, i) => Math.floor(2000 ** (i / 59))))];

/** Parses `none`, `all`, or names joined by plus signs. */
function priorsNamed(text: string): StructurePriors {
    const names = text === "none" ? [] : text === "all" ? STRUCTURE_PRIORS : text.split("+");
    for (const name of names) {
        if (!(STRUCTURE_PRIORS as readonly string[]).includes(name)) {
            throw new Error(`There is no prior "${name}"; there are ${STRUCTURE_PRIORS.join(", ")}, none and all.`);
        }
    }
    return Object.fromEntries(names.map((name) => [name, true]));
}

/** Returns the NC over surface samples, with every sample of a true part as a query. */
function coverSamples(
    hierarchy: SegmentationHierarchy,
    capture: SceneCapture,
    tree: NodeTree,
    visible: Uint8Array,
): string {
    const { elements, geometry } = capture;
    const chosen = [...elements.keys()].filter((i) => visible[i] === 1);
    const positions = Float32Array.from({ length: 3 * chosen.length }, (_, i) => {
        return geometry.positions[3 * chosen[Math.floor(i / 3)] + (i % 3)];
    });
    const transfer = new LabelTransfer(new KdTree(hierarchy.positions), positions);
    const dendrogram = hierarchy.dendrogram(hierarchy.criteria[0]);
    const labels = CUTS.map((count) => transfer.label(CutAtCount(dendrogram, count)));
    const parts = Int32Array.from(chosen, (i) => tree.ofItem[capture.itemOfElement(elements[i])]);
    const scores = [parts, parts.map((part) => Math.max(tree.groups[part], 0)), parts.map(() => 0)].map((truth) => {
        const covering = NormalizedCovering(
            truth.map((id) => id + 1),
            labels,
        )!;
        return [100 * covering.queried, 100 * covering.dense];
    });
    return scores.map(([queried, dense]) => `${queried.toFixed(1)}/${dense.toFixed(1)}`).join("  ");
}

function simulate(capture: SceneCapture, tree: NodeTree): MaskSet {
    const random = CreateRandom(SEED);
    return {
        views: capture.views.map(({ camera }, v) => {
            const ids = Int32Array.from(capture.elementImages[v], (element) =>
                element === NO_ELEMENT ? -1 : tree.ofItem[capture.itemOfElement(element)],
            );
            return SimulateMasks(tree.nodes, tree.groups, ids, camera.width, camera.height, random);
        }),
    };
}

const engine = await CreateNodeEngineAsync();
try {
    for (const model of models) {
        const source = new FolderFileSource(join(folder, "gltf-hs", model));
        const readyMade = await LoadNerfCaptureAsync(source);
        const readyMasks = await LoadMaskFilesAsync(source, readyMade);
        const truth = await LoadGroundTruthAsync(source, readyMade);
        const { gltf_to_world: rows } = JSON.parse(
            await readFile(join(folder, "gltf-hs", model, "hierarchy.json"), "utf8"),
        ) as { gltf_to_world: number[][] };

        const scene = new Scene(engine);
        scene.useRightHandedSystem = true;
        // Babylon would load its own texture, which Node cannot decode.
        scene.environmentBRDFTexture = RawTexture.CreateRGBATexture(new Uint8Array(4), 1, 1, scene, false);
        const file = new Uint8Array(await readFile(join(folder, "glb", `${model}.glb`)));
        const { meshes } = await ImportMeshAsync(file, scene, { pluginExtension: ".glb" });
        const root = meshes[0];
        // Babylon's vectors are rows. This transform makes the capture's world that of the ready-made views.
        Matrix.FromArray(rows.flat()).transpose().decomposeToTransformNode(root);

        const start = performance.now();
        const same = await CaptureSceneAsync(scene, meshes, { cameras: readyMade.views.map(({ camera }) => camera) });
        const seconds = (performance.now() - start) / 1000;
        const own = await CaptureSceneAsync(scene, meshes, { views: VIEWS, size: SIZE });
        const tree = ReadNodeTree(own.items, root);
        const visible = FindVisibleLeaves(own, 0.01);
        const seenShare = visible.reduce((sum, value) => sum + value, 0) / visible.length;
        console.log(
            `\n${model}: ${same.items.length} meshes, ${tree.nodes.length} nodes, ${own.elements.length} samples, ` +
                `${(100 * seenShare).toFixed(0)} % of them visible; ${VIEWS} views of ${SIZE} pixels drawn in ` +
                `${seconds.toFixed(1)} s`,
        );
        console.log(
            "NC queried/dense          samples: parts, groups, whole           held-out views: parts, groups, whole",
        );
        const ownMasks = simulate(own, tree);
        const depthOnly = ({ name, views, heldOutViews }: Capture): Capture => ({ name, views, heldOutViews });
        const runs: [string, Capture, MaskSet, StructurePriors][] = [];
        if (values.priors === undefined) {
            runs.push(
                ["ready-made views", readyMade, readyMasks, {}],
                ["same cameras, depth", depthOnly(same), readyMasks, {}],
                ["same cameras, surface", same, readyMasks, {}],
                ["own cameras, depth", depthOnly(own), ownMasks, {}],
                ["own cameras, surface", own, ownMasks, {}],
            );
        } else {
            const kinds: [string, MaskSet][] = [];
            for (const kind of values.masks.split(",")) {
                kinds.push([kind, kind === "image" ? await CreateImageMasksAsync(own) : ownMasks]);
            }
            for (const [kind, masks] of kinds) {
                runs.push([`${kind}, depth`, depthOnly(own), masks, {}]);
                for (const text of values.priors.split(",")) {
                    runs.push([`${kind}, ${text}`, own, masks, priorsNamed(text)]);
                }
            }
        }
        for (const [name, capture, masks, priors] of runs) {
            const hierarchy = await SegmentCaptureAsync(null, capture, masks, { hierarchy: { priors } });
            const samples = coverSamples(hierarchy, own, tree, visible);
            console.log(`${name.padEnd(24)}  ${samples}   ${await coverViewsAsync(readyMade, hierarchy, truth!)}`);
        }
        scene.dispose();
    }
} finally {
    engine.dispose();
}

async function coverViewsAsync(
    capture: Capture,
    hierarchy: SegmentationHierarchy,
    truth: GroundTruth,
): Promise<string> {
    const { queried, dense } = (await EvaluateHierarchyAsync(capture, hierarchy, truth, { samples: 20 })).nc;
    return (["parts", "groups", "scene"] as const)
        .map((level) => `${queried[level].toFixed(1)}/${dense[level].toFixed(1)}`)
        .join("  ");
}
