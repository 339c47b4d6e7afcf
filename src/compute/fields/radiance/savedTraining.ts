import { UltrametricError } from "../../base/ultrametricError";
import type { Capture, View } from "../../views/capture";
import { FieldBytes, type FieldFormat, WriteFieldBytes } from "../shared/fieldBytes";
import type { OccupancyTraining } from "./occupancyTraining";
import type { RadianceFieldOptions, RadianceTrainingOptions } from "./radianceFieldOptions";
import type { RadianceViews } from "./radianceViews";

/** "UMRT" */
const FORMAT: FieldFormat = { kind: "radiance field in training", magic: 0x54524d55, version: 2 };

/** What the views are told by, which are not saved. */
interface ViewsMark {
    /** Name of their capture. */
    readonly capture: string;
    /** Names of the views, in the order of the training. */
    readonly views: readonly string[];
    /** Pixels of all views. */
    readonly pixels: number;
    /** Lowest corner and side of the box of the scene, world units. */
    readonly low: readonly number[];
    readonly extent: number;
}

/** What is known of a saved training beside its arrays. */
interface TrainingHeader {
    readonly field: RadianceFieldOptions;
    readonly training: RadianceTrainingOptions;
    readonly views: ViewsMark;
    readonly steps: number;
    readonly looks: OccupancyTraining["progress"];
    /** Elements of each array. */
    readonly lengths: readonly number[];
}

/** Boxes are the same up to so much of their side: pictures are not decoded to the same bits everywhere. */
const SAME_BOX = 1e-3;

/**
 * A radiance field in training as it was saved, before anything of it is on a GPU: whose it is can be told, and what is none, or of another capture, refused.
 * "UMRT"; options, views, box and counts; the field, what Adam knows, the cells' densities, the losses so far. See WriteFieldBytes.
 */
export class SavedTraining {
    /** What was saved beside the arrays. */
    public readonly header: TrainingHeader;
    private readonly _bytes: FieldBytes;

    /** @throws UltrametricError "input" when the bytes are of no training, or cut off */
    public constructor(bytes: Uint8Array) {
        this._bytes = new FieldBytes(FORMAT, bytes);
        this.header = this._bytes.header as TrainingHeader;
        this._bytes.check(this.header.lengths);
    }

    /** Name of the capture that it learned from. */
    public get captureName(): string {
        return this.header.views.capture;
    }

    /** The bytes of a training of these views. */
    public static Write(
        views: RadianceViews,
        header: Omit<TrainingHeader, "views" | "lengths">,
        arrays: readonly (Float32Array | Uint32Array)[],
    ): Uint8Array<ArrayBuffer> {
        const lengths = arrays.map(({ length }) => length);
        return WriteFieldBytes(FORMAT, { ...header, views: mark(views), lengths } satisfies TrainingHeader, arrays);
    }

    /** The arrays, each a copy. */
    public readArrays(): ArrayBuffer[] {
        return this._bytes.split(this.header.lengths);
    }

    /**
     * A capture with its views parted as they were in the training: those that it learned from, in its order, and all others held out.
     * @throws UltrametricError "input" that names the capture that it learned from, where a view of that is missing
     */
    public part(capture: Capture): Capture {
        const { views } = this.header.views;
        const byName = new Map<string, View>();
        for (const view of [...capture.views, ...capture.heldOutViews]) {
            byName.set(view.name, view);
        }
        const missing = views.filter((name) => !byName.has(name));
        if (missing.length > 0) {
            throw this._refusal(
                `"${capture.name}" lacks ${missing.length} of these views, the first of them "${missing[0]}"`,
            );
        }
        const learned = views.map((name) => byName.get(name)!);
        return { ...capture, views: learned, heldOutViews: [...byName.values()].filter((v) => !learned.includes(v)) };
    }

    /** @throws UltrametricError "input" that names the capture that it learned from, unless these are its views */
    public check(given: RadianceViews): void {
        const [saved, found] = [this.header.views, mark(given)];
        const isSame = (a: number, b: number): boolean => Math.abs(a - b) <= SAME_BOX * saved.extent;
        if (
            saved.pixels !== found.pixels ||
            saved.views.length !== found.views.length ||
            saved.views.some((name, i) => name !== found.views[i]) ||
            !isSame(saved.extent, found.extent) ||
            saved.low.some((value, axis) => !isSame(value, found.low[axis]))
        ) {
            throw this._refusal(`those of "${found.capture}" are ${describe(found)}`);
        }
    }

    private _refusal(problem: string): UltrametricError {
        const { views } = this.header;
        return new UltrametricError(
            "input",
            `This radiance field belongs to the capture "${views.capture}": it was trained on ${describe(views)}; ${problem}. ` +
                `Open the pictures of "${views.capture}" first, read with the same options, then this file.`,
        );
    }
}

function mark({ name, views, pixels, bounds }: RadianceViews): ViewsMark {
    return {
        capture: name,
        views: views.map((view) => view.name),
        pixels: pixels.length,
        low: bounds.cube.low,
        extent: bounds.cube.extent,
    };
}

function describe({ views, pixels, low, extent }: ViewsMark): string {
    const corner = low.map((value) => value.toPrecision(4)).join(", ");
    return `${views.length} views with ${pixels} pixels and a box of side ${extent.toPrecision(4)} from (${corner})`;
}
