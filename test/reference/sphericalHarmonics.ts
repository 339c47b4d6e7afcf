/**
 * Reference implementation of the first half of colorInputs.wgsl: real spherical harmonics of degrees 0 to 3 with the
 * Condon-Shortley phase, from the associated Legendre polynomials in general form.
 * @param direction unit vector
 * @returns [16], degree by degree, orders -l .. l
 */
export function SphericalHarmonics([x, y, z]: readonly number[]): number[] {
    const azimuth = Math.atan2(y, x);
    const values: number[] = [];
    for (let l = 0; l <= 3; l++) {
        for (let m = -l; m <= l; m++) {
            const order = Math.abs(m);
            const norm = Math.sqrt(((2 * l + 1) * Factorial(l - order)) / (4 * Math.PI * Factorial(l + order)));
            const legendre = Legendre(l, order, z);
            const turn = m < 0 ? Math.sin(order * azimuth) : Math.cos(order * azimuth);
            values.push((m === 0 ? 1 : Math.SQRT2) * norm * legendre * turn);
        }
    }
    return values;
}

function Factorial(n: number): number {
    return n < 2 ? 1 : n * Factorial(n - 1);
}

/** Associated Legendre polynomial by the usual recurrence in the degree. */
function Legendre(l: number, m: number, x: number): number {
    let before = 0;
    let value = 1;
    for (let k = 1; k <= m; k++) {
        value *= -(2 * k - 1) * Math.sqrt(Math.max(0, 1 - x * x));
    }
    for (let degree = m + 1; degree <= l; degree++) {
        const next = ((2 * degree - 1) * x * value - (degree + m - 1) * before) / (degree - m);
        before = value;
        value = next;
    }
    return value;
}
