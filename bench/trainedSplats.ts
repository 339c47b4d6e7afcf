// The effect of floaters, haze and background, as trainings from photos leave them, on the hierarchy of splats:
//     node demo/headless/run.mjs bench/trainedSplats.ts [output folder for images]
// The splats are made from the demo's excavator (test/support/trainedSplats.ts); image masks, hierarchies by masks
// alone.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Scene } from "@babylonjs/core/scene";
import { ExcavatorCapture } from "../demo/captures/make/excavatorCapture";
import { EncodeImage } from "../demo/captures/make/fileFormats";
import { CreateNodeEngineAsync } from "../demo/headless/nodeWebGpu";
import { CutAtCount, LabelLeaves } from "../src/compute/hierarchy/cut/partition";
import { NO_ELEMENT } from "../src/plugin/content/sceneContent";
import { NormalizedCovering } from "../src/plugin/evaluation/normalizedCovering";
import { CreateImageMasksAsync } from "../src/plugin/masks/createImageMasks";
import { SegmentCaptureAsync } from "../src/plugin/pipeline/segmentCapture";
import { CaptureSceneAsync } from "../src/plugin/sceneCapture/sceneCapture";
import { IdleWorker } from "../test/support/idleWorker";
import { CreateSplatMeshAsync } from "../test/support/splatScene";
import { CreateTrainedSplats } from "../test/support/trainedSplats";

const VIEWS = 32;
const SIZE = 200;
const SPLATS = 40_000;
const SEED = 1;
const PICTURED_PARTS = 12;
const CUTS = [...new Set(Array.from({ length: 60 }, (_, i) => Math.floor(2000 ** (i / 59))))];
const SCENES = {
    "surface alone": { floaters: 0, haze: 0, far: 0 },
    "and haze": { floaters: 0, far: 0 },
    "and floaters": { far: 0 },
    "and background": {},
};

// Babylon would sort splats in a worker for drawing, and nothing is drawn here.
Object.assign(globalThis, { Worker: IdleWorker });
const folder = process.argv[2];
const engine = await CreateNodeEngineAsync();
try {
    const { surface } = new ExcavatorCapture();
    for (const [name, options] of Object.entries(SCENES)) {
        for (const minSplatClusterShare of [0, 0.001]) {
            const scene = new Scene(engine);
            scene.useRightHandedSystem = true;
            const { splats, parts } = CreateTrainedSplats(surface, SPLATS, SEED, options);
            const mesh = await CreateSplatMeshAsync(name, splats, scene);
            const capture = await CaptureSceneAsync(scene, [mesh], {
                views: VIEWS,
                size: SIZE,
                upAxis: "z",
                minSplatClusterShare,
            });
            const hierarchy = await SegmentCaptureAsync(null, capture, await CreateImageMasksAsync(capture));
            const dendrogram = hierarchy.dendrogram(hierarchy.criteria[0]);
            const nodeOf = Int32Array.from(capture.elements, (splat) => parts[splat]);
            const known = [...nodeOf.keys()].filter((leaf) => nodeOf[leaf] >= 0);
            const cuts = CUTS.map((count) => {
                const labels = LabelLeaves(CutAtCount(dendrogram, count));
                return Int32Array.from(known, (leaf) => labels[leaf]);
            });
            const cover = (idOf: (node: number) => number): string => {
                const truth = Int32Array.from(known, (leaf) => idOf(nodeOf[leaf]));
                return (100 * NormalizedCovering(truth, cuts)!.queried).toFixed(1);
            };
            const offSurface = nodeOf.filter((node) => node < 0).length;
            console.log(
                `${name.padEnd(16)} minSplatClusterShare ${String(minSplatClusterShare).padEnd(6)} ` +
                    `${capture.elements.length} leaves, ${offSurface} on no surface   ` +
                    `NC parts, groups ${cover((node) => node)}  ${cover((node) => surface.nodes[node - 1].parent!)}`,
            );
            if (folder) {
                const leafOf = new Int32Array(SPLATS).fill(-1);
                capture.elements.forEach((splat, leaf) => {
                    leafOf[splat] = leaf;
                });
                const labels = LabelLeaves(CutAtCount(dendrogram, PICTURED_PARTS));
                const view = capture.elementImages.length >> 2;
                const picture = new Uint8Array(8 * SIZE * SIZE);
                for (let p = 0; p < SIZE * SIZE; p++) {
                    const element = capture.elementImages[view][p];
                    const hue = element === NO_ELEMENT || leafOf[element] < 0 ? -1 : labels[leafOf[element]] * 2.4;
                    const [row, column] = [Math.floor(p / SIZE), p % SIZE];
                    const seen = capture.views[view].image;
                    for (let c = 0; c < 3; c++) {
                        const alpha = seen[4 * p + 3] / 255;
                        picture[4 * (2 * SIZE * row + column) + c] = seen[4 * p + c] * alpha + 255 * (1 - alpha);
                        picture[4 * (2 * SIZE * row + SIZE + column) + c] =
                            hue < 0 ? 255 : 128 + 100 * Math.cos(hue + (2 * Math.PI * c) / 3);
                    }
                    picture[4 * (2 * SIZE * row + column) + 3] = 255;
                    picture[4 * (2 * SIZE * row + SIZE + column) + 3] = 255;
                }
                mkdirSync(folder, { recursive: true });
                const file = join(folder, `${name.replaceAll(" ", "-")}-${minSplatClusterShare}.png`);
                writeFileSync(file, EncodeImage(picture, 2 * SIZE, SIZE));
            }
            scene.dispose();
        }
    }
} finally {
    engine.dispose();
}
