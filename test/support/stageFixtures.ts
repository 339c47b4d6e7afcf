import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/** Parameters of the fixtures; see test/fixtures/excavator-stages/README.md. */
export interface StageInfo {
    /** Indices of the training views of demo/captures/excavator. */
    readonly views: readonly number[];
    readonly voxel: number;
    /** unit = (world - low) / extent * 0.98 + 0.01 */
    readonly low: readonly [number, number, number];
    readonly extent: number;
    readonly lam: number;
    readonly regions: number;
    readonly points: number;
    readonly components: number;
    readonly masks_per_view: readonly number[];
}

type StageArray = Float32Array | Float64Array | Int32Array | Uint16Array | Uint8Array;

interface StageEntry {
    readonly name: string;
    readonly dtype: string;
    readonly shape: readonly number[];
    readonly offset: number;
}

/** The arrays of the Python prototype's stages on a reduced demo capture. */
export class StageFixtures {
    public readonly info: StageInfo;
    private readonly _entries = new Map<string, StageEntry>();
    private readonly _bytes: ArrayBuffer;

    public constructor() {
        const folder = new URL("../fixtures/excavator-stages/", import.meta.url);
        const read = (name: string): Buffer => readFileSync(fileURLToPath(new URL(name, folder)));
        const index = JSON.parse(read("stages.json").toString("utf8")) as StageInfo & { arrays: StageEntry[] };
        this.info = index;
        for (const entry of index.arrays) {
            this._entries.set(entry.name, entry);
        }
        // Copy the Buffer, which may be a slice, since typed arrays need aligned offsets.
        this._bytes = Uint8Array.from(gunzipSync(read("stages.bin.gz"))).buffer;
    }

    /** Returns array `name` of README.md's table; bits stay packed. */
    public array(name: string): StageArray {
        const { dtype, offset, shape } = this._entry(name);
        const length = shape.reduce((product, side) => product * side, 1);
        switch (dtype) {
            case "float32":
                return new Float32Array(this._bytes, offset, length);
            case "float64":
                return new Float64Array(this._bytes, offset, length);
            case "int32":
                return new Int32Array(this._bytes, offset, length);
            case "uint16":
                return new Uint16Array(this._bytes, offset, length);
            case "uint8":
                return new Uint8Array(this._bytes, offset, length);
            default:
                throw new Error(`stages.json: array ${name} has dtype ${dtype}, which this reader lacks.`);
        }
    }

    public shape(name: string): readonly number[] {
        return this._entry(name).shape;
    }

    /** Unpacks an array [rows, ceil(columns / 8)] to [rows, columns] of 0 and 1; columns = number of points. */
    public bits(name: string): Uint8Array {
        const packed = this.array(name);
        const [rows, stride] = this.shape(name);
        const columns = this.info.points;
        const out = new Uint8Array(rows * columns);
        for (let row = 0; row < rows; row++) {
            for (let column = 0; column < columns; column++) {
                out[row * columns + column] = (packed[row * stride + (column >> 3)] >> (7 - (column & 7))) & 1;
            }
        }
        return out;
    }

    private _entry(name: string): StageEntry {
        const entry = this._entries.get(name);
        if (!entry) {
            throw new Error(`stages.json has no array ${name}; it has ${[...this._entries.keys()].join(", ")}.`);
        }
        return entry;
    }
}
