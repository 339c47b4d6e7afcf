import type { Coroutine } from "../../../compute/base/coroutine";
import { Quoted } from "../../../compute/base/ultrametricError";
import { TextScanner } from "../base/textScanner";
import { AssemblePlyElement, CreatePlyNumbers, type PlyElement, type PlyNumbers } from "./plyElement";
import { type PlyElementHeader, PlyError, type PlyHeader, type PlyProperty } from "./plyHeader";

/** The numbers that are read in one time slice: a few milliseconds of work. */
const NUMBERS_PER_SLICE = 1 << 15;
const FIRST_LIST_CAPACITY = 1024;

/**
 * Reads the elements of an ASCII PLY file, in time slices. Each element is a line; blank lines are skipped, and words
 * after the last property are ignored.
 *
 * @param onFraction called with the share of the file that is read
 * @throws UltrametricError "input" for missing lines or numbers, and words that are no numbers
 */
export function* ReadPlyText(
    bytes: Uint8Array,
    header: PlyHeader,
    file: string,
    onFraction: (fraction: number) => void,
): Coroutine<PlyElement[]> {
    const scanner = new TextScanner(bytes, header.start, header.lineCount + 1);
    const elements: PlyElement[] = [];
    for (const element of header.elements) {
        // A number takes a digit and a separator.
        const least = Math.max(0, 2 * element.count * element.properties.length - 1);
        const rest = bytes.length - scanner.position;
        if (least > rest) {
            throw PlyError(
                file,
                `its ${element.count} elements "${element.name}" need ${least} bytes or more, but ${rest} follow ` +
                    `after line ${scanner.line}`,
            );
        }
        elements.push(yield* readElement(scanner, element, file, () => onFraction(scanner.position / bytes.length)));
    }
    return elements;
}

function* readElement(
    scanner: TextScanner,
    element: PlyElementHeader,
    file: string,
    onSlice: () => void,
): Coroutine<PlyElement> {
    const { name, properties } = element;
    // Elements without properties have no lines.
    const count = properties.length === 0 ? 0 : element.count;
    const values = properties.map(({ type, lengthType }) =>
        CreatePlyNumbers(type, lengthType === null ? count : FIRST_LIST_CAPACITY),
    );
    const starts = properties.map(({ lengthType }) => (lengthType === null ? null : new Uint32Array(count + 1)));
    const filled = properties.map(() => 0);
    let numbers = 0;
    for (let row = 0; row < count; row++) {
        if (!scanner.nextLine()) {
            throw PlyError(file, `it has ${row} of ${count} lines of "${name}" when it ends at line ${scanner.line}`);
        }
        for (let p = 0; p < properties.length; p++) {
            const listStarts = starts[p];
            let length = 1;
            if (listStarts !== null) {
                length = readNumber(scanner, properties[p], file);
                if (!Number.isSafeInteger(length) || length < 0) {
                    throw PlyError(file, `line ${scanner.line} has a list "${properties[p].name}" of length ${length}`);
                }
                numbers++;
            }
            for (let i = 0; i < length; i++) {
                if (filled[p] === values[p].length) {
                    values[p] = grown(values[p], properties[p]);
                }
                values[p][filled[p]++] = readNumber(scanner, properties[p], file);
            }
            numbers += length;
            if (listStarts !== null) {
                listStarts[row + 1] = filled[p];
            }
        }
        if (numbers > NUMBERS_PER_SLICE) {
            numbers = 0;
            onSlice();
            yield;
        }
    }
    const arrays = values.map((array, p) => (starts[p] === null ? array : array.subarray(0, filled[p])));
    return AssemblePlyElement(element, arrays, starts);
}

function grown(values: PlyNumbers, { type }: PlyProperty): PlyNumbers {
    const larger = CreatePlyNumbers(type, 2 * values.length);
    larger.set(values);
    return larger;
}

function readNumber(scanner: TextScanner, { name }: PlyProperty, file: string): number {
    if (!scanner.hasWord()) {
        throw PlyError(file, `line ${scanner.line} ends before its value of "${name}"`);
    }
    const value = scanner.number();
    if (value === undefined) {
        throw PlyError(file, `line ${scanner.line} has no number ${Quoted(scanner.lastWord())} as "${name}"`);
    }
    return value;
}
