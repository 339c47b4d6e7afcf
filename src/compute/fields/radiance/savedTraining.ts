import type { JsonNode } from "../../base/jsonNode";
import { UltrametricError } from "../../base/ultrametricError";
import { UnitCube } from "../../bounds/unitCube";
import type { Capture, View } from "../../views/capture";
import { FieldBytes, type FieldFormat, WriteFieldBytes } from "../shared/fieldBytes";
import type { OccupancyTraining } from "./occupancyTraining";
import {
    DEFAULT_RADIANCE_FIELD_OPTIONS,
    DEFAULT_RADIANCE_TRAINING_OPTIONS,
    type RadianceFieldOptions,
    type RadianceTrainingOptions,
} from "./radianceFieldOptions";
import type { RadianceViews } from "./radianceViews";

/** "UMRT" */
const FORMAT: FieldFormat = { kind: "radiance field in training", magic: 0x54524d55, version: 2 };

/** The identity of the views, which are not saved themselves. */
interface ViewsIdentity {
    /** Name of the capture. */
    readonly capture: string;
    /** Names of the views, in the order of the training. */
    readonly views: readonly string[];
    /** Number of pixels of all views. */
    readonly pixels: number;
    /** Lowest corner and side of the cube of the scene, in world units. */
    readonly low: readonly number[];
    readonly extent: number;
}

/** The header of a saved training. */
interface TrainingHeader {
    readonly field: RadianceFieldOptions;
    readonly training: RadianceTrainingOptions;
    readonly views: ViewsIdentity;
    readonly steps: number;
    readonly looks: OccupancyTraining["progress"];
    /** Number of elements of each array. */
    readonly lengths: readonly number[];
}

/** Tolerance for equal cubes, as a share of their side, because browsers decode images to different bits. */
const CUBE_TOLERANCE = 1e-3;

/**
 * A saved training of a radiance field, parsed without a GPU, so that files of another kind or capture are rejected
 * early. "UMRT"; options, views, cube and counts; then the field, the moments of Adam, the densities of the cells and
 * the losses. See WriteFieldBytes.
 */
export class SavedTraining {
    /** The header. */
    public readonly header: TrainingHeader;
    private readonly _bytes: FieldBytes;

    /** @throws UltrametricError "input" if the bytes are not a training, or truncated */
    public constructor(bytes: Uint8Array) {
        this._bytes = new FieldBytes(FORMAT, bytes);
        this.header = readHeader(this._bytes.header);
        this._bytes.check(this.header.lengths);
    }

    /** Name of the training capture. */
    public get captureName(): string {
        return this.header.views.capture;
    }

    /** Serializes a training of these views. */
    public static Write(
        views: RadianceViews,
        header: Omit<TrainingHeader, "views" | "lengths">,
        arrays: readonly (Float32Array | Uint32Array)[],
    ): Uint8Array<ArrayBuffer> {
        const lengths = arrays.map(({ length }) => length);
        return WriteFieldBytes(FORMAT, { ...header, views: identify(views), lengths } satisfies TrainingHeader, arrays);
    }

    /** Checks the lengths of the arrays. @throws UltrametricError "input" if the training has others */
    public checkLengths(wanted: readonly number[]): void {
        const { lengths } = this.header;
        const wrong = wanted.findIndex((length, i) => length !== lengths[i]);
        if (wrong >= 0 || lengths.length !== wanted.length) {
            throw new UltrametricError(
                "input",
                `The ${FORMAT.kind} is damaged: it has ${lengths.length} arrays, and array ${wrong} has ` +
                    `${lengths[wrong]} elements where its options need ${wanted[wrong]}.`,
            );
        }
    }

    /** Returns copies of the arrays. */
    public readArrays(): ArrayBuffer[] {
        return this._bytes.split(this.header.lengths);
    }

    /**
     * Splits the views of a capture as in the training: its training views, in the same order, and all others held out.
     * @throws UltrametricError "input" that names the training capture, if one of its views is missing
     */
    public splitViews(capture: Capture): Capture {
        const { views } = this.header.views;
        const byName = new Map<string, View>();
        for (const view of [...capture.views, ...capture.heldOutViews]) {
            byName.set(view.name, view);
        }
        const missing = views.filter((name) => !byName.has(name));
        if (missing.length > 0) {
            throw this._refusal(`"${capture.name}" lacks ${missing.length} of these views, such as "${missing[0]}"`);
        }
        const learned = views.map((name) => byName.get(name)!);
        return { ...capture, views: learned, heldOutViews: [...byName.values()].filter((v) => !learned.includes(v)) };
    }

    /**
     * Checks that these are the training views.
     * @throws UltrametricError "input" that names the training capture if not
     */
    public check(given: RadianceViews): void {
        const [saved, found] = [this.header.views, identify(given)];
        const isSame = (a: number, b: number): boolean => Math.abs(a - b) <= CUBE_TOLERANCE * saved.extent;
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
            `This radiance field belongs to the capture "${views.capture}": ` +
                `it was trained on ${describe(views)}; ${problem}. ` +
                `Open the images of "${views.capture}" first, with the same options, then this file.`,
        );
    }
}

function readHeader(root: JsonNode): TrainingHeader {
    const views = root.at("views");
    const looks = root.at("looks");
    const training = root.at("training").like(DEFAULT_RADIANCE_TRAINING_OPTIONS);
    const { low, extent } = UnitCube.FromJson(views);
    const steps = root.at("steps");
    if (steps.whole() > training.steps) {
        throw steps.error(`is ${steps.whole()}; it must be at most training.steps, ${training.steps}.`);
    }
    return {
        field: root.at("field").like(DEFAULT_RADIANCE_FIELD_OPTIONS),
        training,
        views: {
            capture: views.at("capture").string(),
            views: views
                .at("views")
                .items()
                .map((name) => name.string()),
            pixels: views.at("pixels").whole(),
            low,
            extent,
        },
        steps: steps.whole(),
        looks: { looks: looks.at("looks").whole(), next: looks.at("next").whole() },
        lengths: root
            .at("lengths")
            .items()
            .map((length) => length.whole()),
    };
}

function identify({ name, views, pixels, bounds }: RadianceViews): ViewsIdentity {
    return {
        capture: name,
        views: views.map((view) => view.name),
        pixels: pixels.length,
        low: bounds.cube.low,
        extent: bounds.cube.extent,
    };
}

function describe({ views, pixels, low, extent }: ViewsIdentity): string {
    const corner = low.map((value) => value.toPrecision(4)).join(", ");
    return `${views.length} views with ${pixels} pixels and a cube of side ${extent.toPrecision(4)} from (${corner})`;
}
