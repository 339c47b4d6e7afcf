// Steps along a ray. The kernel declares `occupancy`, one bit a cell of the grid, x fastest.

// Length of the step at a length along the ray; grows with it where CONE is not 0.
fn stepAt(t: f32) -> f32 {
    return max(STEP, CONE * t);
}

// Unit cube -> hash grid and occupancy grid. With UNBOUNDED the cube takes the middle half of the grid and all the rest of space is
// contracted into what is around it (Barron et al. 2022, equation 10, with the maximum norm).
fn toGrid(position: vec3f) -> vec3f {
    if (!UNBOUNDED) {
        return clamp(position, vec3f(0.0), vec3f(1.0));
    }
    let centred = 2.0 * position - 1.0;
    let size = max(max(abs(centred.x), abs(centred.y)), max(abs(centred.z), 1.0));
    return 0.5 + 0.25 * centred * ((2.0 - 1.0 / size) / size);
}

// Lengths along the ray between which samples may lie.
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

fn occupancyCell(place: vec3f) -> u32 {
    let cell = min(vec3u(place * f32(RESOLUTION)), vec3u(RESOLUTION - 1u));
    return cell.x + RESOLUTION * (cell.y + RESOLUTION * cell.z);
}
