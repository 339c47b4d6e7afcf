/** Returns the bits of the half float nearest to a normal number >= 0, or of NaN or infinity. */
export function HalfBits(value: number): number {
    if (Number.isNaN(value)) {
        return 0x7e00;
    }
    if (value === 0) {
        return 0;
    }
    const magnitude = Math.abs(value);
    const sign = value < 0 ? 0x8000 : 0;
    if (magnitude === Number.POSITIVE_INFINITY) {
        return sign | 0x7c00;
    }
    const exponent = Math.floor(Math.log2(magnitude));
    return sign | (((exponent + 15) << 10) + Math.round((magnitude / 2 ** exponent - 1) * 1024));
}
