// The NEIGHBORS nearest other samples of every sample, exactly; of equally near ones, those with the lower indices.
// Searches the cells in growing cubes around the sample until no remaining cell can hold a nearer one. A last edge
// connects each sample to the next, so that the graph is connected; the last sample's connects it to itself. One
// invocation per sample.
@group(0) @binding(0) var<storage, read> points: array<vec4f>; // [SAMPLES] in 0..1
@group(0) @binding(1) var<storage, read> heads: array<u32>; // [CELLS^3] sample + 1, 0 = empty
@group(0) @binding(2) var<storage, read> next: array<u32>; // [SAMPLES] sample + 1, 0 = end
@group(0) @binding(3) var<storage, read_write> neighbors: array<u32>; // [SAMPLES, NEIGHBORS + 1] by distance

var<private> nearest: array<u32, NEIGHBORS>;
var<private> distances: array<f32, NEIGHBORS>;
// Squared distance of the farthest of `nearest`.
var<private> worst: f32;

fn visit(cell: vec3i, center: u32, position: vec3f) {
    var at = heads[(cell.z * CELLS + cell.y) * CELLS + cell.x];
    while (at != 0u) {
        let other = at - 1u;
        let offset = points[other].xyz - position;
        at = next[other];
        let distance = dot(offset, offset);
        if (distance > worst || other == center) {
            continue;
        }
        if (distance == worst && other > nearest[NEIGHBORS - 1]) {
            continue;
        }
        var slot = NEIGHBORS - 1u;
        while (slot > 0u) {
            let before = distances[slot - 1u];
            if (before < distance || (before == distance && nearest[slot - 1u] < other)) {
                break;
            }
            distances[slot] = before;
            nearest[slot] = nearest[slot - 1u];
            slot--;
        }
        distances[slot] = distance;
        nearest[slot] = other;
        worst = distances[NEIGHBORS - 1];
    }
}

// Returns the squared distance along one axis from a coordinate to a cell, slightly reduced for positions that rounding
// put into the adjacent cell.
fn apartFrom(cell: i32, coordinate: f32) -> f32 {
    let apart = max(max(f32(cell) / f32(CELLS) - coordinate, coordinate - f32(cell + 1) / f32(CELLS)), 0.0);
    return apart * apart * 0.9999;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let center = id.x;
    if (center >= SAMPLES) {
        return;
    }
    for (var j = 0u; j < NEIGHBORS; j++) {
        nearest[j] = 0xffffffffu;
        distances[j] = 3.0e38;
    }
    worst = 3.0e38;
    let position = points[center].xyz;
    let middle = vec3i(clamp(position * f32(CELLS), vec3f(0.0), vec3f(f32(CELLS) - 1.0)));
    // Starts with the own cell: its samples allow to skip most of the other cells.
    visit(middle, center, position);
    for (var radius = 1; radius <= CELLS; radius++) {
        let low = max(middle - radius, vec3i(0));
        let high = min(middle + radius, vec3i(CELLS - 1));
        for (var z = low.z; z <= high.z; z++) {
            let apartZ = apartFrom(z, position.z);
            for (var y = low.y; y <= high.y; y++) {
                let apartYZ = apartZ + apartFrom(y, position.y);
                // Inside of the shell, only the two ends of a row are new.
                let isWhole = abs(z - middle.z) == radius || abs(y - middle.y) == radius;
                let stride = select(2 * radius, 1, isWhole);
                for (var x = middle.x - radius; x <= high.x; x += stride) {
                    if (x >= 0 && apartYZ + apartFrom(x, position.x) <= worst) {
                        visit(vec3i(x, y, z), center, position);
                    }
                }
            }
        }
        // Distances to the sides of the cube that have unvisited cells behind them.
        let below = select(vec3f(2.0), position - vec3f(middle - radius) / f32(CELLS), middle - radius > vec3i(0));
        let above = select(
            vec3f(2.0),
            vec3f(middle + radius + 1) / f32(CELLS) - position,
            middle + radius < vec3i(CELLS - 1),
        );
        let reach = min(min(min(below.x, below.y), below.z), min(min(above.x, above.y), above.z));
        // Slightly reduced, for positions that rounding put into the adjacent cell.
        if (worst < reach * reach * 0.9999) {
            break;
        }
    }
    let row = center * (NEIGHBORS + 1u);
    for (var j = 0u; j < NEIGHBORS; j++) {
        neighbors[row + j] = nearest[j];
    }
    neighbors[row + NEIGHBORS] = min(center + 1u, SAMPLES - 1u);
}
