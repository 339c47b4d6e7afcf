import type { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { VertexData } from "@babylonjs/core/Meshes/mesh.vertexData";
import { Scene } from "@babylonjs/core/scene";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FindContentBox, FindLeafBox } from "../../demo/viewer/camera/contentBox";
import { type Box, CornersOfBox, type PageRectangle, type PageSize } from "../../demo/viewer/camera/fitBox";
import { FIRST_DIRECTION, ViewCamera } from "../../demo/viewer/camera/viewCamera";
import { CreateRandom } from "../../src/compute/base/random";

/** The cards of the page at its usual places: title, tools, slider, and an open list of parts. */
function cardsOf({ width, height }: PageSize, hasList: boolean): PageRectangle[] {
    const isPhone = width <= 840;
    return [
        { left: 20, top: 20, right: 20 + Math.min(320, width - 40), bottom: 90 },
        isPhone
            ? { left: 20, top: height - 260, right: width - 20, bottom: height - 170 }
            : { left: width - 700, top: 20, right: width - 20, bottom: 68 },
        { left: (width - 480) / 2, top: height - 130, right: (width + 480) / 2, bottom: height - 20 },
        ...(hasList ? [{ left: width - 360, top: 96, right: width - 20, bottom: height - 140 }] : []),
    ];
}

/** Returns the places of a box's corners on the page, as Babylon draws them. */
function cornersOnPage(camera: ArcRotateCamera, box: Box, { width, height }: PageSize): Vector3[] {
    camera.update();
    const view = camera.getViewMatrix(true);
    const aspect = width / height;
    const lens = Matrix.PerspectiveFovLH(camera.fov, aspect, camera.minZ, camera.maxZ, true);
    return CornersOfBox(box).map((corner) => {
        const at = Vector3.TransformCoordinates(corner, view.multiply(lens));
        return new Vector3(((1 + at.x) / 2) * width, ((1 - at.y) / 2) * height, at.z);
    });
}

function overlaps(points: readonly Vector3[], { left, top, right, bottom }: PageRectangle): boolean {
    const [x, y] = [points.map((point) => point.x), points.map((point) => point.y)];
    return Math.min(...x) < right && Math.max(...x) > left && Math.min(...y) < bottom && Math.max(...y) > top;
}

const PAGES: readonly PageSize[] = [
    { width: 1920, height: 1080 },
    { width: 1100, height: 700 },
    { width: 900, height: 1200 },
    { width: 420, height: 800 },
    { width: 2560, height: 600 },
];

