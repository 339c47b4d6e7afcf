import type { Coroutine } from "../../../compute/base/coroutine";
import { Quoted, UltrametricError } from "../../../compute/base/ultrametricError";
import { GrowingNumbers } from "../base/growingNumbers";
import { TextScanner } from "../base/textScanner";

/** The lines that are read in one time slice. */
const LINES_PER_SLICE = 1 << 12;
/** The most unknown keywords that are told. */
const MAX_UNKNOWN = 8;
/** Keywords that change nothing that is shown. */
const IGNORED = new Set(["s", "mg", "vp", "lod", "shadow_obj", "trace_obj", "bevel", "c_interp", "d_interp", "end"]);

/** Faces of one object or group with one material. */
export interface ObjPart {
    readonly name: string;
    /** The name of the material; empty for none. */
    readonly material: string;
}

/** The content of an OBJ file. */
export interface ObjFile {
    /** x, y, z of the vertices. */
    readonly positions: readonly [Float64Array, Float64Array, Float64Array];
    /** [3 vertices] red, green, blue as in the file; null where a vertex has none. */
    readonly colors: Float32Array | null;
    /** [2 n] texture coordinates. */
    readonly uvs: Float32Array;
    /** [3 n] normals. */
    readonly normals: Float32Array;
    /** [3 corners] indices of vertex, texture coordinates and normal, counted from 0; -1 for none. */
    readonly corners: Int32Array;
    /** [faces + 1] the first corner of each face, and the number of corners. */
    readonly starts: Uint32Array;
    /** [faces] part of each face. */
    readonly partOf: Uint32Array;
    readonly parts: readonly ObjPart[];
    /** The names of the files with materials. */
    readonly libraries: readonly string[];
    /** The number of lines, and of points, which are elements of their own. */
    readonly lineCount: number;
    readonly pointCount: number;
    /** Keywords that are not understood. */
    readonly unknown: readonly string[];
}

/**
 * Reads an OBJ file, in time slices: vertices with or without colors, texture coordinates, normals, and faces with any
 * number of corners, by object, group and material.
 *
 * @param file name of the file, for messages
 * @param onFraction called with the share of the file that is read, 0..1
 * @throws UltrametricError "input" for a line that is malformed, or a file that is none
 */
export function* ObjCoroutine(
    bytes: Uint8Array,
    file: string,
    onFraction: (fraction: number) => void = () => {},
): Coroutine<ObjFile> {
    const reader = new ObjReader(bytes, file);
    for (let lines = 1; reader.readLine(); lines++) {
        if (lines % LINES_PER_SLICE === 0) {
            onFraction(reader.position / bytes.length);
            yield;
        }
    }
    return reader.finish();
}

class ObjReader {
    private readonly _scanner: TextScanner;
    private readonly _positions = [0, 1, 2].map(() => new GrowingNumbers((length) => new Float64Array(length)));
    private readonly _colors = new GrowingNumbers((length) => new Float32Array(length));
    private readonly _uvs = new GrowingNumbers((length) => new Float32Array(length));
    private readonly _normals = new GrowingNumbers((length) => new Float32Array(length));
    private readonly _corners = new GrowingNumbers((length) => new Int32Array(length));
    private readonly _starts = new GrowingNumbers((length) => new Uint32Array(length));
    private readonly _partOf = new GrowingNumbers((length) => new Uint32Array(length));
    private readonly _parts: ObjPart[] = [];
    private readonly _partIndices = new Map<string, number>();
    private readonly _libraries = new Set<string>();
    private readonly _unknown = new Set<string>();
    private readonly _indices = new Int32Array(3);
    private _object = "";
    private _group = "";
    private _material = "";
    private _part = -1;
    private _lineCount = 0;
    private _pointCount = 0;

    public constructor(
        bytes: Uint8Array,
        private readonly _file: string,
    ) {
        this._scanner = new TextScanner(bytes);
        this._starts.push(0);
    }

    /** The byte after the last line that was read. */
    public get position(): number {
        return this._scanner.position;
    }

