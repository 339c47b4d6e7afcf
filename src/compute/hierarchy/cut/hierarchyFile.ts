import { Pacer } from "../../base/pacer";
import { UltrametricError } from "../../base/ultrametricError";

const MAGIC = "BUMH";
const VERSION = 1;
/** Bytes that are packed or unpacked per chunk: a few milliseconds. */
const BYTES_PER_CHUNK = 1 << 17;

/** An array of the file, in one of the types that the format supports. */
export type FileArray = Uint8Array | Uint32Array | Float32Array;

/**
 * The container of saved hierarchies: a JSON header and named arrays. The file is "BUMH" and the version, then gzipped
 * the length of the header, the header, and the arrays, each at a multiple of four bytes. Readers ignore unknown keys
 * and arrays. See docs/file-format.md.
 */
export class HierarchyFile {
    /**
     * @param header JSON values; the key `arrays` is reserved
     * @param arrays by name
     * @param source name of the file, for messages
     */
    public constructor(
        public readonly header: Record<string, unknown>,
        public readonly arrays: Map<string, FileArray>,
        public readonly source = "The file",
    ) {}

    /**
     * Returns an array of the file.
     *
     * @throws UltrametricError "input" if it is missing, or has another length or type
     */
    public take<T extends FileArray>(name: string, length: number, kind: new (length: number) => T): T {
        const found = this.arrays.get(name);
        if (!(found instanceof kind) || found.length !== length) {
            throw this.damage(`array "${name}" should have ${length} values, it has ${found?.length ?? "none"}.`);
        }
        return found;
    }

    /** Writes the bytes of the file, in time slices. */
    public async writeAsync(): Promise<Uint8Array<ArrayBuffer>> {
        const pacer = new Pacer("Packing a hierarchy");
        await pacer.yieldAsync(); // the caller has just worked to collect the arrays
        const arrays = [...this.arrays].map(([name, data]) => ({
            name,
            type: data instanceof Float32Array ? "f32" : data instanceof Uint32Array ? "u32" : "u8",
            data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
        }));
        const header = new TextEncoder().encode(
            JSON.stringify({
                ...this.header,
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
        const packed = await transformAsync(body, new CompressionStream("gzip"), pacer);
        const file = new Uint8Array(8 + packed.length);
        file.set(new TextEncoder().encode(MAGIC));
        new DataView(file.buffer).setUint32(4, VERSION, true);
        file.set(packed, 8);
        return file;
    }

    /**
     * Reads a file that {@link writeAsync} wrote, in time slices.
     *
     * @param source name of the file, for messages
     * @throws UltrametricError "input" if the bytes are not such a file, or are damaged
     */
    public static async ReadAsync(file: Uint8Array<ArrayBuffer>, source: string): Promise<HierarchyFile> {
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
                `${source} is a saved hierarchy of version ${version}, but this program reads version ${VERSION}. ` +
                    "Update the program, or segment again.",
            );
        }
        try {
            const pacer = new Pacer("Unpacking a hierarchy");
            return parseBody(await transformAsync(file.subarray(8), new DecompressionStream("gzip"), pacer), source);
        } catch (error) {
            throw damaged(source, error);
        }
    }

    /**
     * Runs `read`, and reports any error that it throws as damage of the file.
     *
     * @throws UltrametricError "input"
     */
    public interpret<T>(read: (file: HierarchyFile) => T): T {
        try {
            return read(this);
        } catch (error) {
            throw damaged(this.source, error);
        }
    }

    /** Returns the error that reports damage of the file. */
    public damage(problem: string): UltrametricError {
        return new UltrametricError("input", `${this.source} is damaged: ${problem}`);
    }
}

function damaged(source: string, error: unknown): UltrametricError {
    return error instanceof UltrametricError
        ? error
        : new UltrametricError("input", `${source} is damaged: ${(error as Error).message}`, { cause: error });
}

function parseBody(body: Uint8Array<ArrayBuffer>, source: string): HierarchyFile {
    const headerLength = new DataView(body.buffer).getUint32(0, true);
    const { arrays: listed, ...header } = JSON.parse(new TextDecoder().decode(body.subarray(4, 4 + headerLength))) as {
        arrays: { name: string; type: "u8" | "u32" | "f32"; bytes: number }[];
    };
    const arrays = new Map<string, FileArray>();
    let offset = (headerLength + 7) & ~3;
    for (const { name, type, bytes } of listed) {
        if (offset + bytes > body.length) {
            throw new UltrametricError(
                "input",
                `${source} is damaged: array "${name}" ends at byte ${offset + bytes}, the file at ${body.length}.`,
            );
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
    return new HierarchyFile(header, arrays, source);
}

/** Runs a transform in time slices: browsers compress on the main thread, each chunk in one go. */
async function transformAsync(
    bytes: Uint8Array<ArrayBuffer>,
    transform: CompressionStream | DecompressionStream,
    pacer: Pacer,
): Promise<Uint8Array<ArrayBuffer>> {
    let offset = 0;
    const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
        async pull(controller): Promise<void> {
            await pacer.yieldIfDueAsync();
            if (offset < bytes.length) {
                controller.enqueue(bytes.subarray(offset, offset + BYTES_PER_CHUNK));
                offset += BYTES_PER_CHUNK;
            } else {
                controller.close();
            }
        },
    });
    return new Uint8Array(await new Response(source.pipeThrough(transform)).arrayBuffer());
}
