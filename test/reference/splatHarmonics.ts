/** Associated Legendre polynomials without the Condon-Shortley phase, by their recurrence. */
function Legendre(degree: number, order: number, x: number): number {
    let diagonal = 1;
    for (let k = 1; k <= order; k++) {
        diagonal *= (2 * k - 1) * Math.sqrt(1 - x * x);
    }
    let [previous, current] = [0, diagonal];
    for (let l = order + 1; l <= degree; l++) {
        [previous, current] = [current, ((2 * l - 1) * x * current - (l + order - 1) * previous) / (l - order)];
    }
    return current;
}

function Factorial(n: number): number {
    return n <= 1 ? 1 : n * Factorial(n - 1);
}

/**
 * Returns red, green and blue of the harmonics beyond the constant one in a direction, from bytes 127.5 (value + 1):
 * real spherical harmonics by their definition, with the phase of 3D Gaussian Splatting.
 */
export function SphericalHarmonics(bytes: Uint8Array, [x, y, z]: readonly number[]): [number, number, number] {
    const sum: [number, number, number] = [0, 0, 0];
    const azimuth = Math.atan2(y, x);
    const degrees = Math.sqrt(bytes.length / 3 + 1) - 1;
    let k = 0;
    for (let l = 1; l <= degrees; l++) {
        for (let m = -l; m <= l; m++) {
            const order = Math.abs(m);
            const norm = Math.sqrt(
                (((2 * l + 1) / (4 * Math.PI)) * Factorial(l - order) * (m === 0 ? 1 : 2)) / Factorial(l + order),
            );
            const angle = m < 0 ? Math.sin(order * azimuth) : Math.cos(order * azimuth);
            const basis = (order % 2 === 0 ? 1 : -1) * norm * angle * Legendre(l, order, z);
            for (let channel = 0; channel < 3; channel++) {
                sum[channel] += basis * (bytes[k++] / 127.5 - 1);
            }
        }
    }
    return sum;
}
