import { Pacer } from "../../base/pacer";
import { UltrametricError } from "../../base/ultrametricError";

const MAGIC = "BUMH";
const VERSION = 1;
/** Bytes that are packed or unpacked per chunk: a few milliseconds. */
const BYTES_PER_CHUNK = 1 << 17;

/** Options of reading a hierarchy's file. */
export interface HierarchyFileOptions {
    /**
     * The largest size of the unpacked file in bytes, so that a small file cannot fill the memory. A million leaves
     * with all criteria take 75 MiB. Default: 256 MiB.
     */
    readonly maxUnpackedBytes: number;
}

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
        const stream = streamTransformed(body, new CompressionStream("gzip"), pacer);
        const packed = new Uint8Array(await new Response(stream).arrayBuffer());
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
     * @throws UltrametricError "input" if the bytes are not such a file, or are damaged, "limits" if they unpack to
     * more than `maxUnpackedBytes`
     */
    public static async ReadAsync(
        file: Uint8Array<ArrayBuffer>,
        source: string,
        { maxUnpackedBytes = 2 ** 28 }: Partial<HierarchyFileOptions> = {},
    ): Promise<HierarchyFile> {
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
            return await new BodyReader(source, maxUnpackedBytes).readAsync(
                streamTransformed(file.subarray(8), new DecompressionStream("gzip"), pacer),
            );
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

/** An array as the header lists it. */
interface ListedArray {
    readonly name: string;
    readonly type: keyof typeof ELEMENT_BYTES;
    readonly bytes: number;
}

const ELEMENT_BYTES = { u8: 1, u32: 4, f32: 4 } as const;

/** Reads the unpacked part of a file. The header states its size, so that no more memory is taken than that. */
class BodyReader {
    private _body = new Uint8Array(BYTES_PER_CHUNK);
    private _filled = 0;

    public constructor(
        private readonly _source: string,
        private readonly _limit: number,
    ) {}

    /** Reads all bytes of a stream. @throws UltrametricError "input" | "limits" */
    public async readAsync(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<HierarchyFile> {
        let header: Record<string, unknown> | null = null;
        let listed: readonly ListedArray[] = [];
        let wanted = 4;
        let arraysStart = 0;
        // Safari's streams are no async iterators.
        const reader = stream.getReader();
        for (let read = await reader.read(); !read.done; read = await reader.read()) {
            this._append(read.value);
            if (arraysStart === 0 && this._filled >= 4) {
                const length = new DataView(this._body.buffer).getUint32(0, true);
                arraysStart = (length + 7) & ~3;
                wanted = this._checked(4 + length);
            }
            if (header === null && arraysStart > 0 && this._filled >= wanted) {
                ({ arrays: listed, ...header } = parseHeader(this._body.subarray(4, wanted)));
                wanted = this._checked(listed.reduce((sum, { bytes }) => sum + ((bytes + 3) & ~3), arraysStart));
                this._reserve(wanted);
            }
            if (header !== null && this._filled > wanted) {
                throw this._damage(`its header lists ${wanted} bytes, and more follow.`);
            }
        }
        if (header === null || this._filled < wanted) {
            throw this._damage(`it ends at byte ${this._filled} of ${wanted}.`);
        }
        return new HierarchyFile(header, this._arrays(listed, arraysStart), this._source);
    }

    private _arrays(listed: readonly ListedArray[], start: number): Map<string, FileArray> {
        const arrays = new Map<string, FileArray>();
        let offset = start;
        for (const { name, type, bytes } of listed) {
            const { buffer } = this._body;
            arrays.set(
                name,
                type === "u8"
                    ? new Uint8Array(buffer, offset, bytes)
                    : type === "u32"
                      ? new Uint32Array(buffer, offset, bytes / 4)
                      : new Float32Array(buffer, offset, bytes / 4),
            );
            offset += (bytes + 3) & ~3;
        }
        return arrays;
    }

    private _append(chunk: Uint8Array): void {
        const end = this._checked(this._filled + chunk.length);
        if (end > this._body.length) {
            this._reserve(Math.max(end, 2 * this._body.length));
        }
        this._body.set(chunk, this._filled);
        this._filled = end;
    }

    private _reserve(length: number): void {
        if (length !== this._body.length) {
            const body = new Uint8Array(Math.max(length, this._filled));
            body.set(this._body.subarray(0, this._filled));
            this._body = body;
        }
    }

    private _checked(bytes: number): number {
        if (bytes > this._limit) {
            throw new UltrametricError(
                "limits",
                `${this._source} unpacks to at least ${bytes} bytes, more than the ${this._limit} of the option ` +
                    "maxUnpackedBytes. Raise it if you trust the file.",
            );
        }
        return bytes;
    }

    private _damage(problem: string): UltrametricError {
        return new UltrametricError("input", `${this._source} is damaged: ${problem}`);
    }
}

/** Parses a header, and checks the list of its arrays. */
function parseHeader(bytes: Uint8Array): Record<string, unknown> & { arrays: readonly ListedArray[] } {
    const header = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown> & { arrays: ListedArray[] };
    const isListed = ({ name, type, bytes: size }: ListedArray): boolean =>
        typeof name === "string" &&
        Object.hasOwn(ELEMENT_BYTES, type) &&
        Number.isSafeInteger(size) &&
        size >= 0 &&
        size % ELEMENT_BYTES[type] === 0;
    if (!Array.isArray(header?.arrays) || !header.arrays.every((array) => array && isListed(array))) {
        throw new Error("its header has no list of arrays with name, type and size.");
    }
    return header;
}

/** Runs a transform in time slices: browsers compress on the main thread, each chunk in one go. */
function streamTransformed(
    bytes: Uint8Array<ArrayBuffer>,
    transform: CompressionStream | DecompressionStream,
    pacer: Pacer,
): ReadableStream<Uint8Array<ArrayBuffer>> {
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
    return source.pipeThrough(transform);
}
