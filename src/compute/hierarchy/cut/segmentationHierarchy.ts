import { UltrametricError } from "../../base/ultrametricError";
import type { Dendrogram } from "./dendrogram";
import { type FileArray, HierarchyFile } from "./hierarchyFile";

/**
 * The measure that gives merges their heights.
 *
 * - `consensus`: the dissimilarity of the two sides' mask profiles over all views
 * - `distance`: the smallest feature distance between the two sides (single linkage; the paper's)
 * - `dynamics`, `area`, `volume`: hierarchical watersheds of the same graph
 */
export type Criterion = "consensus" | "distance" | "dynamics" | "area" | "volume";

/** All criteria, in the order of the user interface. */
export const CRITERIA: readonly Criterion[] = ["consensus", "distance", "dynamics", "area", "volume"];

/** A hierarchy of the leaves of a capture, with a dendrogram for each criterion. Immutable; plain data. */
export class SegmentationHierarchy {
    /**
     * @param name of the capture
     * @param positions [n, 3] world positions of the leaves
     * @param colors [n, 3] sRGB bytes
     * @param dendrograms at least one; the first is the default
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

    /** The criteria of the dendrograms; the first is the default. */
    public get criteria(): Criterion[] {
        return [...this.dendrograms.keys()];
    }

    /**
     * Returns the dendrogram of a criterion.
     *
     * @throws UltrametricError "input" if the hierarchy lacks it
     */
    public dendrogram(criterion: Criterion): Dendrogram {
        const found = this.dendrograms.get(criterion);
        if (!found) {
            throw new UltrametricError(
                "input",
                `The hierarchy "${this.name}" has no criterion "${criterion}", only ${this.criteria.join(", ")}. ` +
                    "Add it to the option criteria of the segmentation.",
            );
        }
        return found;
    }

    /** Writes the hierarchy as a compact file, see docs/file-format.md. */
    public async serializeAsync(): Promise<Uint8Array<ArrayBuffer>> {
        return await this.toFile().writeAsync();
    }

    /**
     * Reads a file that {@link serializeAsync} wrote.
     *
     * @param source name of the file, for messages
     * @throws UltrametricError "input" if the bytes are not such a file, or are damaged
     */
    public static async ParseAsync(file: Uint8Array<ArrayBuffer>, source = "The file"): Promise<SegmentationHierarchy> {
        return SegmentationHierarchy.FromFile(await HierarchyFile.ReadAsync(file, source));
    }

    /**
     * Returns the file that {@link serializeAsync} writes, so that more can be added to it. Shares the hierarchy's
     * arrays.
     */
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

    /**
     * Reads the hierarchy of a file.
     *
     * @throws UltrametricError "input" if the file is damaged
     */
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
