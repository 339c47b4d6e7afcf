import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateDendrogram, type Dendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { CpuPartColors } from "../../src/compute/partColors/cpuPartColors";
import {
    LEAF_HIDDEN,
    LEAF_RECOLORED,
    LEAF_SELECTED,
    type PartColorSettings,
} from "../../src/compute/partColors/leafColors";
import { PartColors } from "../../src/compute/partColors/partColors";
import { PartColors as ReferencePartColors } from "../reference/partColors";
import { UseEngine } from "../support/gpu";
import { RandomMerges } from "../support/randomMerges";

const engine = UseEngine();

const PLAIN: PartColorSettings = {
    cutRank: 0,
    partShare: 1,
    shading: 0,
    hoveredStart: 0,
    hoveredEnd: 0,
    highlight: 0.5,
    selectedStart: 0,
    selectedEnd: 0,
    dimming: 0.7,
};

interface Example {
    dendrogram: Dendrogram;
    partStartColors: Uint32Array<ArrayBuffer>;
    original: Uint8Array;
}

function CreateExample(count: number, components: number, seed: number): Example {
    const random = CreateRandom(seed);
    return {
        dendrogram: CreateDendrogram(RandomMerges(count, components, random)),
        partStartColors: Uint32Array.from(
            { length: count },
            () => (0xff000000 + Math.floor(random() * 0x1000000)) >>> 0,
        ),
        original: Uint8Array.from({ length: 3 * count }, () => Math.floor(256 * random())),
    };
}

async function ColorAsync(colors: PartColors | CpuPartColors, settings: PartColorSettings): Promise<Uint8Array> {
    colors.dispatch(settings);
    return colors instanceof CpuPartColors ? colors.bytes : new Uint8Array((await colors.colors.readAsync()).buffer);
}

/**
 * Bytes may differ by 1: the kernel computes in f32, so that a value on the border between two bytes may round either
 * way.
 */
function ExpectSameColors(actual: Uint8Array, expected: Uint8Array, note: string): void {
    expect(actual.length, note).toBe(expected.length);
    const wrong = actual.findIndex((value, i) => Math.abs(value - expected[i]) > 1);
    if (wrong >= 0) {
        expect.fail(
            `${note}: leaf ${wrong >> 2}, channel ${wrong & 3}: ${actual[wrong]} instead of ${expected[wrong]}`,
        );
    }
}

const ON_GPU = (count: number) => PartColors.CreateAsync(engine(), count);
const ON_CPU = async (count: number) => new CpuPartColors(count);

// 4096 is a tile of the GPU; 256 * 4096 + 1 is the first length whose totals need more than one round.
const COUNTS = [0, 1, 2, 255, 256, 257, 4095, 4096, 4097, 200_003];
const MANY = 256 * 4096 + 1;

describe.each([
    ["PartColors", ON_GPU, [...COUNTS, MANY]],
    ["CpuPartColors", ON_CPU, COUNTS],
])("%s", (_name, createAsync, counts) => {
    it.each(counts)("cuts %i leaves", async (count) => {
        const seed = 11;
        const { dendrogram, partStartColors, original } = CreateExample(count, Math.min(count, 3), seed);
        const colors = await createAsync(count);
        colors.setDendrogram(dendrogram, partStartColors);
        colors.setOriginalColors(original);
        const merges = count - dendrogram.componentCount;
        for (const cutRank of new Set([0, merges >> 1, Math.max(0, merges - 2), merges])) {
            const settings = { ...PLAIN, cutRank };
            const actual = await ColorAsync(colors, settings);
            const expected = ReferencePartColors(dendrogram, partStartColors, original, settings);
            ExpectSameColors(actual, expected, `seed ${seed}, ${count} leaves, ${cutRank} merges`);
        }
        colors.dispose();
    });

    it("mixes, shades, dims and highlights", async () => {
        const seed = 12;
        const count = 3001;
        const { dendrogram, partStartColors, original } = CreateExample(count, 1, seed);
        const colors = await createAsync(count);
        colors.setDendrogram(dendrogram, partStartColors);
        colors.setOriginalColors(original);
        const hovered = { hoveredStart: 1000, hoveredEnd: 1500 };
        const selected = { selectedStart: 1200, selectedEnd: 3001 };
        for (const change of [
            { partShare: 0 },
            { partShare: 0.6, shading: 0.8 },
            { ...hovered },
            { ...selected },
            { ...hovered, ...selected, partShare: 0.3, shading: 1 },
        ]) {
            const settings = { ...PLAIN, cutRank: 2950, ...change };
            const expected = ReferencePartColors(dendrogram, partStartColors, original, settings);
            ExpectSameColors(await ColorAsync(colors, settings), expected, `seed ${seed}, ${JSON.stringify(change)}`);
        }
        colors.dispose();
    });

    it("hides, recolors and selects single leaves", async () => {
        const seed = 14;
        const count = 5003;
        const { dendrogram, partStartColors, original } = CreateExample(count, 2, seed);
        const colors = await createAsync(count);
        colors.setDendrogram(dendrogram, partStartColors);
        colors.setOriginalColors(original);
        const random = CreateRandom(seed);
        const overrides = Uint32Array.from({ length: count }, () => {
            const bits = [LEAF_RECOLORED, LEAF_HIDDEN, LEAF_SELECTED].reduce(
                (sum, bit) => sum | (random() < 0.4 ? bit : 0),
                0,
            );
            return (bits | Math.floor(random() * 0x1000000)) >>> 0;
        });
        colors.setOverrides(overrides);
        for (const change of [
            {},
            { partShare: 0 },
            { flagged: 1 },
            { flagged: 1, selectedStart: 9, selectedEnd: 90 },
            { marks: 1, flagged: 1, selectedStart: 9, selectedEnd: 90, hoveredStart: 50, hoveredEnd: 900 },
        ]) {
            const settings = { ...PLAIN, shading: 0.5, cutRank: 4900, ...change };
            const actual = await ColorAsync(colors, settings);
            const expected = ReferencePartColors(dendrogram, partStartColors, original, settings, overrides);
            ExpectSameColors(actual, expected, `seed ${seed}, ${JSON.stringify(change)}`);
            const hidden = overrides.findIndex((value) => (value & LEAF_HIDDEN) !== 0);
            expect([...actual.subarray(4 * hidden, 4 * hidden + 4)]).toEqual([0, 0, 0, 0]);
        }
        // A run of leaves returns to its former state.
        colors.setOverrides(new Uint32Array(1000), 2000);
        overrides.fill(0, 2000, 3000);
        const expected = ReferencePartColors(dendrogram, partStartColors, original, PLAIN, overrides);
        ExpectSameColors(await ColorAsync(colors, PLAIN), expected, `seed ${seed}, a run set back`);
        colors.dispose();
    });

    it("throws on a dendrogram of another size", async () => {
        const { dendrogram, partStartColors } = CreateExample(5, 1, 13);
        const colors = await createAsync(4);
        expect(() => colors.setDendrogram(dendrogram, partStartColors)).toThrow(/5 leaves in place of 4/);
        colors.dispose();
    });
});
