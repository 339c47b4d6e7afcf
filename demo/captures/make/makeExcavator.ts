/**
 * Writes the demo's capture, in the layout of NeRF's Blender scenes with depth, true ids and masks. README.md in the
 * capture's folder describes it.
 *
 *     node demo/headless/run.mjs demo/captures/make/makeExcavator.ts [folder]
 */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PinholeCamera } from "babylon-ultrametric";
import { CAMERA_ANGLE_X } from "./captureCameras";
import { ExcavatorCapture } from "./excavatorCapture";
import { EncodeDepth, EncodeIds, EncodeImage, EncodePoints } from "./fileFormats";
import { AncestorsAt } from "./labeledSurface";
import { SampleSurfacePoints } from "./surfacePoints";

const MIN_VISIBLE_PIXELS = 20;
const POINTS = 8000;
const POINTS_SEED = 7;

const folder = process.argv[2] ?? "demo/captures/excavator";
let bytesWritten = 0;

function write(path: string, content: Uint8Array | string): void {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    bytesWritten += content.length;
}

function threeDigits(index: number): string {
    return String(index).padStart(3, "0");
}

function describeCameras(cameras: readonly PinholeCamera[], split: string): string {
    const frames = cameras.map((camera, i) => {
        const m = [...camera.cameraToWorld];
        return {
            file_path: `./${split}/r_${threeDigits(i)}`,
            rotation: 0,
            transform_matrix: [m.slice(0, 4), m.slice(4, 8), m.slice(8, 12), m.slice(12, 16)],
        };
    });
    return `{"camera_angle_x":${CAMERA_ANGLE_X},"frames":[\n${frames.map((f) => JSON.stringify(f)).join(",\n")}\n]}\n`;
}

const capture = new ExcavatorCapture();
const { nodes, modelToWorld } = capture.surface;
for (const generated of ["train", "val", "gt", "depth", "masks"]) {
    rmSync(join(folder, generated), { recursive: true, force: true });
}

const trainPixels = new Array<number>(nodes.length + 1).fill(0);
const trainViews = new Array<number>(nodes.length + 1).fill(0);
const trainDepths: Float64Array[] = [];
let maskCount = 0;
const levelOf = [0, 1, 2].map((depth) => AncestorsAt(nodes, depth));
for (const [split, cameras] of [
    ["train", capture.trainCameras],
    ["val", capture.heldOutCameras],
] as const) {
    write(`transforms_${split}.json`, describeCameras(cameras, split));
    cameras.forEach((camera, i) => {
        const { width, height } = camera;
        const view = capture.render(camera);
        write(`${split}/r_${threeDigits(i)}.png`, EncodeImage(view.image, width, height));
        write(`depth/${split}_${threeDigits(i)}.f16.gz`, EncodeDepth(view.depth));
        const levels = levelOf.map((ancestor) => view.parts.map((part) => ancestor[part]));
        levels.forEach((ids, level) => {
            write(`gt/${split}_${threeDigits(i)}_l${level}.png`, EncodeIds(ids, width, height));
        });
        if (split === "train") {
            const masks = capture.simulateMasks(i, view.parts);
            const name = `r_${threeDigits(i)}`;
            write(`masks/${name}.json`, `${JSON.stringify({ file_path: `./train/${name}`, width, height, masks })}\n`);
            maskCount += masks.length;
            trainDepths.push(view.depth);
            for (const ids of levels) {
                for (const id of ids) {
                    trainPixels[id] += id > 0 ? 1 : 0;
                }
                for (const id of new Set(ids)) {
                    trainViews[id]++;
                }
            }
        }
    });
}
write(
    "gt/points.ply",
    EncodePoints(
        SampleSurfacePoints(capture.surface, capture.trainCameras, trainDepths, POINTS, POINTS_SEED),
        levelOf[1],
    ),
);

const idsOf = (depth: number): number[] => nodes.filter((node) => node.depth === depth).map((node) => node.id);
const isVisible = (id: number): boolean => trainPixels[id] >= MIN_VISIBLE_PIXELS;
const [scale, x, y, z] = [modelToWorld[0][0], modelToWorld[0][3], modelToWorld[1][3], modelToWorld[2][3]];
const hierarchy = {
    scene: "excavator",
    origin: "A toy excavator built by demo/captures/make/excavator.ts",
    license: "MIT, as the rest of this repository",
    root: 1,
    level_ids: { l0: idsOf(0), l1: idsOf(1), l2: idsOf(2) },
    max_depth: 2,
    counts: {
        nodes: nodes.length,
        l1: idsOf(1).length,
        l2: idsOf(2).length,
        l1_visible: idsOf(1).filter(isVisible).length,
        l2_visible: idsOf(2).filter(isVisible).length,
        triangles: nodes[0].triangles,
        masks: maskCount,
    },
    gltf_to_world: modelToWorld,
    world_to_gltf: [
        [1 / scale, 0, 0, -x / scale],
        [0, 0, 1 / scale, -z / scale],
        [0, -1 / scale, 0, y / scale],
        [0, 0, 0, 1],
    ],
    dropped_gltf_nodes: [],
    cutaway: null,
    nodes: nodes.map((node) => ({
        id: node.id,
        name: node.name,
        gltf_node: node.id - 1,
        parent: node.parent,
        children: node.children,
        depth: node.depth,
        train_pixels: trainPixels[node.id],
        level: node.depth,
        train_views: trainViews[node.id],
        triangles: node.triangles,
        visible: isVisible(node.id),
    })),
};
write("hierarchy.json", `${JSON.stringify(hierarchy, null, 1)}\n`);
console.log(
    `${folder}: ${trainDepths.length} + ${capture.heldOutCameras.length} views, ${hierarchy.counts.l1} groups, ` +
        `${hierarchy.counts.l2} parts, ${hierarchy.counts.triangles} triangles, ` +
        `${(maskCount / trainDepths.length).toFixed(1)} masks a view, ${(bytesWritten / 1e6).toFixed(2)} MB`,
);
for (const node of hierarchy.nodes.filter((n) => n.train_pixels < 400 || n.train_views < 6)) {
    console.log(`  barely visible: ${node.name}, ${node.train_pixels} pixels in ${node.train_views} views`);
}
