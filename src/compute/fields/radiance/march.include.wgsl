// Steps along a ray. The kernel declares `occupancy`, one bit per cell of the grid, x fastest.

// Maps the unit cube to the hash grid and occupancy grid. With UNBOUNDED, the cube is the middle half of the grid, and
// the rest of space is contracted around it (Barron et al. 2022, equation 10, with the maximum norm).
fn toGrid(position: vec3f) -> vec3f {
    if (!UNBOUNDED) {
        return clamp(position, vec3f(0.0), vec3f(1.0));
    }
    let centered = 2.0 * position - 1.0;
    let size = max(max(abs(centered.x), abs(centered.y)), max(abs(centered.z), 1.0));
    return 0.5 + 0.25 * centered * ((2.0 - 1.0 / size) / size);
}

// Returns the length of a step at a position in the grid: constant in the cube, growing with the distance from it.
fn stepAt(gridPosition: vec3f) -> f32 {
    if (!UNBOUNDED) {
        return STEP;
    }
    let centered = abs(4.0 * gridPosition - 2.0);
    let size = clamp(max(max(centered.x, centered.y), centered.z), 1.0, 1.9999);
    return STEP + CONE * (0.5 / (2.0 - size) - 0.5); // the distance from the cube, by the maximum norm
}

// Returns the range of lengths along the ray for samples.
fn rayRange(ray: Ray) -> vec2f {
    if (UNBOUNDED) {
        return vec2f(NEAR, FAR);
    }
    let direction = select(ray.direction, vec3f(1e-9), abs(ray.direction) < vec3f(1e-9));
    let a = -ray.origin / direction;
    let b = (1.0 - ray.origin) / direction;
    let low = min(a, b);
    let high = max(a, b);
    return vec2f(max(max(low.x, low.y), max(low.z, NEAR)), min(min(high.x, high.y), high.z));
}

fn firstStep(ray: Ray, near: f32) -> f32 {
    return near + ray.jitter * stepAt(toGrid(ray.origin + near * ray.direction));
}

fn occupancyCell(gridPosition: vec3f) -> u32 {
    let cell = min(vec3u(gridPosition * f32(RESOLUTION)), vec3u(RESOLUTION - 1u));
    return cell.x + RESOLUTION * (cell.y + RESOLUTION * cell.z);
}
