import type { Coroutine } from "../../../compute/base/coroutine";
import { Quoted, UltrametricError } from "../../../compute/base/ultrametricError";
import { GrowingNumbers } from "../base/growingNumbers";
import { TextScanner } from "../base/textScanner";

/** The bytes of a binary file before its facets, and of each facet. */
const HEADER_BYTES = 84;
const FACET_BYTES = 50;
/** The bytes that tell text from binary files. */
const START_BYTES = 512;
/** The facets that are read in one time slice. */
const FACETS_PER_SLICE = 1 << 13;

/** The triangles of one solid of an STL file. */
export interface StlSolid {
    /** The name in the file; empty in binary files. */
    readonly name: string;
    /** [triangles, 3, 3] corners, counterclockwise from outside in right-handed coordinates. */
    readonly corners: Float32Array;
}

/** The content of an STL file. */
export interface StlFile {
    /** The solids that have triangles. */
    readonly solids: readonly StlSolid[];
    /** The number of facets that are left out, because a corner is not finite. */
    readonly leftOut: number;
    /** True if a text ends without the end of its last solid. */
    readonly isCut: boolean;
}

/**
 * Reads an STL file, in time slices: binary, or text with one or more solids.
 *
 * @param file name of the file, for messages
 * @param onFraction called with the share of the file that is read, 0..1
 * @throws UltrametricError "input" for a malformed or truncated file, or one without triangles
 */
export function* StlCoroutine(
    bytes: Uint8Array,
    file: string,
    onFraction: (fraction: number) => void = () => {},
): Coroutine<StlFile> {
    const read = isText(bytes) ? readText : readBinary;
    const stl = yield* read(bytes, file, onFraction);
    if (stl.solids.length === 0) {
        throw malformed(file, stl.leftOut > 0 ? `none of its ${stl.leftOut} facets is finite` : "it has no facets");
    }
    return stl;
}

function malformed(file: string, problem: string): UltrametricError {
    return new UltrametricError("input", `${file} is not a readable STL file: ${problem}. Export it again.`);
}

/** Headers of binary files may start with "solid", too. */
function isText(bytes: Uint8Array): boolean {
    const start = bytes.subarray(0, START_BYTES);
    const isExact = bytes.length >= HEADER_BYTES && bytes.length === HEADER_BYTES + FACET_BYTES * facetCount(bytes);
    return !isExact && !start.includes(0) && /^\s*solid\b/i.test(new TextDecoder("latin1").decode(start));
}

function facetCount(bytes: Uint8Array): number {
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(HEADER_BYTES - 4, true);
}

function* readBinary(bytes: Uint8Array, file: string, onFraction: (fraction: number) => void): Coroutine<StlFile> {
    if (bytes.length < HEADER_BYTES) {
        throw malformed(file, `it has ${bytes.length} bytes, and starts neither with "solid" nor with a whole header`);
    }
    const count = facetCount(bytes);
    const rest = bytes.length - HEADER_BYTES;
    if (count * FACET_BYTES > rest) {
        throw malformed(file, `its ${count} facets need ${count * FACET_BYTES} bytes, but ${rest} follow the header`);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const corners = new Float32Array(9 * count);
    let filled = 0;
    for (let facet = 0; facet < count; facet++) {
        if (facet % FACETS_PER_SLICE === 0) {
            onFraction(facet / count);
            yield;
        }
        // The normal is not read: the corners tell it.
        const at = HEADER_BYTES + FACET_BYTES * facet + 12;
        let sum = 0;
        for (let i = 0; i < 9; i++) {
            corners[filled + i] = view.getFloat32(at + 4 * i, true);
            sum += corners[filled + i];
        }
        filled += Number.isFinite(sum) ? 9 : 0;
    }
    const solids = filled > 0 ? [{ name: "", corners: corners.subarray(0, filled) }] : [];
    return { solids, leftOut: count - filled / 9, isCut: false };
}

function* readText(bytes: Uint8Array, file: string, onFraction: (fraction: number) => void): Coroutine<StlFile> {
    const scanner = new TextScanner(bytes);
    const solids: StlSolid[] = [];
    const facet: number[] = [];
    let corners = new GrowingNumbers((length) => new Float32Array(length));
    let name = "";
    let isOpen = false;
    let leftOut = 0;
    let facets = 0;
    const endFacet = (): void => {
        if (facet.length === 0) {
            return;
        }
        if (facet.length < 9) {
            throw malformed(file, `the facet at line ${scanner.line} has ${facet.length / 3} corners, not 3`);
        }
        if (facet.every((value) => Number.isFinite(Math.fround(value)))) {
            addFacet(corners, facet);
        } else {
            leftOut++;
        }
        facet.length = 0;
        facets++;
    };
    const endSolid = (): void => {
        endFacet();
        if (corners.length > 0) {
            solids.push({ name, corners: corners.values.slice() });
            corners = new GrowingNumbers((length) => new Float32Array(length));
        }
    };
    while (scanner.nextLine()) {
        while (scanner.hasWord()) {
            const word = scanner.word().toLowerCase();
            if (word === "vertex") {
                const corner = readNumbers(scanner, 3);
                if (corner.length < 3) {
                    throw malformed(file, `line ${scanner.line} has no three numbers after "vertex"`);
                }
                facet.push(...corner);
            } else if (word === "endfacet") {
                endFacet();
            } else if (word === "solid" || word === "endsolid") {
                endSolid();
                isOpen = word === "solid";
                name = scanner.rest();
            } else if (word === "normal") {
                readNumbers(scanner, 3); // the corners tell it
            } else if (!/^(facet|outer|loop|endloop)$/.test(word)) {
                throw malformed(file, `line ${scanner.line} has the unknown word ${Quoted(word)}`);
            }
        }
        if (facets >= FACETS_PER_SLICE) {
            facets = 0;
            onFraction(scanner.position / bytes.length);
            yield;
        }
    }
    endSolid();
    return { solids, leftOut, isCut: isOpen };
}

/** Adds the triangles of a facet, which has three corners, rarely more. */
function addFacet(to: GrowingNumbers<Float32Array>, facet: readonly number[]): void {
    for (let corner = 2; corner < facet.length / 3; corner++) {
        for (const from of [0, corner - 1, corner]) {
            for (let axis = 0; axis < 3; axis++) {
                to.push(facet[3 * from + axis]);
            }
        }
    }
}

/** Reads numbers of the line, up to the first word that is none. */
function readNumbers(scanner: TextScanner, count: number): number[] {
    const numbers: number[] = [];
    for (let value: number | undefined; numbers.length < count; numbers.push(value)) {
        value = scanner.number();
        if (value === undefined) {
            break;
        }
    }
    return numbers;
}
