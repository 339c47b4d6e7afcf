import { UltrametricError } from "../ultrametricError";
import type { Dendrogram } from "./dendrogram";

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

const MAGIC = "BUMH";
const VERSION = 1;

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

    /**
     * A compact file: "BUMH", version, length of a JSON header that names the arrays, then the arrays; all behind the
     * first eight bytes is gzipped. docs/file-format.md has the details.
     */
    public async serializeAsync(): Promise<Uint8Array<ArrayBuffer>> {
        const arrays: { name: string; type: string; data: Uint8Array }[] = [];
        const add = (name: string, data: Uint8Array | Uint32Array | Float32Array): void => {
            const type = data instanceof Float32Array ? "f32" : data instanceof Uint32Array ? "u32" : "u8";
            arrays.push({ name, type, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) });
        };
        add("positions", this.positions);
        add("colors", this.colors);
        const dendrograms = [...this.dendrograms].map(([criterion, d]) => {
            add(`${criterion}.order`, d.order);
            add(`${criterion}.rank`, d.rank);
            add(`${criterion}.height`, d.height);
            return { criterion, componentCount: d.componentCount };
        });
        const header = new TextEncoder().encode(
            JSON.stringify({
                name: this.name,
                leafCount: this.leafCount,
                dendrograms,
                arrays: arrays.map(({ name, type, data }) => ({ name, type, bytes: data.length })),
            }),
        );
        const padded = (header.length + 7) & ~3;
        const body = new Uint8Array(padded + arrays.reduce((sum, { data }) => sum + ((data.length + 3) & ~3), 0));
        new DataView(body.buffer).setUint32(0, header.length, true);
        body.set(header, 4);
        let offset = padded;
        for (const { data } of arrays) {
            body.set(data, offset);
            offset += (data.length + 3) & ~3;
        }
        const packed = await transformAsync(body, new CompressionStream("gzip"));
        const file = new Uint8Array(8 + packed.length);
        file.set(new TextEncoder().encode(MAGIC));
        new DataView(file.buffer).setUint32(4, VERSION, true);
        file.set(packed, 8);
        return file;
    }

    /** Reads what {@link serializeAsync} wrote. @throws UltrametricError of kind "input" when the bytes are not such a file, or are damaged */
    public static async ParseAsync(file: Uint8Array<ArrayBuffer>, source = "The file"): Promise<SegmentationHierarchy> {
        if (file.length < 8 || new TextDecoder().decode(file.subarray(0, 4)) !== MAGIC) {
            throw new UltrametricError(
                "input",
                `${source} is not a saved hierarchy: it does not begin with "${MAGIC}".`,
            );
        }
        const version = new DataView(file.buffer, file.byteOffset).getUint32(4, true);
        if (version !== VERSION) {
            throw new UltrametricError(
                "input",
                `${source} is a saved hierarchy of version ${version}, this program reads version ${VERSION}. Update it, or segment again.`,
            );
        }
        try {
            const body = await transformAsync(file.subarray(8), new DecompressionStream("gzip"));
            return parseBody(body);
        } catch (error) {
            throw new UltrametricError("input", `${source} is damaged: ${(error as Error).message}`, { cause: error });
        }
    }
}

interface Header {
    name: string;
    leafCount: number;
    dendrograms: { criterion: Criterion; componentCount: number }[];
    arrays: { name: string; type: "u8" | "u32" | "f32"; bytes: number }[];
}

function parseBody(body: Uint8Array<ArrayBuffer>): SegmentationHierarchy {
    const headerLength = new DataView(body.buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(body.subarray(4, 4 + headerLength))) as Header;
    const arrays = new Map<string, Uint8Array | Uint32Array | Float32Array>();
    let offset = (headerLength + 7) & ~3;
    for (const { name, type, bytes } of header.arrays) {
        if (offset + bytes > body.length) {
            throw new Error(`array "${name}" ends at byte ${offset + bytes}, the file at ${body.length}.`);
        }
        arrays.set(
            name,
            type === "u8"
                ? new Uint8Array(body.buffer, offset, bytes)
                : type === "u32"
                  ? new Uint32Array(body.buffer, offset, bytes / 4)
                  : new Float32Array(body.buffer, offset, bytes / 4),
        );
        offset += (bytes + 3) & ~3;
    }
    const take = <T extends Uint8Array | Uint32Array | Float32Array>(name: string, length: number): T => {
        const found = arrays.get(name);
        if (found?.length !== length) {
            throw new Error(`array "${name}" should have ${length} values, it has ${found?.length ?? "none"}.`);
        }
        return found as T;
    };
    const { leafCount } = header;
    const dendrograms = new Map<Criterion, Dendrogram>();
    for (const { criterion, componentCount } of header.dendrograms) {
        const order = take<Uint32Array>(`${criterion}.order`, leafCount);
        if (order.some((leaf) => leaf >= leafCount)) {
            throw new Error(`"${criterion}.order" names a leaf beyond ${leafCount}.`);
        }
        dendrograms.set(criterion, {
            leafCount,
            componentCount,
            order,
            rank: take<Uint32Array>(`${criterion}.rank`, leafCount),
            height: take<Float32Array>(`${criterion}.height`, leafCount),
        });
    }
    return new SegmentationHierarchy(
        header.name,
        take<Float32Array>("positions", 3 * leafCount),
        take<Uint8Array>("colors", 3 * leafCount),
        dendrograms,
    );
}

async function transformAsync(
    bytes: Uint8Array<ArrayBuffer>,
    transform: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
    const stream = new Blob([bytes]).stream().pipeThrough(transform);
    return new Uint8Array(await new Response(stream).arrayBuffer());
}
