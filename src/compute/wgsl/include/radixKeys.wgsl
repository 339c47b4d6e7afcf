// Keys of the radix sort: unsigned numbers whose order is the order wanted.

// Bits of a float32 to such a number: -NaN < -inf < ... < -0 < +0 < ... < inf < NaN.
fn orderedFromFloatBits(bits: u32) -> u32 {
    return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}

fn floatBitsFromOrdered(ordered: u32) -> u32 {
    return select(~ordered, ordered & 0x7fffffffu, (ordered & 0x80000000u) != 0u);
}

fn radixDigit(key: u32) -> u32 {
    return (key >> uniforms.shift) & 255u;
}
