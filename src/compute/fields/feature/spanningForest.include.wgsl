// The working memory of Boruvka's rounds, see sampleForest.ts.
//   components [ROUNDS + 1, VERTICES]: component of every vertex at the start of a round, named by one of its vertices
//   candidates [2, ROUNDS, VERTICES]: smallest weight of the edges that leave a component, then the lowest edge of that
//   weight
//   progress [ROUNDS + 2 + VERTICES]: whether edges left any component in a round; the round of the first two kernels;
//   the
//     round of the third, plus 1; whether all edges of a vertex lie within its component
const NONE = 0xffffffffu;

fn lightestAt(round: u32, component: u32) -> u32 {
    return round * VERTICES + component;
}

fn closedAt(vertex: u32) -> u32 {
    return ROUNDS + 2u + vertex;
}

fn pickedAt(round: u32, component: u32) -> u32 {
    return (ROUNDS + round) * VERTICES + component;
}
