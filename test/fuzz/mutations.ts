import { CreateRandom } from "../../src/compute/base/random";

/** Numbers that readers meet in damaged and hostile files. */
const ODD_NUMBERS = [
    0,
    -1,
    1,
    2.5,
    1e-320,
    1e39,
    -1e39,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 53 - 1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
];
/** Values of any type. The long and the deep one are made once. */
const ODD_VALUES: readonly unknown[] = [
    ...ODD_NUMBERS,
    null,
    true,
    "",
    "constructor",
    "__proto__",
    "\ud800",
    "../../etc/passwd",
    "x".repeat(100_000),
    [],
    {},
    JSON.parse(`${"[".repeat(2000)}${"]".repeat(2000)}`),
];

/** Random changes of inputs. The same seed gives the same changes. */
export class Mutations {
    private readonly _random: () => number;

    public constructor(seed: number) {
        this._random = CreateRandom(seed);
    }

    /** Returns a whole number from 0 to below `count`. */
    public below(count: number): number {
        return Math.floor(this._random() * count);
    }

    /** Returns one of the items. */
    public pick<T>(items: readonly T[]): T {
        return items[this.below(items.length)];
    }

    /** Returns a copy of a JSON value with one change: a value replaced, removed, repeated, or swapped with another. */
    public json<T>(value: T): unknown {
        const copy = structuredClone(value);
        const places = placesOf(copy);
        if (places.length === 0) {
            return this.pick(ODD_VALUES);
        }
        const [owner, key] = this.pick(places);
        switch (this.below(5)) {
            case 0:
                if (Array.isArray(owner)) {
                    owner.splice(Number(key), 1);
                } else {
                    delete owner[key];
                }
                break;
            case 1: {
                const [other, otherKey] = this.pick(places);
                [owner[key], other[otherKey]] = [structuredClone(other[otherKey]), structuredClone(owner[key])];
                break;
            }
            case 2:
                if (Array.isArray(owner)) {
                    owner.push(structuredClone(owner[Number(key)]));
                } else {
                    owner[`${key} `] = owner[key];
                }
                break;
            default:
                owner[key] = this.pick(ODD_VALUES);
        }
        return copy;
    }

    /** Changes one element of an array of numbers: an odd number, a neighbor's value, or the largest value. */
    public number(values: Uint8Array | Uint32Array | Float32Array): void {
        const i = this.below(values.length);
        values[i] = this.pick([...ODD_NUMBERS, values[this.below(values.length)], i]);
    }

    /** Returns a copy of bytes with one change: bytes flipped, set, cut off, repeated, inserted or removed. */
    public bytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
        const copy = new Uint8Array(bytes);
        const at = this.below(copy.length);
        const length = 1 + this.below(Math.min(8, copy.length - at));
        switch (this.below(6)) {
            case 0:
                copy[at] ^= 1 << this.below(8);
                return copy;
            case 1:
                copy.fill(this.pick([0, 1, 0x0a, 0x20, 0x7f, 0x80, 0xff]), at, at + length);
                return copy;
            case 2:
                return copy.slice(0, at);
            case 3:
                return joined(copy.subarray(0, at), copy.subarray(at, at + length), copy.subarray(at));
            case 4:
                return joined(copy.subarray(0, at), copy.subarray(at + length));
            default: {
                const from = this.below(copy.length);
                copy.copyWithin(at, from, from + length);
                return copy;
            }
        }
    }
}

type Owner = Record<string, unknown> | unknown[];

/** Lists the places of all values within a JSON value, without its root. */
function placesOf(value: unknown): [owner: Record<string, unknown>, key: string][] {
    const places: [Record<string, unknown>, string][] = [];
    const open: Owner[] = typeof value === "object" && value !== null ? [value as Owner] : [];
    for (let owner = open.pop(); owner; owner = open.pop()) {
        for (const [key, child] of Object.entries(owner)) {
            places.push([owner as Record<string, unknown>, key]);
            if (typeof child === "object" && child !== null) {
                open.push(child as Owner);
            }
        }
    }
    return places;
}

function joined(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
    let offset = 0;
    for (const piece of pieces) {
        bytes.set(piece, offset);
        offset += piece.length;
    }
    return bytes;
}
