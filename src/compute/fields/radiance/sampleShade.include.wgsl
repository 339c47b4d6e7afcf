// The density and color of a sample, from the networks' outputs. The kernel declares `geometry` [GEOMETRY, POINTS] and
// `colors` [8, POINTS].

fn densityOf(sample: u32) -> f32 {
    return densityBy(geometry[sample]);
}

fn colorOf(sample: u32) -> vec3f {
    let outputs = vec3f(colors[sample], colors[POINTS + sample], colors[2u * POINTS + sample]);
    return 1.0 / (1.0 + exp(-outputs));
}
