import type { PlyElementHeader, PlyType } from "./plyHeader";

/** Numbers of a PLY file in an array of their own type; 64-bit integers as float64 and half floats as float32. */
export type PlyNumbers =
    | Int8Array
    | Uint8Array
    | Int16Array
    | Uint16Array
    | Int32Array
    | Uint32Array
    | Float32Array
    | Float64Array;

/** The values of one property, a number for each element. */
export interface PlyColumn {
    /** The type in the file. */
    readonly type: PlyType;
    /** [elements] */
    readonly values: PlyNumbers;
}

/** The lists of one property, one for each element. */
export interface PlyLists {
    readonly type: PlyType;
    /** [elements + 1] the index in `values` of the start of each list, and the end of the last one. */
    readonly starts: Uint32Array;
    /** The values of all lists, one after the other. */
    readonly values: PlyNumbers;
}

/** The elements of one kind, such as vertices, by property. */
export interface PlyElement {
    readonly name: string;
    readonly count: number;
    /** Of properties with one name, the first is kept. */
    readonly columns: ReadonlyMap<string, PlyColumn>;
    readonly lists: ReadonlyMap<string, PlyLists>;
}

/** Creates an array for numbers of a type. */
export function CreatePlyNumbers(type: PlyType, length: number): PlyNumbers {
    switch (type) {
        case "int8":
            return new Int8Array(length);
        case "uint8":
            return new Uint8Array(length);
        case "int16":
            return new Int16Array(length);
        case "uint16":
            return new Uint16Array(length);
        case "int32":
            return new Int32Array(length);
        case "uint32":
            return new Uint32Array(length);
        case "float16":
        case "float32":
            return new Float32Array(length);
        default:
            return new Float64Array(length);
    }
}

/**
 * Sorts the arrays of an element's properties into columns and lists.
 *
 * @param values one array per property
 * @param starts the starts of the lists of each property that is a list
 */
export function AssemblePlyElement(
    { name, count, properties }: PlyElementHeader,
    values: readonly PlyNumbers[],
    starts: readonly (Uint32Array | null)[],
): PlyElement {
    const columns = new Map<string, PlyColumn>();
    const lists = new Map<string, PlyLists>();
    properties.forEach(({ name: property, type }, i) => {
        const listStarts = starts[i];
        if (listStarts === null && !columns.has(property)) {
            columns.set(property, { type, values: values[i] });
        } else if (listStarts !== null && !lists.has(property)) {
            lists.set(property, { type, starts: listStarts, values: values[i] });
        }
    });
    return { name, count, columns, lists };
}
