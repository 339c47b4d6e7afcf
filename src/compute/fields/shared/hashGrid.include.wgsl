// A multi-resolution hash grid (Mueller et al. 2022). A level has resolution^3 cells over the unit cube and values at
// the (resolution + 1)^3 vertices; it is dense if they fit its table, otherwise hashed.
struct GridLevel {
    resolution: u32,
    start: u32, // first entry
    entries: u32,
    isDense: u32,
}

// Corner c of a cell: bit 0 = x, bit 1 = y, bit 2 = z.
fn cornerEntry(level: GridLevel, cell: vec3u, corner: u32) -> u32 {
    let v = cell + vec3u(corner & 1u, (corner >> 1u) & 1u, corner >> 2u);
    if (level.isDense != 0u) {
        let side = level.resolution + 1u;
        return level.start + min(v.x + side * (v.y + side * v.z), level.entries - 1u);
    }
    // The number of entries is a power of 2 here.
    return level.start + ((v.x ^ (v.y * 2654435761u) ^ (v.z * 805459861u)) & (level.entries - 1u));
}

fn cornerWeight(inside: vec3f, corner: u32) -> f32 {
    let w = select(1.0 - inside, inside, (vec3u(corner) & vec3u(1u, 2u, 4u)) != vec3u(0u));
    return w.x * w.y * w.z;
}
