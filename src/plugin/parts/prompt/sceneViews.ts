import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { Scene } from "@babylonjs/core/scene";
import type { Pacer } from "../../../compute/base/pacer";
import { RunOnGpuAsync } from "../../../compute/gpu/foreignErrors";
import type { PinholeCamera } from "../../../compute/views/pinholeCamera";
import { DEFAULT_SCENE_CONTENT_OPTIONS, ReadSceneContentAsync } from "../../content/readSceneContent";
import type { ContentItem } from "../../content/sceneContent";
import { ViewRenderer } from "../../sceneCapture/viewRenderer";
import { DEFAULT_VIEW_RENDERER_OPTIONS } from "../../sceneCapture/viewRendererOptions";
import type { ContentLeaves } from "../model/contentLeaves";
import { PixelsOfLeaves, type PromptSplats, type PromptView } from "./promptView";
import { CenterOfLeaves, PinholeOfScene, type PromptViews, TurnCamera } from "./promptViews";

/** The angles at which other sides are looked at, in radians. */
const TURNS = [0.9, -0.9, 1.8] as const;

/** The leaves and the content that {@link SceneViews} draw. */
export interface ViewedContent {
    readonly scene: Scene;
    /** [n, 3] */
    readonly positions: Float32Array;
    readonly content: ContentLeaves;
    /** The transform from the leaves' coordinates into the scene. */
    readonly leavesToScene: Matrix;
    /** The largest difference to a view's depth at which a leaf is visible, world units. */
    readonly depthTolerance: number;
}

/**
 * Draws the content that leaves lie on from the scene's camera and from other sides: off-screen, in its own colors,
 * without part colors, gizmos or anything else that the scene shows. Needs WebGPU.
 */
export class SceneViews implements PromptViews<PromptView> {
    private _renderer: ViewRenderer | null = null;
    private _splats: PromptSplats | null = null;
    private readonly _drawn = new Map<string, PromptView>();

    public constructor(private readonly _viewed: ViewedContent) {}

    public async currentAsync(_leaves: readonly number[], pacer: Pacer): Promise<PromptView | null> {
        const { scene, leavesToScene } = this._viewed;
        const camera = PinholeOfScene(scene, leavesToScene);
        return camera && (await this._drawAsync(camera, pacer));
    }

    public async othersAsync(
        { view }: PromptView,
        leaves: Uint32Array,
        count: number,
        pacer: Pacer,
    ): Promise<PromptView[]> {
        const center = CenterOfLeaves(this._viewed.positions, leaves);
        const views: PromptView[] = [];
        for (const angle of TURNS.slice(0, count)) {
            views.push(await this._drawAsync(TurnCamera(view.camera, center, angle), pacer));
        }
        return views;
    }

    public dispose(): void {
        this._renderer?.dispose();
        this._renderer = null;
        this._drawn.clear();
    }

    private async _drawAsync(camera: PinholeCamera, pacer: Pacer): Promise<PromptView> {
        const { width, height, focalX, cameraToWorld } = camera;
        // Coordinates that differ by rounding are one view.
        const key = [width, height, focalX, ...cameraToWorld].map((value) => value.toPrecision(6)).join(" ");
        const known = this._drawn.get(key);
        if (known) {
            return known;
        }
        const { scene, positions, depthTolerance } = this._viewed;
        const { image, depth, visibility } = await RunOnGpuAsync(
            scene.getEngine() as WebGPUEngine,
            "Drawing the view for the clicks",
            async () => {
                this._renderer ??= await this._createRendererAsync(pacer);
                return this._renderer.renderAsync(camera, pacer);
            },
        );
        await pacer.yieldIfDueAsync();
        const view = { name: "the view", camera, image, depth };
        const pixelOfLeaf = PixelsOfLeaves(positions, view, depthTolerance, this._splats, visibility ?? null);
        const drawn: PromptView = { key, view, pixelOfLeaf, masks: null };
        // The views of one look and its other sides; each has some megabytes.
        for (const oldest of [...this._drawn.keys()].slice(0, Math.max(0, this._drawn.size - TURNS.length))) {
            this._drawn.delete(oldest);
        }
        this._drawn.set(key, drawn);
        return drawn;
    }

    private async _createRendererAsync(pacer: Pacer): Promise<ViewRenderer> {
        const { scene, content, leavesToScene, positions } = this._viewed;
        const upAxis = Math.abs(leavesToScene.m[5]) >= Math.abs(leavesToScene.m[9]) ? "y" : "z";
        const meshes = [...new Set(content.items.map(({ mesh }) => mesh))];
        const options = { ...DEFAULT_SCENE_CONTENT_OPTIONS, upAxis } as const;
        const read = await ReadSceneContentAsync(scene, meshes, options, pacer);
        const hasSplats = read.items.some(({ kind }) => kind === "splats");
        if (hasSplats && areSameItems(read.items, content.items)) {
            this._splats = {
                isSplat: leavesOnSplats(content, positions.length / 3),
                leafOfElement: content.leafOfElement,
            };
        }
        const engine = scene.getEngine() as WebGPUEngine;
        return ViewRenderer.CreateAsync(engine, read, upAxis, DEFAULT_VIEW_RENDERER_OPTIONS, pacer);
    }
}

/** Returns whether the elements of two contents are the same. */
function areSameItems(a: readonly ContentItem[], b: readonly ContentItem[]): boolean {
    return (
        a.length === b.length &&
        a.every(({ mesh, thinInstance, elementCount }, i) => {
            const other = b[i];
            return mesh === other.mesh && thinInstance === other.thinInstance && elementCount === other.elementCount;
        })
    );
}

/** Returns [leaves] 1 for leaves that lie on splats. */
function leavesOnSplats({ capture, items }: ContentLeaves, leafCount: number): Uint8Array {
    const isSplat = new Uint8Array(leafCount);
    const { elements } = capture;
    for (const { kind, firstElement, elementCount } of items) {
        for (let leaf = 0; kind === "splats" && leaf < elements.length; leaf++) {
            if (elements[leaf] >= firstElement && elements[leaf] < firstElement + elementCount) {
                isSplat[leaf] = 1;
            }
        }
    }
    return isSplat;
}
