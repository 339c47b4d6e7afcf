import { KdTree } from "../../compute/algorithms/kdTree";
import { type RunOptions, StageProgress } from "../../compute/base/progress";
import { CreateRandom } from "../../compute/base/random";
import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import { UnitCube } from "../../compute/bounds/unitCube";
import type { Dendrogram } from "../../compute/hierarchy/cut/dendrogram";
import { LabelTransfer, UNLABELED } from "../../compute/hierarchy/cut/labelTransfer";
import { CutAtCount, CutAtHeight, type Partition } from "../../compute/hierarchy/cut/partition";
import type { Criterion, SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { Capture, View } from "../../compute/views/capture";
import { UnprojectDepth } from "../../compute/views/surfacePoints";
import type { GroundTruth } from "../formats/captures/groundTruth";
import { AngleBetweenViews } from "./angleBetweenViews";
import { NormalizedCovering } from "./normalizedCovering";
import { QueryResults } from "./queryResults";
import { SegmentationInjectivity } from "./segmentationInjectivity";
import { ViewConsistency } from "./viewConsistency";
import { WarpViews } from "./viewWarp";

/**
 * The scores of the levels of the ground truth, and their mean; 0..100. The score of a level without a true mask in any
 * view is NaN (null in JSON), and the mean ignores it.
 */
export interface LevelScores {
    readonly parts: number;
    readonly groups: number;
    readonly scene: number;
    readonly mean: number;
}

/** The scores of a hierarchy, 0..100. Those without levels are means over the levels. */
export interface Evaluation {
    /** The normalized covering (paper, section 5.1). */
    readonly nc: {
        /** The best IoU of the parts that contain a pixel, as a mean over the pixels of each true mask. */
        readonly queried: LevelScores;
        /** The best IoU of any part (paper, equation 6). */
        readonly dense: LevelScores;
    };
    /** The segmentation injectivity, with the second query from the first one's result (paper, section 5.1). */
    readonly si: number;
    /** The segmentation injectivity, with both queries from the true mask (paper, supplement A.3). */
    readonly siTrueMask: number;
    /** The view consistency with the nearest other view that has depth. */
    readonly vc: number;
    /** The mean angle between the two views of the view consistency, in degrees. */
    readonly vcAngle: number;
    /** The number of cuts. */
    readonly cuts: number;
}

/** Options of {@link EvaluateHierarchyAsync}. */
export interface EvaluationOptions extends RunOptions {
    /** The criterion of the cuts. Default: the first one of the hierarchy. */
    readonly criterion?: Criterion;
    /**
     * `default` cuts at 60 part counts from 1 to 2000, in a geometric series; `paper` at 0.01, 0.02 .. 0.50. Default
     * `default`.
     */
    readonly cuts?: "default" | "paper";
    /** The number of random queries per true mask in SI and VC. Default 100. */
    readonly samples?: number;
    /** The seed of the queries. Default 0. */
    readonly seed?: number;
}

const CUT_COUNT = 60;
const MAX_PART_COUNT = 2000;
/** The largest difference of two depths of one surface, as a share of the scene's extent. */
const DEPTH_TOLERANCE = 9e-3;

/**
 * Evaluates a hierarchy in the held-out views against ground truth (paper, section 5.1 and supplement A.3). Pixels get
 * their labels from their true depth and the five nearest leaves; only the 200 largest parts of a cut count. The same
 * seed gives the same scores.
 *
 * @throws UltrametricError "input" when a held-out view, or the depth of one, is missing; "aborted"
 */
export async function EvaluateHierarchyAsync(
    capture: Capture,
    hierarchy: SegmentationHierarchy,
    truth: GroundTruth,
    options: EvaluationOptions = {},
): Promise<Evaluation> {
    const { signal, onProgress, samples = 100, seed = 0 } = options;
    const views = capture.heldOutViews;
    if (views.length === 0 || views.some((view) => view.depth === null)) {
        throw new UltrametricError(
            "input",
            `The capture "${capture.name}" cannot be evaluated: it needs held-out views that all have depth.`,
        );
    }
    const partitions = chooseCuts(
        hierarchy.dendrogram(options.criterion ?? hierarchy.criteria[0]),
        options.cuts ?? "default",
    );
    const cube = UnitCube.FromPositions(hierarchy.positions);
    const tree = new KdTree(hierarchy.positions);
    const tolerance = DEPTH_TOLERANCE * cube.extent;
    const center = centerOf(hierarchy.positions);
    const others = [...capture.views, ...views].filter((view) => view.depth !== null);
    // Not cached: a view has as many label images as there are cuts.
    const resultsOf = (view: View): QueryResults => new QueryResults(partitions.map(labelView(view, tree)));

    const levels = truth.levels.map(
        ({ name }) => ({ name, queried: [], dense: [], si: [], siTrueMask: [], vc: [] }) as LevelRows,
    );
    const angles: number[] = [];
    for (let v = 0; v < views.length; v++) {
        ThrowIfAborted(signal, "The evaluation");
        onProgress?.(StageProgress("compareGroundTruth", v / views.length));
        await new Promise((resolve) => setTimeout(resolve));
        const view = views[v];
        const results = resultsOf(view);
        const other = nearestView(view, others, center);
        const warp = other && WarpViews(view, other.view, tolerance);
        const otherResults = other && resultsOf(other.view);
        if (other) {
            angles.push(other.angle);
        }
        truth.levels.forEach(({ ids }, level) => {
            const rows = levels[level];
            const covering = NormalizedCovering(ids[v], results.cuts);
            const random = CreateRandom(seed * 1_000_003 + v * 31 + level);
            const injectivity = SegmentationInjectivity(ids[v], results, samples, random);
            if (covering && injectivity) {
                rows.queried.push(covering.queried);
                rows.dense.push(covering.dense);
                rows.si.push(injectivity.result);
                rows.siTrueMask.push(injectivity.trueMask);
            }
            const vc = warp && otherResults && ViewConsistency(ids[v], results, otherResults, warp, samples, random);
            if (vc !== null) {
                rows.vc.push(vc);
            }
        });
    }
    const overLevels = (key: "si" | "siTrueMask" | "vc"): number =>
        meanKnown(levels.map((rows) => 100 * mean(rows[key])));
    return {
        nc: { queried: levelScores(levels, "queried"), dense: levelScores(levels, "dense") },
        si: overLevels("si"),
        siTrueMask: overLevels("siTrueMask"),
        vc: overLevels("vc"),
        vcAngle: mean(angles),
        cuts: partitions.length,
    };
}

/** The scores of a level, 0..1, one per view that counts. */
interface LevelRows {
    readonly name: "parts" | "groups" | "scene";
    readonly queried: number[];
    readonly dense: number[];
    readonly si: number[];
    readonly siTrueMask: number[];
    readonly vc: number[];
}

function chooseCuts(dendrogram: Dendrogram, kind: "default" | "paper"): Partition[] {
    if (kind === "paper") {
        return Array.from({ length: 50 }, (_, i) => CutAtHeight(dendrogram, 0.01 * (i + 1)));
    }
    const most = Math.min(MAX_PART_COUNT, dendrogram.leafCount);
    const counts = Array.from({ length: CUT_COUNT }, (_, i) => Math.floor(most ** (i / (CUT_COUNT - 1))));
    return [...new Set(counts)].map((count) => CutAtCount(dendrogram, count));
}

/** Returns a function that creates the label image [h, w] of a partition: the rank of the part, -1 for none. */
function labelView(view: View, tree: KdTree): (partition: Partition) => Int32Array {
    const { pixels, positions } = UnprojectDepth(view);
    const transfer = new LabelTransfer(tree, positions);
    return (partition) => {
        const image = new Int32Array(view.camera.width * view.camera.height).fill(UNLABELED);
        const labels = transfer.label(partition);
        for (let i = 0; i < pixels.length; i++) {
            image[pixels[i]] = labels[i];
        }
        return image;
    };
}

function nearestView(
    view: View,
    others: readonly View[],
    center: readonly [number, number, number],
): { view: View; angle: number } | null {
    let best: { view: View; angle: number } | null = null;
    for (const other of others) {
        const angle = other === view ? Number.POSITIVE_INFINITY : AngleBetweenViews(view, other, center);
        if (angle < (best?.angle ?? Number.POSITIVE_INFINITY)) {
            best = { view: other, angle };
        }
    }
    return best;
}

function centerOf(positions: Float32Array): [number, number, number] {
    const sum: [number, number, number] = [0, 0, 0];
    for (let i = 0; i < positions.length; i++) {
        sum[i % 3] += positions[i];
    }
    return sum.map((x) => (3 * x) / positions.length) as [number, number, number];
}

function levelScores(levels: readonly LevelRows[], key: "queried" | "dense"): LevelScores {
    const score = (name: LevelRows["name"]): number =>
        100 * mean(levels.find((rows) => rows.name === name)?.[key] ?? []);
    const parts = score("parts");
    const groups = score("groups");
    const scene = score("scene");
    return { parts, groups, scene, mean: meanKnown([parts, groups, scene]) };
}

/** Returns the mean; NaN without values. */
function mean(values: readonly number[]): number {
    return values.reduce((sum, x) => sum + x, 0) / values.length;
}

function meanKnown(values: readonly number[]): number {
    return mean(values.filter((value) => !Number.isNaN(value)));
}
