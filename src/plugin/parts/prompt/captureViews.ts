import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { Scene } from "@babylonjs/core/scene";
import type { Pacer } from "../../../compute/base/pacer";
import type { MaskSet } from "../../../compute/masks/maskSet";
import type { Capture } from "../../../compute/views/capture";
import type { PinholeCamera } from "../../../compute/views/pinholeCamera";
import { PixelsOfLeaves, type PromptView, UNSEEN_PIXEL } from "./promptView";
import { CenterOfLeaves, PinholeOfScene, type PromptViews } from "./promptViews";

/** The largest cosine of the angle between the directions of two views of other sides. */
const MAX_SAME_SIDE = 0.85;
/** The number of views whose leaves are looked for, nearest first, when some leaves must be seen. */
const TRIED_VIEWS = 8;

/** The views of a capture, and their masks, that clicks can be answered in. */
export interface ViewedCapture {
    readonly capture: Capture;
    /** The masks of the views; null for none. */
    readonly masks: MaskSet | null;
}

/** The views of a capture from files: the pictures that its leaves come from. */
export class CaptureViews implements PromptViews<PromptView> {
    private readonly _views = new Map<number, PromptView>();

    /**
     * @param _positions [n, 3]
     * @param _lookOf returns the camera that the person looks through, in the world of the leaves; null if unknown
     * @param _depthTolerance the largest difference to a view's depth at which a leaf is visible, world units
     */
    public constructor(
        private readonly _viewed: ViewedCapture,
        private readonly _positions: Float32Array,
        private readonly _lookOf: () => PinholeCamera | null,
        private readonly _depthTolerance: number,
    ) {}

    /** Creates the views for the camera of a scene. */
    public static InScene(
        viewed: ViewedCapture,
        positions: Float32Array,
        scene: Scene,
        leavesToScene: Matrix,
        depthTolerance: number,
    ): CaptureViews {
        return new CaptureViews(viewed, positions, () => PinholeOfScene(scene, leavesToScene), depthTolerance);
    }

    public async currentAsync(leaves: readonly number[], pacer: Pacer): Promise<PromptView | null> {
        const look = this._lookOf();
        const center = CenterOfLeaves(this._positions, leaves.length > 0 ? leaves : indicesOf(this._positions));
        const from = look && directionTo(look.position, center);
        let best: PromptView | null = null;
        let mostSeen = -1;
        for (const index of this._byDirection(center, from).slice(0, TRIED_VIEWS)) {
            const view = this._viewOf(index);
            const seen = leaves.filter((leaf) => view.pixelOfLeaf[leaf] !== UNSEEN_PIXEL).length;
            if (seen > mostSeen) {
                best = view;
                mostSeen = seen;
            }
            if (mostSeen === leaves.length) {
                break;
            }
            await pacer.yieldIfDueAsync();
        }
        return mostSeen > 0 || leaves.length === 0 ? best : null;
    }

    public async othersAsync(
        current: PromptView,
        leaves: Uint32Array,
        count: number,
        pacer: Pacer,
    ): Promise<PromptView[]> {
        const center = CenterOfLeaves(this._positions, leaves);
        const sides = [directionTo(current.view.camera.position, center)];
        const found: PromptView[] = [];
        for (const index of this._byDirection(center, sides[0])) {
            const side = directionTo(this._viewed.capture.views[index].camera.position, center);
            if (found.length === count) {
                break;
            }
            if (sides.every((other) => dot(side, other) < MAX_SAME_SIDE)) {
                const view = this._viewOf(index);
                await pacer.yieldIfDueAsync();
                if (leaves.some((leaf) => view.pixelOfLeaf[leaf] !== UNSEEN_PIXEL)) {
                    sides.push(side);
                    found.push(view);
                }
            }
        }
        return found;
    }

    public dispose(): void {
        this._views.clear();
    }

    /** Returns the indices of the views with depth, those that look from about the same side first. */
    private _byDirection(center: readonly number[], from: readonly number[] | null): number[] {
        const { views } = this._viewed.capture;
        return views
            .map((view, index) => ({
                index,
                near: from ? dot(directionTo(view.camera.position, center), from) : 0,
                hasDepth: view.depth !== null,
            }))
            .filter(({ hasDepth }) => hasDepth)
            .sort((a, b) => b.near - a.near)
            .map(({ index }) => index);
    }

    private _viewOf(index: number): PromptView {
        let found = this._views.get(index);
        if (!found) {
            const { capture, masks } = this._viewed;
            const view = capture.views[index];
            const pixelOfLeaf = PixelsOfLeaves(this._positions, view, this._depthTolerance);
            found = { key: `${index}`, view, pixelOfLeaf, masks: masks?.views[index] ?? null };
            this._views.set(index, found);
        }
        return found;
    }
}

function indicesOf(positions: Float32Array): number[] {
    const count = positions.length / 3;
    return Array.from({ length: Math.min(count, 1024) }, (_, i) => Math.floor((i * count) / Math.min(count, 1024)));
}

function directionTo(from: readonly number[], to: readonly number[]): number[] {
    const offset = to.map((value, a) => value - from[a]);
    const length = Math.hypot(...offset) || 1;
    return offset.map((value) => value / length);
}

function dot(a: readonly number[], b: readonly number[]): number {
    return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
