// Quality of parts on Gaussian splats, compared with the same content as a mesh:
//     node demo/headless/run.mjs bench/splats.ts [model.glb...]
// The ground truth is known: a generated table, and models whose surface becomes flat splats. Hierarchies use masks
// alone.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader";
import { RawTexture } from "@babylonjs/core/Materials/Textures/rawTexture";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { Scene } from "@babylonjs/core/scene";
import "@babylonjs/loaders/glTF/2.0/glTFLoader";
import "@babylonjs/loaders/glTF/glTFFileLoader";
import { CreateNodeEngineAsync } from "../demo/headless/nodeWebGpu";
import { CreateRandom } from "../src/compute/base/random";
import { CutAtCount, LabelLeaves } from "../src/compute/hierarchy/cut/partition";
import type { MaskSet } from "../src/compute/masks/maskSet";
import type { Capture } from "../src/compute/views/capture";
import { NO_ELEMENT } from "../src/plugin/content/sceneContent";
import type { SplatData } from "../src/plugin/content/splatData";
import { NormalizedCovering } from "../src/plugin/evaluation/normalizedCovering";
import { CreateImageMasksAsync } from "../src/plugin/masks/createImageMasks";
import { SegmentCaptureAsync } from "../src/plugin/pipeline/segmentCapture";
import { CaptureSceneAsync, type SceneCapture } from "../src/plugin/sceneCapture/sceneCapture";
import { IdleWorker } from "../test/support/idleWorker";
import { CreateSplatMeshAsync, CreateSplatTable, SplatsOfSurface } from "../test/support/splatScene";
import { ReadNodeTree } from "./nodeTree";
import { type PartNode, SimulateMasks } from "./simulatedMasks";
import { FindVisibleLeaves } from "./visibleLeaves";

const VIEWS = 32;
const SIZE = 200;
const SPLATS = 40_000;
const SEED = 1;
/**
 * The standard deviations of the models' splats, in units of their spacing: just closed, and far beyond borders of
 * parts.
 */
const REACHES = [0.35, 0.8];
/** The numbers of parts of the evaluated cuts. */
const CUTS = [...new Set(Array.from({ length: 60 }, (_, i) => Math.floor(2000 ** (i / 59))))];

interface Truth {
    readonly nodes: readonly PartNode[];
    /** The group of each node; -1 above the groups. */
    readonly groups: readonly number[];
    /** The leaf node of each element; -1 for none. */
    readonly nodeOf: (element: number) => number;
}

/** The tolerance of a surface of splats, in world units. */
function thicknessOf({ geometry }: SceneCapture): number {
    return 0.01 * geometry.positions.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** Returns the NC over the visible leaves, queried and dense, of the parts and of their groups. */
function cover(capture: SceneCapture, labels: readonly Uint32Array[], truth: Truth, visible: Uint8Array): string {
    const known = [...capture.elements.keys()].filter(
        (leaf) => visible[leaf] === 1 && truth.nodeOf(capture.elements[leaf]) >= 0,
    );
    const parts = Int32Array.from(known, (leaf) => truth.nodeOf(capture.elements[leaf]));
    const cuts = labels.map((all) => Int32Array.from(known, (leaf) => all[leaf]));
    return [parts, parts.map((part) => Math.max(truth.groups[part], 0))]
        .map((ids) => {
            const { queried, dense } = NormalizedCovering(
                ids.map((id) => id + 1),
                cuts,
            )!;
            return `${(100 * queried).toFixed(1)}/${(100 * dense).toFixed(1)}`;
        })
        .join("  ");
}

function simulate(capture: SceneCapture, truth: Truth): MaskSet {
    const random = CreateRandom(SEED);
    return {
        views: capture.views.map(({ camera }, v) => {
            const ids = Int32Array.from(capture.elementImages[v], (element) =>
                element === NO_ELEMENT ? -1 : truth.nodeOf(element),
            );
            return SimulateMasks(truth.nodes, truth.groups, ids, camera.width, camera.height, random);
        }),
    };
}

async function captureAsync(scene: Scene, meshes: readonly AbstractMesh[], truthOf: (capture: SceneCapture) => Truth) {
    const start = performance.now();
    const capture = await CaptureSceneAsync(scene, meshes, { views: VIEWS, size: SIZE, samples: SPLATS });
    const seconds = (performance.now() - start) / 1000;
    return { capture, truth: truthOf(capture), seconds };
}

/** Measures and prints a scene. @param visible the leaves that count */
async function reportAsync(
    name: string,
    { capture, truth, seconds }: Awaited<ReturnType<typeof captureAsync>>,
    visible: Uint8Array,
) {
    const kinds: [string, MaskSet][] = [
        ["simulated", simulate(capture, truth)],
        ["no model", await CreateImageMasksAsync(capture)],
    ];
    for (const [kind, masks] of kinds) {
        const start = performance.now();
        const hierarchy = await SegmentCaptureAsync(null, capture as Capture, masks);
        const dendrogram = hierarchy.dendrogram(hierarchy.criteria[0]);
        const labels = CUTS.map((count) => LabelLeaves(CutAtCount(dendrogram, count)));
        const scores = cover(capture, labels, truth, visible);
        console.log(
            `${name.padEnd(28)} ${kind.padEnd(10)} ${String(capture.elements.length).padStart(6)} leaves   NC ` +
                `parts, groups ${scores}   ` +
                `views ${seconds.toFixed(1)} s, hierarchy ${((performance.now() - start) / 1000).toFixed(1)} s`,
        );
    }
}

function areaOf(meshes: readonly AbstractMesh[]): number {
    let area = 0;
    for (const mesh of meshes) {
        const positions = mesh.getVerticesData("position");
        const indices = mesh.getIndices() ?? [];
        const world = mesh.computeWorldMatrix(true).m;
        const corner = (index: number): number[] =>
            [0, 1, 2].map((a) =>
                [0, 1, 2].reduce((sum, b) => sum + positions![3 * index + b] * world[4 * b + a], world[12 + a]),
            );
        for (let i = 0; i + 2 < indices.length; i += 3) {
            const [p, q, r] = [corner(indices[i]), corner(indices[i + 1]), corner(indices[i + 2])];
            const [u, v] = [q, r].map((end) => end.map((value, a) => value - p[a]));
            area += Math.hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]) / 2;
        }
    }
    return area;
}