    /** Reads a line; returns false at the end of the file. */
    public readLine(): boolean {
        const scanner = this._scanner;
        if (!scanner.nextLine()) {
            return false;
        }
        const keyword = scanner.word();
        switch (keyword) {
            case "v":
                this._readVertex();
                break;
            case "vt":
                this._uvs.push(this._number());
                this._uvs.push(scanner.number() ?? 0);
                break;
            case "vn":
                for (let axis = 0; axis < 3; axis++) {
                    this._normals.push(this._number());
                }
                break;
            case "f":
            case "fo":
                this._readFace();
                break;
            case "l":
                this._lineCount++;
                break;
            case "p":
                this._pointCount++;
                break;
            case "o":
                this._object = scanner.rest();
                this._group = "";
                this._part = -1;
                break;
            case "g":
                this._group = scanner.rest();
                this._part = -1;
                break;
            case "usemtl":
                this._material = scanner.rest();
                this._part = -1;
                break;
            case "mtllib":
                this._libraries.add(scanner.rest());
                break;
            default:
                if (!keyword.startsWith("#") && !IGNORED.has(keyword) && this._unknown.size < MAX_UNKNOWN) {
                    this._unknown.add(keyword.slice(0, 20));
                }
        }
        return true;
    }

    public finish(): ObjFile {
        const [x, y, z] = this._positions.map(({ values }) => values);
        const { length } = x;
        if (length === 0) {
            throw this._malformed("it has no vertices");
        }
        return {
            positions: [x, y, z],
            colors: this._colors.length === 3 * length ? this._colors.values : null,
            uvs: this._uvs.values,
            normals: this._normals.values,
            corners: this._corners.values,
            starts: this._starts.values,
            partOf: this._partOf.values,
            parts: this._parts,
            libraries: [...this._libraries],
            lineCount: this._lineCount,
            pointCount: this._pointCount,
            unknown: [...this._unknown],
        };
    }

    /** x, y, z and an optional w, or x, y, z, red, green, blue and an optional opacity. */
    private _readVertex(): void {
        for (const axis of this._positions) {
            axis.push(this._number());
        }
        const r = this._scanner.number();
        const g = this._scanner.number();
        const b = this._scanner.number();
        if (r !== undefined && g !== undefined && b !== undefined) {
            this._colors.push(r);
            this._colors.push(g);
            this._colors.push(b);
        }
    }

    private _readFace(): void {
        const scanner = this._scanner;
        while (scanner.hasWord()) {
            if (scanner.indices(this._indices)) {
                const counts = [this._positions[0].length, this._uvs.length / 2, this._normals.length / 3];
                for (let k = 0; k < 3; k++) {
                    const index = this._indices[k];
                    // Negative indices count back from the last one.
                    this._corners.push(index > 0 ? index - 1 : index < 0 ? counts[k] + index : -1);
                }
                continue;
            }
            const word = scanner.lastWord();
            if (word.startsWith("#")) {
                break;
            }
            // A backslash continues the line.
            if (word !== "\\" || !scanner.nextLine()) {
                throw this._malformed(`line ${scanner.line} has the corner ${Quoted(word)}`);
            }
        }
        this._starts.push(this._corners.length / 3);
        this._partOf.push(this._currentPart());
    }

    private _currentPart(): number {
        if (this._part < 0) {
            const name = [this._object, this._group].filter((text) => text !== "" && text !== "default").join(" ");
            const key = JSON.stringify([name, this._material]);
            this._part = this._partIndices.get(key) ?? this._parts.length;
            if (this._part === this._parts.length) {
                this._partIndices.set(key, this._part);
                this._parts.push({ name, material: this._material });
            }
        }
        return this._part;
    }

    private _number(): number {
        const value = this._scanner.number();
        if (value === undefined) {
            const { line } = this._scanner;
            throw this._malformed(`line ${line} lacks a number, or has ${Quoted(this._scanner.lastWord())} for one`);
        }
        return value;
    }

    private _malformed(problem: string): UltrametricError {
        return new UltrametricError("input", `${this._file} is not a readable OBJ file: ${problem}. Export it again.`);
    }
}
