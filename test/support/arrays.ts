import { expect } from "vitest";

/**
 * Expects two arrays of numbers to be equal, and reports their first difference.
 * Much faster on long arrays than `toEqual`; NaN equals NaN, and 0 equals -0.
 * @param note prefix of the message, such as the seed
 */
export function ExpectSameElements(actual: ArrayLike<number>, expected: ArrayLike<number>, note = ""): void {
    expect(actual.length, `${note} length`).toBe(expected.length);
    for (let i = 0; i < expected.length; i++) {
        if (actual[i] !== expected[i] && !(Number.isNaN(actual[i]) && Number.isNaN(expected[i]))) {
            expect.fail(`${note} element ${i} of ${expected.length}: ${actual[i]} instead of ${expected[i]}`);
        }
    }
}

/**
 * Expects every number to be within `absolute + relative * |expected|` of the expected one, and reports the worst.
 * @param note prefix of the message, such as the seed
 */
export function ExpectCloseElements(
    actual: ArrayLike<number>,
    expected: ArrayLike<number>,
    { absolute = 0, relative = 0 }: { absolute?: number; relative?: number },
    note = "",
): void {
    expect(actual.length, `${note} length`).toBe(expected.length);
    let worst = -1;
    let worstExcess = 0;
    for (let i = 0; i < expected.length; i++) {
        const excess = Math.abs(actual[i] - expected[i]) - (absolute + relative * Math.abs(expected[i]));
        if (!(excess <= 0) && !(excess <= worstExcess && worst >= 0)) {
            worst = i;
            worstExcess = excess;
        }
    }
    if (worst >= 0) {
        expect.fail(
            `${note} element ${worst} of ${expected.length}: ${actual[worst]} instead of ${expected[worst]}, ` +
                `allowed are ${absolute} and ${relative} of it`,
        );
    }
}

/** Counts the elements of two arrays of one length that differ by more than `tolerance`. */
export function CountDifferent(a: ArrayLike<number>, b: ArrayLike<number>, tolerance = 0): number {
    expect(a.length).toBe(b.length);
    let count = 0;
    for (let i = 0; i < a.length; i++) {
        count += Math.abs(a[i] - b[i]) > tolerance ? 1 : 0;
    }
    return count;
}