/** A mesh of splats that is never drawn, without the worker in which Babylon would sort them. */
async function createSplatsAsync(name: string, splats: SplatData, scene: Scene): Promise<GaussianSplattingMesh> {
    Object.assign(globalThis, { Worker: IdleWorker });
    return await CreateSplatMeshAsync(name, splats, scene);
}

const engine = await CreateNodeEngineAsync();
try {
    const scene = new Scene(engine);
    const { splats, objects } = CreateSplatTable(SPLATS, SEED);
    const table = await createSplatsAsync("table", splats, scene);
    // The root, and below it the table (top and legs) and the things on it.
    const nodes = [-1, 0, 1, 1, 1, 1, 1, 0, 0, 0].map((parent, i) => ({
        parent,
        depth: i === 0 ? 0 : parent === 0 ? 1 : 2,
    }));
    const groups = [-1, 1, 1, 1, 1, 1, 1, 7, 8, 9];
    const nodeOf = (element: number): number => (objects[element] < 0 ? -1 : objects[element] + 2);
    const ofTable = await captureAsync(scene, [table], () => ({ nodes, groups, nodeOf }));
    await reportAsync("table, splats", ofTable, FindVisibleLeaves(ofTable.capture, thicknessOf(ofTable.capture)));
    scene.dispose();

    for (const path of process.argv.slice(2)) {
        const meshScene = new Scene(engine);
        meshScene.useRightHandedSystem = true;
        // Babylon would load its own texture, which Node cannot decode.
        meshScene.environmentBRDFTexture = RawTexture.CreateRGBATexture(new Uint8Array(4), 1, 1, meshScene, false);
        const { meshes } = await ImportMeshAsync(new Uint8Array(await readFile(path)), meshScene, {
            pluginExtension: ".glb",
        });
        const name = basename(path, ".glb");
        const ofMesh = await captureAsync(meshScene, meshes, (capture) => {
            const tree = ReadNodeTree(capture.items, meshes[0]);
            return { ...tree, nodeOf: (element) => tree.ofItem[capture.itemOfElement(element)] };
        });
        // Splat i lies on leaf i of the mesh: the same leaves count for both.
        const visible = FindVisibleLeaves(ofMesh.capture, thicknessOf(ofMesh.capture));
        await reportAsync(`${name}, mesh`, ofMesh, visible);
        const { geometry, elements } = ofMesh.capture;
        const area = areaOf(meshes);
        for (const reach of REACHES) {
            const cloud = await createSplatsAsync(name, SplatsOfSurface(geometry, area, reach), meshScene);
            const ofSplats = await captureAsync(meshScene, [cloud], () => ({
                ...ofMesh.truth,
                nodeOf: (splat) => ofMesh.truth.nodeOf(elements[splat]),
            }));
            await reportAsync(`${name}, splats of ${reach}`, ofSplats, visible);
            cloud.dispose();
        }
        meshScene.dispose();
    }
} finally {
    engine.dispose();
}
