import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { decode } from "fast-png";
import { beforeAll, describe, expect, it } from "vitest";
import { ExcavatorCapture } from "../../demo/captures/make/excavatorCapture";
import { EncodePoints, ToHalf } from "../../demo/captures/make/fileFormats";
import { AncestorsAt } from "../../demo/captures/make/labeledSurface";
import { RayCaster } from "../../demo/captures/make/rayCaster";
import type { RenderedView } from "../../demo/captures/make/renderView";
import { CreateRandom } from "../../src/compute/base/random";
import { CountDifferent } from "../support/arrays";
import { EXCAVATOR_FOLDER, ReadExcavatorIds } from "../support/excavatorFiles";

const VIEW = 17;
const name = String(VIEW).padStart(3, "0");

interface HierarchyFile {
    level_ids: Record<string, number[]>;
    max_depth: number;
    gltf_to_world: number[][];
    world_to_gltf: number[][];
    nodes: {
        id: number;
        name: string;
        parent: number | null;
        children: number[];
        depth: number;
        triangles: number;
        train_pixels: number;
        train_views: number;
        visible: boolean;
    }[];
}

function ReadJson<T>(path: string): T {
    return JSON.parse(readFileSync(join(EXCAVATOR_FOLDER, path), "utf8")) as T;
}

describe("the demo's capture", () => {
    const hierarchy = ReadJson<HierarchyFile>("hierarchy.json");
    let capture: ExcavatorCapture;
    let view: RenderedView;

    beforeAll(() => {
        capture = new ExcavatorCapture();
        view = capture.render(capture.trainCameras[VIEW]);
    }, 60_000);

    // JavaScript engines may round sines differently in the last bit, which can move a ray at an edge to the other
    // side; the engine that wrote the files gives no difference.
    const GRAZING_PIXELS = 8;

    it("equals what the generator renders: ids, depth and colors of a view", () => {
        const ids = [0, 1, 2].map((level) => ReadExcavatorIds("train", name, level));
        for (const [level, stored] of ids.entries()) {
            const ancestor = AncestorsAt(capture.surface.nodes, level);
            const rendered = view.parts.map((part) => ancestor[part]);
            expect(CountDifferent(rendered, stored)).toBeLessThanOrEqual(GRAZING_PIXELS);
        }
        expect(new Set(ids[2]).size).toBeGreaterThan(20);

        const bytes = gunzipSync(readFileSync(join(EXCAVATOR_FOLDER, `depth/train_${name}.f16.gz`)));
        const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
        // One step of a float16: a depth that lies halfway may round either way.
        expect(CountDifferent(Uint16Array.from(view.depth, ToHalf), halves, 1)).toBeLessThanOrEqual(GRAZING_PIXELS);

        const image = decode(readFileSync(join(EXCAVATOR_FOLDER, `train/r_${name}.png`)));
        expect([image.width, image.height, image.channels, image.depth]).toEqual([200, 200, 4, 8]);
        // Nine rays a pixel may graze, each in four channels.
        expect(CountDifferent(view.image, image.data, 1)).toBeLessThanOrEqual(4 * 9 * GRAZING_PIXELS);
    });

    it("stores the cameras that it was rendered with", () => {
        for (const [split, cameras] of [
            ["train", capture.trainCameras],
            ["val", capture.heldOutCameras],
        ] as const) {
            const file = ReadJson<{ camera_angle_x: number; frames: { transform_matrix: number[][] }[] }>(
                `transforms_${split}.json`,
            );
            expect(100 / Math.tan(file.camera_angle_x / 2)).toBeCloseTo(cameras[0].focalX, 9);
            expect(file.frames.length).toBe(cameras.length);
            file.frames.forEach((frame, i) => {
                const difference = CountDifferent(frame.transform_matrix.flat(), cameras[i].cameraToWorld, 2e-9);
                expect(difference, `${split} view ${i}`).toBe(0);
                expect(Math.hypot(...cameras[i].position)).toBeCloseTo(4, 6);
            });
        }
    });

    it("has three levels, 7 to 10 groups and 35 to 50 parts, all of them visible", () => {
        const { nodes } = hierarchy;
        expect(nodes.map((node) => [node.name, node.parent, node.depth, node.triangles])).toEqual(
            capture.surface.nodes.map((node) => [node.name, node.parent, node.depth, node.triangles]),
        );
        expect(hierarchy.max_depth).toBe(2);
        expect(hierarchy.level_ids.l0).toEqual([1]);
        expect(hierarchy.level_ids.l1.length).toBeGreaterThanOrEqual(7);
        expect(hierarchy.level_ids.l1.length).toBeLessThanOrEqual(10);
        expect(hierarchy.level_ids.l2.length).toBeGreaterThanOrEqual(35);
        expect(hierarchy.level_ids.l2.length).toBeLessThanOrEqual(50);
        for (const node of nodes) {
            expect(hierarchy.level_ids[`l${node.depth}`]).toContain(node.id);
            expect(node.children.length > 0).toBe(node.depth < 2);
            expect(
                node.children.every((child) => nodes[child - 1].parent === node.id),
                node.name,
            ).toBe(true);
            expect(node.visible, node.name).toBe(true);
            expect(node.train_pixels, node.name).toBeGreaterThanOrEqual(100);
            expect(node.train_views, node.name).toBeGreaterThanOrEqual(5);
        }
        const seen = new Set<number>();
        for (let i = 0; i < capture.heldOutCameras.length; i++) {
            for (const id of ReadExcavatorIds("val", String(i).padStart(3, "0"), 2)) {
                seen.add(id);
            }
        }
        seen.delete(0);
        expect([...seen].sort((a, b) => a - b)).toEqual(hierarchy.level_ids.l2);
    });

    it("lies inside the sphere of radius 1.3, rotated from y up to z up", () => {
        const { corners, modelToWorld } = capture.surface;
        let farthest = 0;
        for (let i = 0; i < corners.length; i += 3) {
            farthest = Math.max(farthest, Math.hypot(corners[i], corners[i + 1], corners[i + 2]));
        }
        expect(farthest).toBeCloseTo(1.3, 9);
        const product = hierarchy.gltf_to_world.map((row) =>
            [0, 1, 2, 3].map((k) => row.reduce((sum, value, j) => sum + value * hierarchy.world_to_gltf[j][k], 0)),
        );
        expect(
            CountDifferent(
                product.flat(),
                [0, 1, 2, 3].flatMap((i) => [0, 1, 2, 3].map((k) => (i === k ? 1 : 0))),
                1e-12,
            ),
        ).toBe(0);
        expect(modelToWorld[2][1]).toBeGreaterThan(0);
        const header = new TextDecoder("latin1").decode(
            readFileSync(join(EXCAVATOR_FOLDER, "gt/points.ply")).subarray(0, 200),
        );
        expect(header.slice(0, header.indexOf("end_header") + 11)).toBe(
            new TextDecoder().decode(EncodePoints([], new Uint16Array(1))).replace("vertex 0", "vertex 8000"),
        );
    });

    it("stays small enough to ship with the demo", () => {
        const files = readdirSync(EXCAVATOR_FOLDER, { recursive: true, encoding: "utf8" }).map((path) =>
            statSync(join(EXCAVATOR_FOLDER, path)),
        );
        const bytes = files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
        expect(bytes).toBeLessThan(4.5e6); // 2.4 MB of it is the segmentation
    });
});

