import { UltrametricError } from "../../base/ultrametricError";
import type { Dendrogram } from "./dendrogram";
import { type FileArray, HierarchyFile } from "./hierarchyFile";

/**
 * What the altitude of a merge measures.
 *
 * - `consensus`: how differently the masks of all views hold the two sides
 * - `distance`: the largest feature step on the way (single linkage; the paper's)
 * - `dynamics`, `area`, `volume`: hierarchical watersheds of the same graph
 */
export type Criterion = "consensus" | "distance" | "dynamics" | "area" | "volume";

/** All criteria, in the order in which they are offered. */
export const CRITERIA: readonly Criterion[] = ["consensus", "distance", "dynamics", "area", "volume"];

/** A hierarchy of the points of a capture: for each criterion a leaf order and heights. Immutable; plain data. */
export class SegmentationHierarchy {
    /**
     * @param name of the capture
     * @param positions [n, 3] world positions of the leaves
     * @param colors [n, 3] sRGB bytes
     * @param dendrograms at least one; the first is the one to show first
     */
    public constructor(
        public readonly name: string,
        public readonly positions: Float32Array,
        public readonly colors: Uint8Array,
        public readonly dendrograms: ReadonlyMap<Criterion, Dendrogram>,
    ) {}

    /** Number of leaves. */
    public get leafCount(): number {
        return this.positions.length / 3;
    }

    /** The criteria it has, the first being the one to show first. */
    public get criteria(): Criterion[] {
        return [...this.dendrograms.keys()];
    }

    /** The dendrogram of a criterion. @throws UltrametricError of kind "input" naming the criteria there are */
    public dendrogram(criterion: Criterion): Dendrogram {
        const found = this.dendrograms.get(criterion);
        if (!found) {
            throw new UltrametricError(
                "input",
                `The hierarchy "${this.name}" has no criterion "${criterion}", only ${this.criteria.join(", ")}. Ask for it when segmenting.`,
            );
        }
        return found;
    }

    /** A compact file; docs/file-format.md has the details. */
    public async serializeAsync(): Promise<Uint8Array<ArrayBuffer>> {
        return await this.toFile().writeAsync();
    }

    /** Reads what {@link serializeAsync} wrote. @throws UltrametricError of kind "input" when the bytes are not such a file, or are damaged */
    public static async ParseAsync(file: Uint8Array<ArrayBuffer>, source = "The file"): Promise<SegmentationHierarchy> {
        return SegmentationHierarchy.FromFile(await HierarchyFile.ReadAsync(file, source));
    }

    /** What {@link serializeAsync} writes, for those who keep more in the same file. The arrays are the hierarchy's own. */
    public toFile(): HierarchyFile {
        const arrays = new Map<string, FileArray>([
            ["positions", this.positions],
            ["colors", this.colors],
        ]);
        const dendrograms = [...this.dendrograms].map(([criterion, d]) => {
            arrays.set(`${criterion}.order`, d.order);
            arrays.set(`${criterion}.rank`, d.rank);
            arrays.set(`${criterion}.height`, d.height);
            return { criterion, componentCount: d.componentCount };
        });
        return new HierarchyFile({ name: this.name, leafCount: this.leafCount, dendrograms }, arrays);
    }

    /** The hierarchy of a file. @throws UltrametricError of kind "input" when it is damaged */
    public static FromFile(file: HierarchyFile): SegmentationHierarchy {
        return file.interpret(fromFile);
    }
}

function fromFile(file: HierarchyFile): SegmentationHierarchy {
    const { name, leafCount, dendrograms: listed } = file.header as unknown as Header;
    const dendrograms = new Map<Criterion, Dendrogram>();
    for (const { criterion, componentCount } of listed) {
        const order = file.take(`${criterion}.order`, leafCount, Uint32Array);
        if (order.some((leaf) => leaf >= leafCount)) {
            throw file.damage(`"${criterion}.order" names a leaf beyond ${leafCount}.`);
        }
        dendrograms.set(criterion, {
            leafCount,
            componentCount,
            order,
            rank: file.take(`${criterion}.rank`, leafCount, Uint32Array),
            height: file.take(`${criterion}.height`, leafCount, Float32Array),
        });
    }
    return new SegmentationHierarchy(
        name,
        file.take("positions", 3 * leafCount, Float32Array),
        file.take("colors", 3 * leafCount, Uint8Array),
        dendrograms,
    );
}

interface Header {
    name: string;
    leafCount: number;
    dendrograms: { criterion: Criterion; componentCount: number }[];
}
