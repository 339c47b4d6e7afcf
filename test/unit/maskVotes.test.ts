import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { SmoothVotes, VoteEdges } from "../../src/compute/hierarchy/build/maskVotes";
import { UNSEEN, type ViewObservation } from "../../src/compute/hierarchy/build/observations";
import { CreateMaskArrangement } from "../../src/compute/masks/maskArrangement";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import { ReferenceVotes } from "../reference/maskVotes";
import { ExpectCloseElements } from "../support/arrays";
import { RandomGraph } from "../support/randomGraphs";
import { RandomObservations } from "../support/randomObservations";

/**
 * Creates a view of a row of pixels with two masks: the first holds pixels 0-1, the second 1-2, and none holds pixel 3.
 */
function rowView(pixels: number[], confidence = [1, 1]): ViewObservation {
    const masks = [
        [0, 2, 2],
        [1, 2, 1],
    ].map((counts) => ({ region: RunLengthMask.FromCounts(counts, 4, 1) }));
    const arrangement = CreateMaskArrangement(masks, 4, 1);
    const cells = Uint16Array.from(pixels, (p) => (p < 0 ? UNSEEN : arrangement.cellOfPixel[p]));
    return { eye: [0, 0, 0], cells, arrangement, confidence: Float32Array.from(confidence) };
}

const pair = { vertexCount: 2, from: Uint32Array.of(0), to: Uint32Array.of(1) };

describe("VoteEdges", () => {
    it("returns the share of the masks at an edge's ends that hold only one end", () => {
        const vote = (...views: ViewObservation[]) => VoteEdges(pair, views)[0];
        expect(vote(rowView([0, 1]))).toBe(0.5);
        expect(vote(rowView([0, 2]))).toBe(1);
        expect(vote(rowView([1, 1]))).toBe(0);
        expect(vote(rowView([0, 3]))).toBe(1);
        expect(vote(rowView([0, 1], [0.25, 0.75]))).toBe(0.75);
    });

    it("averages over the views that see both ends and have a mask there", () => {
        const vote = (...views: ViewObservation[]) => VoteEdges(pair, views)[0];
        expect(vote(rowView([0, 1]), rowView([0, 2]))).toBe(0.75);
        expect(vote(rowView([0, 1]), rowView([3, 3]))).toBe(0.5);
        expect(vote(rowView([0, 1]), rowView([-1, 2]))).toBe(0.5);
        expect(vote(rowView([-1, -1]))).toBe(0);
        expect(vote()).toBe(0);
    });

    it.each([0, 1, 2, 255, 256, 257, 1500])("agrees with a test of every mask, n = %i", (points) => {
        const seed = 11 + points;
        const random = CreateRandom(seed);
        const edges = RandomGraph(random, points, 3 * points);
        const observations = RandomObservations(random, points, 4, 15);
        // Sums of a few shares in single precision.
        ExpectCloseElements(
            VoteEdges(edges, observations),
            ReferenceVotes(edges, observations),
            { absolute: 1e-6 },
            `seed ${seed}`,
        );
    });
});

describe("SmoothVotes", () => {
    it("averages an edge with the mean of the edges at its ends", () => {
        // A path of three edges with votes 0, 1, 0.5: the ends' means are 0, 0.5, 0.75, 0.5.
        const path = { vertexCount: 5, from: Uint32Array.of(0, 1, 2), to: Uint32Array.of(1, 2, 3) };
        const smooth = SmoothVotes(Float32Array.of(0, 1, 0.5), path);
        expect([...smooth]).toEqual([(0 + 0.25) / 2, (1 + 0.625) / 2, (0.5 + 0.625) / 2]);
        expect(SmoothVotes(new Float32Array(0), { ...path, from: new Uint32Array(0), to: new Uint32Array(0) })).toEqual(
            new Float32Array(0),
        );
    });
});
