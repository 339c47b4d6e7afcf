import { describe, expect, it } from "vitest";
import { CreateRandom, PcgHash } from "../../src/compute/base/random";
import { PairSampler, type PairSamplerOptions } from "../../src/compute/fields/feature/pairSampler";
import { TrainingState } from "../../src/compute/fields/feature/trainingState";
import { type TrainingViews, VIEW_WORDS } from "../../src/compute/fields/feature/trainingViews";
import { GpuArray } from "../../src/compute/gpu/gpuArray";
import { EntryAt, PairEntries, type PairEntry } from "../reference/pairSampler";
import { ExpectSameElements } from "../support/arrays";
import { UseEngine } from "../support/gpu";
import { QuarteredSquare, RandomTrainingViews } from "../support/trainingFixtures";

const engine = UseEngine();

const defaults: PairSamplerOptions = {
    samples: 256,
    pairs: 200,
    negativesPerPositive: 1,
    hierarchicalSampling: true,
    withinLevel: true,
    minMaskSamples: 6,
    neighbors: "surface",
};

/** The samples and pairs of one step. */
interface IStep {
    readonly view: number;
    readonly entryCount: number;
    readonly positions: Float32Array;
    readonly points: Float32Array;
    readonly cells: Uint32Array;
    readonly entries: Uint32Array;
    readonly pairs: Uint32Array;
}

async function SampleAsync(
    data: TrainingViews,
    options: PairSamplerOptions,
    seed: number,
    steps: number,
): Promise<IStep[]> {
    const state = await TrainingState.CreateAsync(engine(), {
        seed,
        steps,
        viewCount: data.viewCount,
        learningRate: 0.01,
        lossTerms: 1,
        temperature: 0.1,
    });
    const positions = new GpuArray(engine(), "f32", [options.samples, 4]);
    const sampler = await PairSampler.CreateAsync(engine(), data, options, state.state, positions);
    const results: IStep[] = [];
    let updates = 0;
    for (let step = 0; step < steps; step++) {
        state.begin();
        sampler.dispatch();
        const words = await state.state.readAsync();
        updates += words[3] > 0 ? 1 : 0;
        expect([words[0], words[4]]).toEqual([step, updates]);
        results.push({
            view: words[2],
            entryCount: words[3],
            positions: await positions.readAsync(),
            points: await sampler.points.readAsync(),
            cells: await sampler.cells.readAsync(),
            entries: await sampler.entries.readAsync(0, 4 * words[3]),
            pairs: await sampler.pairs.readAsync(),
        });
    }
    for (const resource of [sampler, state, positions]) {
        resource.dispose();
    }
    return results;
}

/** Returns the view's masks as sets of sample indices, from the samples' cells. */
function Members(data: TrainingViews, step: IStep): Set<number>[] {
    const count = data.table[step.view * VIEW_WORDS + 3];
    return Array.from({ length: count }, (_, mask) => {
        const holds = (cell: number): boolean => ((data.cellMasks[cell + (mask >> 5)] >>> (mask & 31)) & 1) === 1;
        return new Set([...step.cells.keys()].filter((i) => holds(step.cells[i])));
    });
}

function ViewParents(data: TrainingViews, view: number): Int32Array {
    const [first, count] = data.table.subarray(view * VIEW_WORDS + 2, view * VIEW_WORDS + 4);
    return data.parents.slice(first, first + count);
}

/** Returns a number below `limit`, with the kernels' hash. */
function RandomBelow(seed: number, step: number, stream: number, index: number, limit: number): number {
    const key = PcgHash((step ^ PcgHash(seed)) >>> 0);
    const bits = PcgHash((index ^ PcgHash((stream ^ key) >>> 0)) >>> 0);
    return Number((BigInt(bits) * BigInt(limit)) >> 32n);
}

/** Returns the (leaf, level) entry of pair row `i` when all masks have the same weight. */
function EntryOfPair(seed: number, step: number, i: number, entryCount: number, pairs: number): number {
    return Math.floor((i * entryCount + RandomBelow(seed, step, 3, i, entryCount)) / pairs);
}

/** Returns the weights of a view's entries. */
function EntryWeights(data: TrainingViews, view: number, entries: readonly PairEntry[]): number[] {
    const first = data.table[view * VIEW_WORDS + 2];
    return entries.map(({ mask }) => data.weights[first + mask]);
}

const SumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