describe("the capture's ray caster", () => {
    it("finds the nearest triangle, like a search of all of them", () => {
        const seed = 11;
        const random = CreateRandom(seed);
        const count = 257;
        const corners = Float64Array.from({ length: count * 9 }, (_, i) => random() + (i % 9 < 3 ? 0 : 0.2 * random()));
        const caster = new RayCaster(corners);
        const alone = Array.from({ length: count }, (_, i) => new RayCaster(corners.slice(i * 9, i * 9 + 9)));
        let hits = 0;
        for (let ray = 0; ray < 300; ray++) {
            const [ox, oy, oz] = [random() - 1, random() - 1, random() - 1];
            const [dx, dy, dz] = [random() - ox, random() - oy, random() - oz];
            const distances = alone.map((one) => one.cast(ox, oy, oz, dx, dy, dz).distance);
            const nearest = Math.min(...distances);
            const hit = caster.cast(ox, oy, oz, dx, dy, dz);
            expect(hit.distance, `seed ${seed}, ray ${ray}`).toBe(nearest);
            expect(hit.triangle, `seed ${seed}, ray ${ray}`).toBe(nearest < Infinity ? distances.indexOf(nearest) : -1);
            hits += hit.triangle >= 0 ? 1 : 0;
        }
        expect(hits).toBeGreaterThan(100);
        expect(hits).toBeLessThan(300);
    });

    it("rounds depths to the nearest float16, ties to even", () => {
        expect([0, 1, 2, 3.5, 1 + 1 / 2048, 1 + 3 / 2048, 2 - 1 / 4096].map(ToHalf)).toEqual([
            0, 0x3c00, 0x4000, 0x4300, 0x3c00, 0x3c02, 0x4000,
        ]);
    });
});
