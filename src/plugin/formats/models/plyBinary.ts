import type { Coroutine } from "../../../compute/base/coroutine";
import { DecodeHalf } from "../base/halfFloat";
import { AssemblePlyElement, CreatePlyNumbers, type PlyElement, type PlyNumbers } from "./plyElement";
import { PLY_TYPE_BYTES, type PlyElementHeader, PlyError, type PlyHeader, type PlyType } from "./plyHeader";

/** The numbers that are read in one time slice: a few milliseconds of work. */
const NUMBERS_PER_SLICE = 1 << 15;

type NumberReader = (view: DataView, at: number, isLittle: boolean) => number;

const READERS: Readonly<Record<PlyType, NumberReader>> = {
    int8: (view, at) => view.getInt8(at),
    uint8: (view, at) => view.getUint8(at),
    int16: (view, at, isLittle) => view.getInt16(at, isLittle),
    uint16: (view, at, isLittle) => view.getUint16(at, isLittle),
    int32: (view, at, isLittle) => view.getInt32(at, isLittle),
    uint32: (view, at, isLittle) => view.getUint32(at, isLittle),
    int64: (view, at, isLittle) => Number(view.getBigInt64(at, isLittle)),
    uint64: (view, at, isLittle) => Number(view.getBigUint64(at, isLittle)),
    float16: (view, at, isLittle) => DecodeHalf(view.getUint16(at, isLittle)),
    float32: (view, at, isLittle) => view.getFloat32(at, isLittle),
    float64: (view, at, isLittle) => view.getFloat64(at, isLittle),
};

/**
 * Reads the elements of a binary PLY file, in time slices. Nothing is allocated before the bytes of an element are
 * known to be there.
 *
 * @param onFraction called with the share of the file that is read
 * @throws UltrametricError "input" for a file that ends too early or a list of negative length
 */
export function* ReadPlyBinary(
    bytes: Uint8Array,
    header: PlyHeader,
    file: string,
    onFraction: (fraction: number) => void,
): Coroutine<PlyElement[]> {
    const reader = new BinaryElements(bytes, header, file, onFraction);
    const elements: PlyElement[] = [];
    for (const element of header.elements) {
        elements.push(yield* reader.read(element));
    }
    return elements;
}

class BinaryElements {
    private readonly _view: DataView;
    private readonly _isLittle: boolean;
    private _at: number;

    public constructor(
        bytes: Uint8Array,
        header: PlyHeader,
        private readonly _file: string,
        private readonly _onFraction: (fraction: number) => void,
    ) {
        this._view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this._isLittle = header.format === "binary_little_endian";
        this._at = header.start;
    }

    public *read(element: PlyElementHeader): Coroutine<PlyElement> {
        const { name, count, properties } = element;
        const rowBytes = properties.reduce((sum, p) => sum + PLY_TYPE_BYTES[p.lengthType ?? p.type], 0);
        const rest = this._view.byteLength - this._at;
        const hasLists = properties.some(({ lengthType }) => lengthType !== null);
        if (count * rowBytes > rest) {
            throw PlyError(
                this._file,
                `its ${count} elements "${name}" need ${count * rowBytes} bytes${hasLists ? " or more" : ""}, but ` +
                    `${rest} follow at byte ${this._at}`,
            );
        }
        if (properties.length === 0) {
            return AssemblePlyElement(element, [], []);
        }
        return hasLists ? yield* this._readLists(element) : yield* this._readColumns(element, rowBytes);
    }

    private *_readColumns(element: PlyElementHeader, rowBytes: number): Coroutine<PlyElement> {
        const { count, properties } = element;
        const columns = properties.map(({ type }) => CreatePlyNumbers(type, count));
        // Rows are read in blocks, whose bytes stay in the processor's cache for all columns.
        const rowsPerSlice = Math.max(1, Math.floor(NUMBERS_PER_SLICE / properties.length));
        for (let first = 0; first < count; first += rowsPerSlice) {
            const end = Math.min(count, first + rowsPerSlice);
            let offset = this._at;
            properties.forEach(({ type }, p) => {
                this._readColumn(columns[p], READERS[type], first, end, offset, rowBytes);
                offset += PLY_TYPE_BYTES[type];
            });
            this._onFraction((this._at + end * rowBytes) / this._view.byteLength);
            yield;
        }
        this._at += count * rowBytes;
        return AssemblePlyElement(
            element,
            columns,
            properties.map(() => null),
        );
    }

    private _readColumn(
        to: PlyNumbers,
        read: NumberReader,
        first: number,
        end: number,
        offset: number,
        rowBytes: number,
    ): void {
        for (let row = first; row < end; row++) {
            to[row] = read(this._view, offset + row * rowBytes, this._isLittle);
        }
    }

    /** Measures all lists first, so that their arrays have the right size. */
    private *_readLists(element: PlyElementHeader): Coroutine<PlyElement> {
        const { count, properties } = element;
        const totals = yield* this._measure(element);
        const starts = properties.map(({ lengthType }) => (lengthType === null ? null : new Uint32Array(count + 1)));
        const values = properties.map(({ type }, p) => CreatePlyNumbers(type, totals[p]));
        const filled = properties.map(() => 0);
        let numbers = 0;
        for (let row = 0; row < count; row++) {
            for (let p = 0; p < properties.length; p++) {
                const { type, lengthType } = properties[p];
                const length = lengthType === null ? 1 : this._readNumber(lengthType);
                for (let i = 0; i < length; i++) {
                    values[p][filled[p]++] = this._readNumber(type);
                }
                const listStarts = starts[p];
                if (listStarts !== null) {
                    listStarts[row + 1] = filled[p];
                }
                numbers += length + 1;
            }
            if (numbers > NUMBERS_PER_SLICE) {
                numbers = 0;
                this._onFraction(this._at / this._view.byteLength);
                yield;
            }
        }
        return AssemblePlyElement(element, values, starts);
    }

    /** Returns the number of values of each property; the position stays. */
    private *_measure({ name, count, properties }: PlyElementHeader): Coroutine<number[]> {
        const start = this._at;
        const end = this._view.byteLength;
        const totals = properties.map(() => 0);
        let numbers = 0;
        for (let row = 0; row < count; row++) {
            for (let p = 0; p < properties.length; p++) {
                const { type, lengthType } = properties[p];
                const at = this._at;
                const isCut = at + PLY_TYPE_BYTES[lengthType ?? type] > end;
                const length = lengthType === null ? 1 : isCut ? 0 : this._readNumber(lengthType);
                if (length < 0) {
                    throw PlyError(this._file, `the list of "${name}" ${row} at byte ${at} has the length ${length}`);
                }
                this._at += length * PLY_TYPE_BYTES[type];
                if (isCut || this._at > end) {
                    throw PlyError(
                        this._file,
                        `"${name}" ${row} of ${count} at byte ${at} needs ${this._at - end} more bytes than follow`,
                    );
                }
                totals[p] += length;
                numbers++;
            }
            if (numbers > NUMBERS_PER_SLICE) {
                numbers = 0;
                yield;
            }
        }
        this._at = start;
        return totals;
    }

    private _readNumber(type: PlyType): number {
        const value = READERS[type](this._view, this._at, this._isLittle);
        this._at += PLY_TYPE_BYTES[type];
        return value;
    }
}
