// The 32-bit PCG hash (Jarzynski & Olano 2020); the same function as PcgHash in random.ts.
fn pcgHash(value: u32) -> u32 {
    let state = value * 747796405u + 2891336453u;
    let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
    return (word >> 22u) ^ word;
}

// Returns 32 random bits of an element of a stream. `key` is a hash of seed and step.
fn randomBits(key: u32, stream: u32, index: u32) -> u32 {
    return pcgHash(index ^ pcgHash(stream ^ key));
}

// Converts random bits to an integer in 0..count - 1, count < 65536: the high half of the product.
fn randomBelow(bits: u32, count: u32) -> u32 {
    return ((bits >> 16u) * count + (((bits & 0xffffu) * count) >> 16u)) >> 16u;
}

// Converts random bits to a number in [0, 1).
fn randomUnit(bits: u32) -> f32 {
    return f32(bits >> 8u) * (1.0 / 16777216.0);
}
