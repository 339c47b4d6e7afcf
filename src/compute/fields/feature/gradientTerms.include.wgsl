// The gradient of the features as a sparse sum: a term says that row `row` receives `coefficient` times the feature of `column`.
// The terms of a row are a linked list. Their order is chance, so whoever adds them up uses whole numbers.
struct GradientTerm {
    next: u32, // term + 1, 0 = end
    column: u32,
    coefficient: f32,
    unused: u32,
}
