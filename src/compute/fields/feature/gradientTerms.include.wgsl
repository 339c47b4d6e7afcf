// The gradient of the features as a sparse sum: a term adds `coefficient` times the feature of `column` to its row. The
// terms of a row are a linked list in random order, so they are summed as integers.
struct GradientTerm {
    next: u32, // term + 1, 0 = end
    column: u32,
    coefficient: f32,
    unused: u32,
}
