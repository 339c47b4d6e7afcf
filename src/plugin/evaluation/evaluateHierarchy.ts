import { KdTree } from "../../compute/algorithms/kdTree";
import type { RunOptions } from "../../compute/base/progress";
import { CreateRandom } from "../../compute/base/random";
import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import type { Dendrogram } from "../../compute/hierarchy/cut/dendrogram";
import { LabelTransfer, UNLABELED } from "../../compute/hierarchy/cut/labelTransfer";
import { CutAtCount, CutAtHeight, type Partition } from "../../compute/hierarchy/cut/partition";
import type { Criterion, SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { Capture, View } from "../../compute/views/capture";
import { UnprojectDepth } from "../../compute/views/surfacePoints";
import { UnitCube } from "../../compute/views/unitCube";
import type { GroundTruth } from "../formats/groundTruth";
import { NormalizedCovering } from "./normalizedCovering";
import { QueryAnswers } from "./queryAnswers";
import { SegmentationInjectivity } from "./segmentationInjectivity";
import { ViewConsistency } from "./viewConsistency";
import { AngleBetweenViews, WarpViews } from "./viewWarp";

/**
 * A score for each level of the ground truth, and their mean; 0..100. A level without a true mask in any view is NaN (null in JSON), and the mean
 * passes it over.
 */
export interface LevelScores {
    readonly parts: number;
    readonly groups: number;
    readonly scene: number;
    readonly mean: number;
}

/** How good a hierarchy is; all scores 0..100, mean over the levels unless told apart. */
export interface Evaluation {
    /** Normalized covering (paper, section 5.1). */
    readonly nc: {
        /** Best IoU of the part that holds a pixel, mean over the pixels of each true mask. */
        readonly queried: LevelScores;
        /** Best IoU of any part (paper, equation 6). */
        readonly dense: LevelScores;
    };
    /** Segmentation injectivity, the second query drawn from the first one's answer (paper, section 5.1). */
    readonly si: number;
    /** Segmentation injectivity, both queries drawn from the true mask (paper, supplement A.3). */
    readonly siTrueMask: number;
    /** View consistency with the nearest other view that has depth. */
    readonly vc: number;
    /** Mean angle between the two views of VC, degrees. */
    readonly vcAngle: number;
    /** Number of cuts. */
    readonly cuts: number;
}

/** Options of {@link EvaluateHierarchyAsync}. */
export interface EvaluationOptions extends RunOptions {
    /** Default: the hierarchy's first. */
    readonly criterion?: Criterion;
    /** `default`: 60 cuts by number of parts, from 1 to 2000, equal factors apart. `paper`: thresholds 0.01, 0.02 .. 0.50. Default `default`. */
    readonly cuts?: "default" | "paper";
    /** Random queries for each true mask in SI and VC. Default 100. */
    readonly samples?: number;
    /** Default 0. */
    readonly seed?: number;
}

const CUT_COUNT = 60;
const MOST_PARTS = 2000;
/** Two depths closer than this share of the scene's extent are the same surface. */
const DEPTH_TOLERANCE = 9e-3;

/**
 * Measures a hierarchy in the held-out views against ground truth (the paper's section 5.1 and supplement A.3). Labels reach
 * the views' pixels by their true depth and the five nearest leaves; the 200 largest parts of a cut count. The same seed
 * gives the same figures.
 *
 * @throws UltrametricError "input" when no held-out view has depth, "aborted"
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
    // Not kept from view to view: the label images of one are as large as its image, times the number of cuts.
    const answersOf = (view: View): QueryAnswers => new QueryAnswers(partitions.map(labelView(view, tree)));

    const levels = truth.levels.map(
        ({ name }) => ({ name, queried: [], dense: [], si: [], siTrueMask: [], vc: [] }) as LevelRows,
    );
    const angles: number[] = [];
    for (let v = 0; v < views.length; v++) {
        ThrowIfAborted(signal, "The evaluation");
        onProgress?.({ stage: "Comparing with the ground truth", fraction: v / views.length });
        await new Promise((resolve) => setTimeout(resolve));
        const view = views[v];
        const answers = answersOf(view);
        const other = nearestView(view, others, center);
        const warp = other && WarpViews(view, other.view, tolerance);
        const otherAnswers = other && answersOf(other.view);
        if (other) {
            angles.push(other.angle);
        }
        truth.levels.forEach(({ ids }, level) => {
            const rows = levels[level];
            const covering = NormalizedCovering(ids[v], answers.cuts);
            const random = CreateRandom(seed * 1_000_003 + v * 31 + level);
            const injectivity = SegmentationInjectivity(ids[v], answers, samples, random);
            if (covering && injectivity) {
                rows.queried.push(covering.queried);
                rows.dense.push(covering.dense);
                rows.si.push(injectivity.answer);
                rows.siTrueMask.push(injectivity.trueMask);
            }
            const vc = warp && otherAnswers && ViewConsistency(ids[v], answers, otherAnswers, warp, samples, random);
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

/** Scores of one level, 0..1, one for each view that counts. */
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
    const most = Math.min(MOST_PARTS, dendrogram.leafCount);
    const counts = Array.from({ length: CUT_COUNT }, (_, i) => Math.floor(most ** (i / (CUT_COUNT - 1))));
    return [...new Set(counts)].map((count) => CutAtCount(dendrogram, count));
}

/** Draws a view's label image for a partition -> [h, w] rank of the part, -1 = none. */
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

/** NaN of nothing. */
function mean(values: readonly number[]): number {
    return values.reduce((sum, x) => sum + x, 0) / values.length;
}

function meanKnown(values: readonly number[]): number {
    return mean(values.filter((value) => !Number.isNaN(value)));
}
