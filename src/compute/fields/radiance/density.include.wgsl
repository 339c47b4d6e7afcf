// Density by the first output of the density network. It is capped where everything is opaque long since; so is its gradient.
fn densityBy(output: f32) -> f32 {
    return exp(min(output + INITIAL_LOG_DENSITY, MAX_LOG_DENSITY));
}
