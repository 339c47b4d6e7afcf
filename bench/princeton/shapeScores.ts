import type { Dendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { CutAtCount, LabelLeaves, type Partition } from "../../src/compute/hierarchy/cut/partition";
import {
    CutWithoutSmallFragments,
    DEFAULT_PART_COUNT_OPTIONS,
    SuggestPartCounts,
} from "../../src/compute/hierarchy/cut/suggestedPartCounts";
import { type BorderErrors, BorderMeasure } from "./cutDiscrepancy";
import { ComparePartitions, type FaceLabels, NumberParts, type PartErrors } from "./partErrors";
import { ModeOfParts, type PrincetonShape } from "./princetonShapes";
import { TreeIou } from "./treeIou";

/** The numbers of parts among which the best is searched. */
const COUNTS = [...Array.from({ length: 40 }, (_, i) => 2 + i), 45, 50, 60, 70, 80, 100];

/** The number of parts of the column "always 12". */
const USUAL_COUNT = 12;

/** Scores of a shape; means over the people who segmented it. */
export interface ShapeScores {
    /** At the number of parts that most people made. */
    readonly byModel: PartErrors;
    /** At the number of parts of the person that it is compared with. */
    readonly bySegmentation: PartErrors;
    /** At the automatic number. */
    readonly automatic: PartErrors;
    /** At 12 parts. */
    readonly usual: PartErrors;
    /** At the number with the least mean Rand error. */
    readonly best: PartErrors;
    /** Between pairs of people. */
    readonly people: PartErrors;
    /** The mean best intersection over union of a person's part with any part of the tree. */
    readonly treeIou: number;
    /** The borders at the number of parts that most people made. */
    readonly borders: BorderErrors;
    /** The borders of people, between pairs of them. */
    readonly peopleBorders: BorderErrors;
    readonly counts: { readonly byModel: number; readonly automatic: number; readonly best: number };
}

/** Compares the hierarchy of a shape with all people's segmentations. */
export class ShapeMeasure {
    private readonly _people: readonly FaceLabels[];

    /** @param _leafOfFace [faces] the leaf of each face */
    public constructor(
        private readonly _shape: PrincetonShape,
        private readonly _dendrogram: Dendrogram,
        private readonly _leafOfFace: Uint32Array,
    ) {
        this._people = _shape.segmentations.map(NumberParts);
    }

    /** Returns the parts of the faces at a cut into `count` parts. */
    public cut(count: number): FaceLabels {
        return this._labelFaces(CutAtCount(this._dendrogram, count));
    }

    /** Returns the parts of the faces at the natural cut. */
    public cutAutomatically(): FaceLabels {
        const { height } = SuggestPartCounts(this._dendrogram).natural;
        const minSize = DEFAULT_PART_COUNT_OPTIONS.fragmentShare * this._dendrogram.leafCount;
        return this._labelFaces(CutWithoutSmallFragments(this._dendrogram, height, minSize));
    }

    public measure(): ShapeScores {
        const mode = ModeOfParts(this._shape.entry);
        const automatic = this.cutAutomatically();
        const cuts = COUNTS.map((count) => this._against(this.cut(count)));
        const best = cuts.reduce((least, errors, i) => (errors.rand < cuts[least].rand ? i : least), 0);
        const tree = new TreeIou(this._dendrogram, this._leafOfFace);
        const borders = new BorderMeasure(this._shape, this._people);
        return {
            byModel: this._against(this.cut(mode)),
            bySegmentation: MeanErrors(this._people.map((person) => ComparePartitions(this.cut(person.count), person))),
            automatic: this._against(automatic),
            usual: this._against(this.cut(USUAL_COUNT)),
            best: cuts[best],
            people: MeanErrors(
                this._people.flatMap((person, i) =>
                    this._people.filter((_, j) => j !== i).map((other) => ComparePartitions(other, person)),
                ),
            ),
            treeIou: Mean(this._people.map((person) => tree.measure(person))),
            borders: borders.measure(this.cut(mode)),
            peopleBorders: borders.measurePeople(),
            counts: { byModel: mode, automatic: automatic.count, best: COUNTS[best] },
        };
    }

    private _labelFaces(partition: Partition): FaceLabels {
        const labels = LabelLeaves(partition);
        return NumberParts(Uint32Array.from(this._leafOfFace, (leaf) => labels[leaf]));
    }

    private _against(found: FaceLabels): PartErrors {
        return MeanErrors(this._people.map((person) => ComparePartitions(found, person)));
    }
}

/** Returns the mean of each error. */
export function MeanErrors(all: readonly PartErrors[]): PartErrors {
    return {
        rand: Mean(all.map(({ rand }) => rand)),
        globalConsistency: Mean(all.map(({ globalConsistency }) => globalConsistency)),
        localConsistency: Mean(all.map(({ localConsistency }) => localConsistency)),
        bestIou: Mean(all.map(({ bestIou }) => bestIou)),
    };
}

/** Returns the mean; NaN for no values. */
export function Mean(values: readonly number[]): number {
    return values.reduce((sum, value) => sum + value, 0) / values.length;
}
