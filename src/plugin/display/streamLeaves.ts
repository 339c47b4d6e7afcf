import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { Logger } from "@babylonjs/core/Misc/logger";
import type { Observer } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";
import { RunCoroutineAsync } from "../../compute/base/coroutine";
import { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { GpuArray } from "../../compute/gpu/gpuArray";
import type { LeafCarrier } from "../../compute/hierarchy/cut/leafCarrier";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import { type SplatPlaces, SplatPlacesOf } from "../content/splatPlaces";
import { type StreamSlots, StreamSlotsOf } from "../content/streamSlots";

/** The leaf of slots whose splats follow none yet, as in splatColors.vertex.wgsl. */
const NO_LEAF = 0xffffffff;
/** The number of splats that get their leaves at once. */
const SPLATS_PER_STEP = 1 << 13;

/**
 * The leaf that each slot of a stream follows. Blocks of splats come and go with the levels of detail; those that came
 * are carried to, see LeafCarrier, in time slices, and look as they are until then. Takes 20 bytes per slot of the
 * stream's buffer, whose size the stream bounds, and the leaves' tree once.
 */
export class StreamLeaves {
    /** [slots + 1] the leaf of each slot on the GPU. */
    public readonly leafOfSlot: GpuArray<"u32">;
    private readonly _leaves: Uint32Array<ArrayBuffer>;
    /** [slots, 3] the bits of the center of the splat that each slot's leaf was found for. */
    private readonly _knownCenters: Uint32Array;
    private readonly _sceneToLeaves: Matrix;
    /** The places of the stream when the leaves were read; both move together from then on. */
    private readonly _places: SplatPlaces;
    private readonly _observer: Observer<Scene> | null;
    private readonly _abort = new AbortController();
    private _carrier: LeafCarrier | null = null;
    private _seen: Uint32Array | null = null;
    private _run: Promise<void> | null = null;

    /**
     * @param leavesToScene the transform from the leaves' coordinates into the scene
     * @throws UltrametricError "input" if the stream shows nothing yet, "limits"
     */
    public constructor(
        private readonly _stream: GaussianSplattingMesh,
        private readonly _hierarchy: Pick<SegmentationHierarchy, "positions" | "colors">,
        leavesToScene: Matrix,
    ) {
        const slots = StreamSlotsOf(_stream);
        if (!slots) {
            throw new UltrametricError(
                "input",
                `The stream "${_stream.name}" shows no splats yet; wait for stream.whenSettledAsync() first.`,
            );
        }
        const count = slots.centers.length / 4;
        this._sceneToLeaves = Matrix.Invert(leavesToScene);
        this._places = SplatPlacesOf(_stream);
        this._leaves = new Uint32Array(count).fill(NO_LEAF);
        this._knownCenters = new Uint32Array(3 * count);
        const engine = _stream.getEngine() as WebGPUEngine;
        // One more: the sort pads its last batch with an index past the end.
        this.leafOfSlot = new GpuArray(engine, "u32", [count + 1], { label: "leaves of slots" });
        this.leafOfSlot.upload(this._leaves);
        this._observer = _stream.getScene().onBeforeRenderObservable.add(() => this._update());
        this._update();
    }

    /** Resolves when all splats that the stream shows by then follow leaves. */
    public async whenCarriedAsync(): Promise<void> {
        this._update();
        while (this._run) {
            await this._run;
        }
    }

    public dispose(): void {
        this._observer?.remove();
        this._abort.abort();
        this.leafOfSlot.dispose();
    }

    /** Starts to carry if the stream shows other slots than before. */
    private _update(): void {
        const slots = this._slots();
        if (slots && slots.shown !== this._seen) {
            this._seen = slots.shown;
            this._forgetMoved(slots);
            this._run ??= this._carryAsync();
        }
    }

    /** The slots; null for a disposed stream. The buffer keeps its size for the lifetime of a stream. */
    private _slots(): StreamSlots | null {
        const slots = this._stream.isDisposed() || this._abort.signal.aborted ? null : StreamSlotsOf(this._stream);
        return slots && slots.centers.length === 4 * this._leaves.length ? slots : null;
    }

    /** Slots that hold another splat than before follow no leaf. */
    private _forgetMoved({ centers, shown }: StreamSlots): void {
        const bits = new Uint32Array(centers.buffer, centers.byteOffset, centers.length);
        for (let r = 0; r < shown.length; r += 2) {
            const end = shown[r] + shown[r + 1];
            let hasMoved = false;
            for (let slot = shown[r]; slot < end; slot++) {
                if (this._leaves[slot] !== NO_LEAF && !this._isKnown(bits, slot)) {
                    this._leaves[slot] = NO_LEAF;
                    hasMoved = true;
                }
            }
            if (hasMoved) {
                this.leafOfSlot.upload(this._leaves.subarray(shown[r], end), shown[r]);
            }
        }
    }

    private _isKnown(bits: Uint32Array, slot: number): boolean {
        return (
            bits[4 * slot] === this._knownCenters[3 * slot] &&
            bits[4 * slot + 1] === this._knownCenters[3 * slot + 1] &&
            bits[4 * slot + 2] === this._knownCenters[3 * slot + 2]
        );
    }

    private async _carryAsync(): Promise<void> {
        const pacer = new Pacer(`Carrying parts to "${this._stream.name}"`, this._abort.signal);
        try {
            await pacer.yieldAsync(); // a frame may be in progress
            const { positions, colors } = this._hierarchy;
            const { LeafCarrier } = await import("../../compute/hierarchy/cut/leafCarrier");
            this._carrier ??= await RunCoroutineAsync(
                LeafCarrier.CreateCoroutine({ positions, colors, normals: null }),
                pacer,
            );
            for (let slots = this._nextSlots(); slots.length > 0; slots = this._nextSlots()) {
                await this._carrySlotsAsync(this._carrier, slots, pacer);
            }
        } catch (error) {
            if (!this._abort.signal.aborted && !this._stream.isDisposed()) {
                Logger.Warn(`Parts cannot be carried to "${this._stream.name}": ${(error as Error).message}`);
            }
        } finally {
            this._run = null;
        }
    }

    /** Returns some of the shown slots without a leaf, ascending. */
    private _nextSlots(): Uint32Array {
        const found: number[] = [];
        const { shown } = this._slots() ?? { shown: [] };
        for (let r = 0; r < shown.length; r += 2) {
            for (let slot = shown[r]; slot < shown[r] + shown[r + 1]; slot++) {
                if (this._leaves[slot] === NO_LEAF && found.push(slot) === SPLATS_PER_STEP) {
                    return Uint32Array.from(found);
                }
            }
        }
        return Uint32Array.from(found);
    }

    private async _carrySlotsAsync(carrier: LeafCarrier, slots: Uint32Array, pacer: Pacer): Promise<void> {
        // Only applications with streams load these.
        const [{ ReadSlotsAsync }, { LookOfSplatsAsync }] = await Promise.all([
            import("../content/splatStream"),
            import("../content/readSplats"),
        ]);
        const splats = await ReadSlotsAsync(this._stream, slots, pacer);
        if (!splats) {
            return;
        }
        const centers = new Uint32Array(splats.positions.slice().buffer);
        const look = await LookOfSplatsAsync(this._stream, splats, this._places, this._sceneToLeaves, pacer);
        const carried = await RunCoroutineAsync(carrier.carryCoroutine(look), pacer);
        for (const [i, slot] of slots.entries()) {
            this._leaves[slot] = carried[i];
            this._knownCenters.set(centers.subarray(3 * i, 3 * i + 3), 3 * slot);
        }
        const present = this._slots();
        if (present) {
            this._forgetMoved(present); // what came meanwhile is next
            this.leafOfSlot.upload(this._leaves.subarray(slots[0], slots[slots.length - 1] + 1), slots[0]);
        }
    }
}
