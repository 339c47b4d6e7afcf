// Converts the first output of the density network to a density. Capped, as is its gradient, far above an opaque
// density.
fn densityBy(output: f32) -> f32 {
    return exp(min(output + INITIAL_LOG_DENSITY, MAX_LOG_DENSITY));
}
