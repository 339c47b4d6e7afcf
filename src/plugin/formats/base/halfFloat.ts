/** The difference of the exponent biases of float32 and float16. */
const EXPONENT_SHIFT = 112;

const number = new Float32Array(1);
const bitsOfNumber = new Uint32Array(number.buffer);

/** Decodes an IEEE 754 half float. @param bits the 16 bits */
export function DecodeHalf(bits: number): number {
    const sign = (bits & 0x8000) << 16;
    const exponent = (bits >> 10) & 31;
    const mantissa = bits & 1023;
    if (exponent === 0) {
        return (sign === 0 ? 1 : -1) * mantissa * 2 ** -24;
    }
    // Bits are shifted, because powers would take most of the time of an image.
    bitsOfNumber[0] = sign | ((exponent === 31 ? 255 : exponent + EXPONENT_SHIFT) << 23) | (mantissa << 13);
    return number[0];
}
