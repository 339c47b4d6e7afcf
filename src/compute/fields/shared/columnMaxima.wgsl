// The largest absolute value of every column; it scales the fixed-point sums of the hash grid's gradient. `maxima`
// starts as zeros. One invocation per column and 32 points.
@group(0) @binding(0) var<storage, read> values: array<f32>; // [COLUMNS, POINTS]
@group(0) @binding(1) var<storage, read_write> maxima: array<atomic<u32>>; // [COLUMNS] float bits

const RUN = 32u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= COLUMNS * (POINTS / RUN)) {
        return;
    }
    let column = id.x / (POINTS / RUN);
    let first = column * POINTS + id.x % (POINTS / RUN) * RUN;
    var largest = 0.0;
    for (var i = first; i < first + RUN; i++) {
        largest = max(largest, abs(values[i]));
    }
    atomicMax(&maxima[column], bitcast<u32>(largest));
}
