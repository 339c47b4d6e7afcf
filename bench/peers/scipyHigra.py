"""From features to a hierarchy with SciPy, NumPy and Higra: the peer of bench/hierarchy.ts.

python scipyHigra.py FOLDER N K DIMS: reads positions.f32 [N, 3] and features.f32 [N, DIMS], prints the seconds of each step
as JSON and writes the partitions at the thresholds of thresholds.f64 as labels.u32 [T, N].
"""
import json
import sys
import time
from pathlib import Path

import higra as hg
import numpy as np
from scipy.spatial import cKDTree

folder, n, k, dimensions = Path(sys.argv[1]), *map(int, sys.argv[2:])
X = np.fromfile(folder / "positions.f32", np.float32).reshape(n, 3)
F = np.fromfile(folder / "features.f32", np.float32).reshape(n, dimensions)
start = time.perf_counter()
near = cKDTree(X).query(X, k + 1)[1][:, 1:]
pairs = np.sort(np.stack([np.repeat(np.arange(n), k), near.ravel()], 1), 1)
edges = np.stack(np.divmod(np.unique(pairs[:, 0] * n + pairs[:, 1]), n), 1)
graph_done = time.perf_counter()
weights = np.linalg.norm(F[edges[:, 0]] - F[edges[:, 1]], axis=1)
weights_done = time.perf_counter()
tree, altitudes = hg.bpt_canonical((edges[:, 0], edges[:, 1], n), weights.astype(np.float64))
tree_done = time.perf_counter()
thresholds = np.fromfile(folder / "thresholds.f64")
labels = np.stack([hg.labelisation_horizontal_cut_from_threshold(tree, altitudes, t) for t in thresholds])
labels.astype(np.uint32).tofile(folder / "labels.u32")
cut = time.perf_counter()
hg.labelisation_horizontal_cut_from_threshold(tree, altitudes, thresholds[len(thresholds) // 2])
print(json.dumps({
    "graph": graph_done - start, "weights": weights_done - graph_done, "tree": tree_done - weights_done,
    "total": tree_done - start, "one cut": time.perf_counter() - cut,
}))
