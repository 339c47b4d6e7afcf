import { type Criterion, type Dendrogram, SegmentationHierarchy } from "babylon-ultrametric";
import { CreateDendrogram } from "babylon-ultrametric/compute";
import { CreateRandom } from "../../src/compute/base/random";

/** The number of points on the sides of a block. */
const POINTS = 24;

/** A merge of two parts, given by their first leaves, with its height for each criterion. */
interface Merge {
    readonly first: number;
    readonly second: number;
    /** The diagonal of the block. */
    readonly consensus: number;
    /** The number of points. */
    readonly area: number;
}

/** Creates a hierarchy of blocks: a cube, split in two recursively at random positions, with points on the sides. */
export function CreateBlocks(blocks: number, seed: number): SegmentationHierarchy {
    const random = CreateRandom(seed);
    const leafCount = POINTS * blocks;
    const positions = new Float32Array(3 * leafCount);
    const colors = new Uint8Array(3 * leafCount);
    const merges: Merge[] = [];
    let filled = 0;
    /** @returns the first leaf of the block */
    const divide = (count: number, low: readonly number[], high: readonly number[]): number => {
        const sizes = low.map((value, axis) => high[axis] - value);
        const diagonal = Math.hypot(...sizes);
        if (count === 1) {
            const first = filled;
            const tone = 90 + 130 * random();
            for (let i = 0; i < POINTS; i++, filled++) {
                const side = Math.floor(3 * random());
                const isHigh = random() < 0.5;
                for (let axis = 0; axis < 3; axis++) {
                    const share = axis === side ? (isHigh ? 0.94 : 0.06) : 0.06 + 0.88 * random();
                    positions[3 * filled + axis] = low[axis] + share * sizes[axis];
                    colors[3 * filled + axis] = tone;
                }
                if (i > 0) {
                    merges.push({ consensus: 1e-3 * diagonal * (1 + random()), area: i + 1, first, second: filled });
                }
            }
            return first;
        }
        const axis = sizes.indexOf(Math.max(...sizes));
        const part = Math.min(count - 1, Math.max(1, Math.round(count * (0.3 + 0.4 * random()))));
        const cut = low[axis] + (sizes[axis] * part) / count;
        const first = divide(part, low, high.with(axis, cut));
        const second = divide(count - part, low.with(axis, cut), high);
        merges.push({ consensus: diagonal, area: POINTS * count, first, second });
        return first;
    };
    divide(blocks, [-1, -1, -1], [1, 1, 1]);

    const dendrograms = (["consensus", "area"] as const).map((criterion): [Criterion, Dendrogram] => {
        const sorted = merges.toSorted((a, b) => a[criterion] - b[criterion]);
        return [
            criterion,
            CreateDendrogram({
                leafCount,
                first: Uint32Array.from(sorted, ({ first }) => first),
                second: Uint32Array.from(sorted, ({ second }) => second),
                height: Float64Array.from(sorted, (merge) => merge[criterion]),
            }),
        ];
    });
    return new SegmentationHierarchy("Blocks", positions, colors, new Map(dendrograms));
}
