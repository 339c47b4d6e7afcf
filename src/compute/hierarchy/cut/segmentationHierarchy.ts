import { UltrametricError } from "../../base/ultrametricError";
import type { Dendrogram } from "./dendrogram";
import { FindDendrogramFault } from "./dendrogramFault";
import { type FileArray, HierarchyFile, type HierarchyFileOptions } from "./hierarchyFile";

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

/** The largest coordinate of a leaf in a file: squares of distances stay finite in single precision. */
const MAX_COORDINATE = 1e18;

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

    /** Returns a hierarchy of the same leaves with another dendrogram of a criterion that it has. */
    public with(criterion: Criterion, dendrogram: Dendrogram): SegmentationHierarchy {
        const dendrograms = new Map([...this.dendrograms].map(([c, d]) => [c, c === criterion ? dendrogram : d]));
        return new SegmentationHierarchy(this.name, this.positions, this.colors, dendrograms);
    }

    /** Writes the hierarchy as a compact file, see docs/file-format.md. */
    public async serializeAsync(): Promise<Uint8Array<ArrayBuffer>> {
        return await this.toFile().writeAsync();
    }

    /**
     * Reads a file that {@link serializeAsync} wrote.
     *
     * @param source name of the file, for messages
     * @throws UltrametricError "input" if the bytes are not such a file, or are damaged, "limits" if they unpack to
     * more than `maxUnpackedBytes`
     */
    public static async ParseAsync(
        file: Uint8Array<ArrayBuffer>,
        source = "The file",
        options: Partial<HierarchyFileOptions> = {},
    ): Promise<SegmentationHierarchy> {
        return SegmentationHierarchy.FromFile(await HierarchyFile.ReadAsync(file, source, options));
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
    const { name, leafCount, dendrograms: listed } = readHeader(file);
    const dendrograms = new Map<Criterion, Dendrogram>();
    for (const { criterion, componentCount } of listed) {
        if (!Number.isSafeInteger(componentCount)) {
            throw file.damage(`the dendrogram "${criterion}" has no number of components.`);
        }
        const dendrogram: Dendrogram = {
            leafCount,
            componentCount,
            order: file.take(`${criterion}.order`, leafCount, Uint32Array),
            rank: file.take(`${criterion}.rank`, leafCount, Uint32Array),
            height: file.take(`${criterion}.height`, leafCount, Float32Array),
        };
        const fault = FindDendrogramFault(dendrogram);
        if (fault !== null) {
            throw file.damage(`the dendrogram "${criterion}" ${fault}.`);
        }
        dendrograms.set(criterion, dendrogram);
    }
    const positions = file.take("positions", 3 * leafCount, Float32Array);
    const wrong = positions.findIndex((x) => !(Math.abs(x) <= MAX_COORDINATE));
    if (wrong >= 0) {
        throw file.damage(`leaf ${Math.floor(wrong / 3)} has the coordinate ${positions[wrong]}.`);
    }
    return new SegmentationHierarchy(name, positions, file.take("colors", 3 * leafCount, Uint8Array), dendrograms);
}

interface Header {
    readonly name: string;
    readonly leafCount: number;
    readonly dendrograms: readonly { readonly criterion: Criterion; readonly componentCount: number }[];
}

function readHeader(file: HierarchyFile): Header {
    const { name, leafCount, dendrograms } = file.header as Partial<Header>;
    if (typeof name !== "string" || !Number.isInteger(leafCount) || leafCount! < 1 || !Array.isArray(dendrograms)) {
        throw file.damage("its header lacks the name, the number of leaves, or the dendrograms.");
    }
    const criteria = (dendrograms as Header["dendrograms"]).map((dendrogram) => dendrogram?.criterion);
    if (criteria.length === 0 || new Set(criteria).size < criteria.length) {
        throw file.damage("its header lists no dendrogram, or one criterion twice.");
    }
    const unknown = criteria.find((criterion) => !CRITERIA.includes(criterion));
    if (unknown !== undefined || criteria.includes(undefined as never)) {
        throw file.damage(`its header has a dendrogram of an unknown criterion, not one of ${CRITERIA.join(", ")}.`);
    }
    return { name, leafCount: leafCount!, dendrograms };
}