describe("PairSampler", () => {
    it.each([
        { name: "few masks", masks: [5, 9, 3], options: {} },
        {
            name: "more than 32 masks, four negatives",
            masks: [40, 70],
            options: { negativesPerPositive: 4, pairs: 97 },
        },
        { name: "each mask alone", masks: [20, 33], options: { hierarchicalSampling: false } },
        {
            name: "each mask alone, negative pairs of any mask",
            masks: [20, 33],
            options: { hierarchicalSampling: false, withinLevel: false, negativesPerPositive: 2 },
        },
        { name: "fewer pairs than entries", masks: [64], options: { pairs: 5 } },
        { name: "more samples than pixels", masks: [12, 6], options: { samples: 1120, pairs: 300 } },
    ])("draws samples and pairs like Algorithm 1: $name", async ({ masks, options: changes }) => {
        const seed = 61;
        const data = RandomTrainingViews(CreateRandom(seed), masks);
        const options = { ...defaults, ...changes };
        const { samples, pairs, negativesPerPositive: negatives } = options;
        const steps = await SampleAsync(data, options, seed, 6);
        for (const [s, step] of steps.entries()) {
            const note = `seed ${seed}, step ${s}`;
            const [first, count] = data.table.subarray(step.view * VIEW_WORDS);

            // Samples: one of each run of the view's pixels, with that pixel's cell.
            const pixelOf = new Map<string, number[]>();
            for (let p = first; p < first + count; p++) {
                const key = data.positions.subarray(3 * p, 3 * p + 3).join();
                pixelOf.set(key, [...(pixelOf.get(key) ?? []), p]);
            }
            const drawn = new Set<number>();
            for (let i = 0; i < samples; i++) {
                const [low, high] = [i, i + 1].map((j) => first + Math.floor((j * count) / samples));
                const pixel = pixelOf
                    .get(step.positions.subarray(4 * i, 4 * i + 3).join())
                    ?.find((p) => p >= low && (p < high || p === low));
                expect(pixel, `${note}, sample ${i}`).toBeDefined();
                expect(step.cells[i], `${note}, sample ${i}`).toBe(data.cells[pixel!]);
                drawn.add(pixel!);
            }
            expect(drawn.size, note).toBe(Math.min(samples, count));
            ExpectSameElements(step.points, step.positions, note);

            // Entries: exactly those of Algorithm 1, in the order of the leaves.
            const parents = options.hierarchicalSampling
                ? ViewParents(data, step.view)
                : new Int32Array(data.table[step.view * VIEW_WORDS + 3]).fill(-1);
            const entries = PairEntries(Members(data, step), parents, samples, options.minMaskSamples);
            expect(step.entryCount, note).toBe(entries.length);
            expect(
                entries.map(({ leaf }) => leaf),
                note,
            ).toEqual(Array.from(entries.keys(), (e) => step.entries[4 * e + 3]));
            expect(entries.length, `${note}: the test needs masks that give pairs`).toBeGreaterThan(0);

            // Pairs: each from its entry, in proportion to the entries' weights.
            const share = new Map<PairEntry, number>();
            const weights = EntryWeights(data, step.view, entries);
            const total = SumOf(weights);
            expect(new Set(weights).size, `${note}: the test needs masks that weigh differently`).toBeGreaterThan(1);
            for (let i = 0; i < pairs; i++) {
                const entry =
                    entries[EntryAt(weights, Math.floor((i * total + RandomBelow(seed, s, 3, i, total)) / pairs))];
                share.set(entry, (share.get(entry) ?? 0) + 1);
                for (let j = 0; j <= negatives; j++) {
                    const at = 2 * (i * (1 + negatives) + j);
                    const [a, b] = [step.pairs[at], step.pairs[at + 1]];
                    const other = options.withinLevel
                        ? entry
                        : entries[EntryAt(weights, RandomBelow(seed, s, 6, i * (1 + negatives) + j, total))];
                    const isValid =
                        j === 0
                            ? entry.positiveA.includes(a) && entry.positiveB.includes(b)
                            : other.negativeA.includes(a) && other.negativeB.includes(b);
                    expect(isValid, `${note}, row ${i}, pair ${j}: ${a}, ${b}`).toBe(true);
                }
            }
            for (const [e, entry] of entries.entries()) {
                // The interval of an entry begins and ends within the interval of a pair.
                const wanted = (pairs * weights[e]) / total;
                expect(Math.abs((share.get(entry) ?? 0) - wanted), `${note}, entry ${e}`).toBeLessThanOrEqual(2);
            }
        }
        expect(new Set(steps.map(({ view }) => view)).size).toBeGreaterThan(masks.length > 1 ? 1 : 0);
    });

    it("draws every sample of a mask equally often", async () => {
        const seed = 62;
        const data = QuarteredSquare(1, 16);
        const options = { ...defaults, samples: 96, pairs: 30_000, hierarchicalSampling: false };
        const [step] = await SampleAsync(data, options, seed, 1);
        const members = Members(data, step);
        const times = members.map(() => new Float64Array(96));
        const rows = members.map(() => 0);
        for (let i = 0; i < options.pairs; i++) {
            const mask = step.entries[4 * EntryOfPair(seed, 0, i, step.entryCount, options.pairs) + 3];
            rows[mask]++;
            times[mask][step.pairs[4 * i]]++;
            times[mask][step.pairs[4 * i + 1]]++; // both of the positive pair lie inside
        }
        expect(rows).toEqual(members.map(() => 5000));
        for (const [mask, inside] of members.entries()) {
            const expected = 10_000 / inside.size;
            for (let sample = 0; sample < 96; sample++) {
                // A binomial count; five standard deviations happen once in a million.
                const [wanted, allowed] = inside.has(sample) ? [expected, 5 * Math.sqrt(expected)] : [0, 0];
                const apart = Math.abs(times[mask][sample] - wanted);
                expect(apart, `seed ${seed}, mask ${mask}, sample ${sample}`).toBeLessThanOrEqual(allowed);
            }
        }
    });

    it("draws a mask's entries in proportion to its weight", async () => {
        const seed = 65;
        const data = { ...QuarteredSquare(1, 16), weights: Uint32Array.of(256, 64, 1, 128, 200, 17) };
        const options = { ...defaults, samples: 96, pairs: 30_000, hierarchicalSampling: false };
        const [step] = await SampleAsync(data, options, seed, 1);
        const entries = PairEntries(Members(data, step), new Int32Array(6).fill(-1), 96, options.minMaskSamples);
        expect(entries.map(({ mask }) => mask)).toEqual([0, 1, 2, 3, 4, 5]);
        const weights = EntryWeights(data, 0, entries);
        const total = SumOf(weights);
        // Rows of an entry are consecutive like its interval, except for pairs at the borders.
        let row = 0;
        for (const [e, entry] of entries.entries()) {
            const end = row + Math.floor((weights[e] * options.pairs) / total) - 2;
            for (let i = row + 2; i < end; i++) {
                const pair = [...step.pairs.subarray(4 * i, 4 * i + 2)];
                expect(
                    pair.every((sample) => entry.positiveA.includes(sample)),
                    `seed ${seed}, row ${i}, entry ${e}`,
                ).toBe(true);
            }
            row += (weights[e] * options.pairs) / total;
            row = Math.round(row);
        }
    });

    it("draws the same for any equal weight of all masks", async () => {
        const seed = 66;
        const data = RandomTrainingViews(CreateRandom(seed), [40, 70]);
        for (const withinLevel of [true, false]) {
            const drawn: IStep[][] = [];
            for (const weight of [1, 77, 256]) {
                const weights = new Uint32Array(data.weights.length).fill(weight);
                drawn.push(await SampleAsync({ ...data, weights }, { ...defaults, withinLevel }, seed, 2));
            }
            for (const steps of drawn) {
                expect(steps.map(({ pairs }) => pairs)).toEqual(drawn[0].map(({ pairs }) => pairs));
            }
        }
    });

    it("measures distance in the image on request", async () => {
        const seed = 63;
        const data = RandomTrainingViews(CreateRandom(seed), [4], 40, 30);
        const [step] = await SampleAsync(data, { ...defaults, neighbors: "image" }, seed, 1);
        for (let i = 0; i < defaults.samples; i++) {
            const key = step.positions.subarray(4 * i, 4 * i + 3).join();
            const pixel = Array.from(data.pixelCoordinates.keys()).find(
                (p) => data.positions.subarray(3 * p, 3 * p + 3).join() === key,
            )!;
            const [row, column] = [data.pixelCoordinates[pixel] >>> 16, data.pixelCoordinates[pixel] & 0xffff];
            expect(step.points[4 * i]).toBeCloseTo((column + 0.5) / 40, 6);
            expect(step.points[4 * i + 1]).toBeCloseTo((row + 0.5) / 40, 6);
        }
    });

    it("reports when no mask gives pairs, and repeats its samples for the same seed", async () => {
        const seed = 64;
        const data = RandomTrainingViews(CreateRandom(seed), [6, 8]);
        const none = await SampleAsync(data, { ...defaults, minMaskSamples: 256 }, seed, 2);
        for (const step of none) {
            expect(step.entryCount).toBe(0);
            ExpectSameElements(step.pairs, new Uint32Array(step.pairs.length));
        }
        const [a, b, other] = [
            await SampleAsync(data, defaults, 5, 3),
            await SampleAsync(data, defaults, 5, 3),
            await SampleAsync(data, defaults, 6, 3),
        ];
        expect(b).toEqual(a);
        expect(other[0].pairs).not.toEqual(a[0].pairs);
    });
});
