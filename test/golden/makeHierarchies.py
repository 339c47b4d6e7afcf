"""Writes test/golden/hierarchies.json: the results of SciPy and Higra on small graphs.

    python test/golden/makeHierarchies.py        (numpy, scipy, higra)

For every graph: the weight of the minimum spanning forest (SciPy), and for each criterion the ultrametric distances of all
pairs of leaves as a condensed matrix, row by row above the diagonal (Higra: single linkage, and watershed hierarchies by
area, dynamics and volume). Pairs in different components are -1. Higra needs connected graphs: components are chained by
edges heavier than all others, and pairs that only these join are written as -1.
"""
import json
from pathlib import Path

import higra as hg
import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree


def ultrametric(tree, altitudes, n):
    """Altitudes of the lowest common ancestors of all pairs of leaves, condensed."""
    i, j = np.triu_indices(n, 1)
    tree.lowest_common_ancestor_preprocess()
    return altitudes[tree.lowest_common_ancestor(i, j)]


def golden(name, n, edges, weights):
    edges = np.asarray(edges, np.int64).reshape(-1, 2)
    weights = np.asarray(weights, np.float64)
    result = {"name": name, "vertexCount": n, "edges": edges.ravel().tolist(), "weights": weights.tolist()}
    # SciPy drops edges of weight 0 and adds parallel ones up: shift the weights, and keep the lightest of a pair.
    best = {}
    for (a, b), w in zip(edges.tolist(), weights.tolist()):
        key = (min(a, b), max(a, b))
        best[key] = min(w, best.get(key, np.inf))
    pairs = np.array(list(best)).reshape(-1, 2)
    matrix = csr_matrix((np.array(list(best.values())) + 1, pairs.T), shape=(n, n))
    forest = minimum_spanning_tree(matrix)
    result["forestWeight"] = float(forest.sum() - forest.nnz)
    label = connected_components(matrix, directed=False)[1] if n else np.zeros(0, int)
    if n < 2:
        return result | {"distances": {}}
    first = np.unique(label, return_index=True)[1]
    bridges = np.stack([first[:-1], first[1:]], 1)
    heavy = weights.max() * 2 + 1 if len(weights) else 1.0
    graph = hg.UndirectedGraph(n)
    everything = np.concatenate([edges, bridges])
    graph.add_edges(everything[:, 0], everything[:, 1])
    all_weights = np.r_[weights, np.full(len(bridges), heavy)]
    i, j = np.triu_indices(n, 1)
    apart = label[i] != label[j]
    distances = {}
    for criterion in ("distance", "area", "dynamics", "volume"):
        if criterion == "distance":
            tree, altitudes = hg.bpt_canonical(graph, all_weights)
        else:
            tree, altitudes = getattr(hg, "watershed_hierarchy_by_" + criterion)(graph, all_weights)
        d = ultrametric(tree, altitudes, n)
        d[apart] = -1
        distances[criterion] = d.tolist()
    return result | {"distances": distances}


def random_graph(rng, n, m, levels):
    edges = rng.integers(0, n, (m, 2))
    edges = edges[edges[:, 0] != edges[:, 1]]
    return edges, rng.integers(0, levels, len(edges))


rng = np.random.default_rng(7)
graphs = [
    golden("one vertex", 1, [], []),
    golden("no edges", 3, [], []),
    golden("one edge", 2, [[0, 1]], [3]),
    golden("a path with a plateau", 6, [[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]], [2, 1, 2, 2, 1]),
    golden("all equal", 8, *zip(*[([a, b], 1) for a in range(8) for b in range(a)])),
]
for name, n, m, levels in (
    ("ties", 30, 90, 4),
    ("many ties", 40, 160, 2),
    ("hardly any ties", 40, 140, 10000),
    ("several components", 40, 34, 5),
    ("weights of zero", 24, 60, 2),
):
    graphs.append(golden(name, n, *random_graph(rng, n, m, levels)))
side = 7
grid = [[r * side + c, r * side + c + 1] for r in range(side) for c in range(side - 1)]
grid += [[r * side + c, (r + 1) * side + c] for r in range(side - 1) for c in range(side)]
graphs.append(golden("grid with minima", side * side, grid, rng.integers(0, 9, len(grid))))
Path(__file__).with_name("hierarchies.json").write_text(json.dumps({"graphs": graphs}, separators=(",", ":")) + "\n")
print(sum(len(g["distances"]) for g in graphs), "hierarchies of", len(graphs), "graphs")