describe("the view of content that was opened", () => {
    let engine: NullEngine;
    let scene: Scene;
    let space: { page: PageSize; cards: PageRectangle[] };
    let view: ViewCamera;
    beforeAll(() => {
        engine = new NullEngine();
        scene = new Scene(engine);
        view = new ViewCamera(scene, () => space);
    });
    afterAll(() => engine.dispose());

    it("shows all corners between the cards, from the same direction, for any box and page", () => {
        const random = CreateRandom(7);
        const sizes = [
            [1, 1, 1],
            [1, 40, 1], // a tower
            [40, 0, 40], // a plate
            [60, 1, 1],
            [1, 1, 60],
            [1e-4, 2e-4, 1e-4],
            [5e5, 1e5, 2e5],
        ];
        for (let i = 0; i < 20; i++) {
            sizes.push([random(), random(), random()].map((value) => 10 ** (4 * value - 2)));
        }
        for (const page of PAGES) {
            for (const hasList of [false, true]) {
                space = { page, cards: cardsOf(page, hasList && page.width > 840) };
                for (const size of sizes) {
                    const low = new Vector3(random() - 0.5, random() - 0.5, random() - 0.5).scale(3 * size[0]);
                    const box = { low, high: low.add(Vector3.FromArray(size)) };
                    view.camera.alpha += 2;
                    view.frame(box, FIRST_DIRECTION);
                    const what = `${size} on ${page.width} x ${page.height}`;
                    expect(view.camera.alpha, what).toBeCloseTo(FIRST_DIRECTION.alpha, 6);
                    expect(view.camera.beta, what).toBeCloseTo(FIRST_DIRECTION.beta, 6);
                    const corners = cornersOnPage(view.camera, box, page);
                    for (const { x, y, z } of corners) {
                        expect(x >= 0 && x <= page.width && y >= 0 && y <= page.height, what).toBe(true);
                        expect(z > 0 && z < 1, what).toBe(true);
                    }
                    for (const card of space.cards) {
                        expect(overlaps(corners, card), what).toBe(false);
                    }
                }
            }
        }
    });

    it("fills the free space, and keeps the center there at any distance", () => {
        space = { page: { width: 1000, height: 800 }, cards: [{ left: 600, top: 0, right: 1000, bottom: 800 }] };
        const box = { low: new Vector3(-1, -2, -1), high: new Vector3(1, 2, 1) };
        view.frame(box, FIRST_DIRECTION);
        const ys = cornersOnPage(view.camera, box, space.page).map(({ y }) => y);
        expect(Math.max(...ys) - Math.min(...ys)).toBeGreaterThan(760);
        const center = { low: Vector3.Zero(), high: Vector3.Zero() };
        const [before] = cornersOnPage(view.camera, center, space.page);
        view.camera.radius /= 5;
        const [after] = cornersOnPage(view.camera, center, space.page);
        expect(after.x).toBeCloseTo(before.x, 2);
        expect(after.y).toBeCloseTo(before.y, 2);
    });

    it("counts as moved after a zoom or a pan, not after a turn, and fits another page only then", () => {
        space = { page: { width: 1000, height: 800 }, cards: [] };
        const box = { low: new Vector3(-1, -1, -1), high: new Vector3(1, 1, 1) };
        view.frame(box, FIRST_DIRECTION);
        const { radius } = view.camera;
        view.camera.alpha += 1;
        expect(view.isMoved).toBe(false);
        space = { page: { width: 400, height: 800 }, cards: [] };
        view.refit();
        expect(view.camera.radius).toBeGreaterThan(1.3 * radius);
        expect(view.camera.alpha).toBeCloseTo(FIRST_DIRECTION.alpha + 1, 6);
        view.camera.radius *= 0.7;
        expect(view.isMoved).toBe(true);
        const zoomed = view.camera.radius;
        view.refit();
        expect(view.camera.radius).toBe(zoomed);
    });

    it("keeps the size of the content without perspective", () => {
        space = { page: { width: 1000, height: 800 }, cards: [] };
        const flat = { low: new Vector3(-1, -1, 0), high: new Vector3(1, 1, 0) };
        view.frame(flat, { alpha: Math.PI / 2, beta: Math.PI / 2 });
        const before = cornersOnPage(view.camera, flat, space.page);
        view.isFlat = true;
        const after = cornersOnPage(view.camera, flat, space.page);
        after.forEach((corner, i) => {
            expect(corner.x).toBeCloseTo(before[i].x, 1);
            expect(corner.y).toBeCloseTo(before[i].y, 1);
        });
        expect(view.isMoved).toBe(false);
        view.isFlat = false;
    });

    it("holds all leaves in a hull that is closer than their box", () => {
        const random = CreateRandom(5);
        const sphere = Array.from({ length: 4000 }, () => {
            const direction = new Vector3(random() - 0.5, random() - 0.5, random() - 0.5).normalize();
            return direction.scaleInPlace(random());
        });
        const world = Matrix.Scaling(-2, 2, 2).multiply(Matrix.Translation(5, 0, 0));
        const box = FindLeafBox(Float32Array.from(sphere.flatMap((point) => point.asArray())), world)!;
        space = { page: { width: 1000, height: 800 }, cards: [] };
        view.frame(box, FIRST_DIRECTION);
        const shown = sphere.map((point) => Vector3.TransformCoordinates(point, world));
        const corners = shown.flatMap(
            (point) => cornersOnPage(view.camera, { low: point, high: point }, space.page)[0],
        );
        expect(Math.min(...corners.map(({ y }) => y))).toBeGreaterThan(10);
        expect(Math.max(...corners.map(({ y }) => y))).toBeLessThan(790);
        expect(Math.max(...corners.map(({ y }) => y)) - Math.min(...corners.map(({ y }) => y))).toBeGreaterThan(720);
    });

    it("leaves out hidden meshes and a few far points", () => {
        const mesh = (positions: number[], isHidden: boolean): Mesh => {
            const made = new Mesh("content", scene);
            Object.assign(new VertexData(), { positions }).applyToMesh(made);
            made.isVisible = !isHidden;
            return made;
        };
        const random = CreateRandom(3);
        const points = Array.from({ length: 3000 }, () => random());
        const far = [...points, 900, 0, 0, 0, 0, -900];
        const box = FindContentBox([mesh(far, false), mesh([0, 0, 0, 0, 50, 0], true)])!;
        expect(Math.max(...box.high.subtract(box.low).asArray())).toBeLessThan(1.2);
        const all = FindContentBox([mesh(points, false)])!;
        expect(all.high.x).toBeCloseTo(Math.max(...points.filter((_, i) => i % 3 === 0)), 6);
        expect(FindContentBox([mesh([0, 0, 0], true)])).toBeNull();
    });
});
