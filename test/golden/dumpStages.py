"""Writes the fixtures of test/fixtures/excavator-stages: every stage of the method on a reduced demo capture, by the Python prototype.

    python test/golden/dumpStages.py PROTOTYPE [--capture demo/captures/excavator] [--out test/fixtures/excavator-stages]

PROTOTYPE is the folder with the prototype's modules (capture.py, field.py, hierarchy.py), its packages (numpy, scipy, numba, higra, pillow) must be
installed. The input of every stage is the stored, rounded arrays of the stages before it, so an implementation that reads
the files of a stage must give those of the next one. README.md beside the fixtures describes the arrays.
"""
import argparse
import gzip
import json
import sys
from pathlib import Path

import numpy as np

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument('prototype', help="folder with the prototype's modules")
ap.add_argument('--capture', default='demo/captures/excavator')
ap.add_argument('--out', default='test/fixtures/excavator-stages')
ap.add_argument('--views', type=int, nargs='+', default=[2, 6, 11, 15, 20, 24, 29, 33], help='training views that are kept')
ap.add_argument('--voxel', type=float, default=.0275, help='unit-cube lengths')
ap.add_argument('--steps', type=int, default=50)
ap.add_argument('--regions', type=int, default=300, help='superpoints')
ap.add_argument('--lam', type=float, default=.15)
ap.add_argument('--seed', type=int, default=0)
o = ap.parse_args()

sys.path.insert(0, o.prototype)
import capture as prototype_capture  # noqa: E402
import field  # noqa: E402
import hierarchy as hi  # noqa: E402

DTYPES = {'float32': '<f4', 'float64': '<f8', 'int32': '<i4', 'uint16': '<u2', 'uint8': '|u1'}
arrays = {}


def keep(name, value, dtype):
    """Stores an array, and returns it rounded as stored."""
    stored = np.asarray(value).astype(DTYPES[dtype])
    assert np.array_equal(stored, value) or np.issubdtype(stored.dtype, np.floating), name
    arrays[name] = (dtype, stored)
    return stored


def keep_merges(name, merges):
    first, second, height = merges
    keep(f'{name}_first', first, 'uint16')
    keep(f'{name}_second', second, 'uint16')
    keep(f'{name}_height', height, 'float64')


whole = prototype_capture.load(o.capture)
train = [whole.train[i] for i in o.views]
P = np.concatenate([v.points for v in train])
cap = prototype_capture.Capture(train, [], P.min(0), (P.max(0) - P.min(0)).max())
net = field.train(cap, 'ours', o.steps, '2d', o.seed)

X = keep('X', hi.build_cloud(cap, o.voxel), 'float32')
n = len(X)
world = keep('world', cap.to_world(X), 'float32')
near, edges = hi.knn_graph(X)
keep('near', near, 'uint16')
keep('edges', edges, 'uint16')
bridges = hi.connectors(edges, n)
keep('bridges', bridges, 'uint16')
F = keep('F', net.features(X), 'float32')
visible, inside, color = hi.observe(cap, world)
keep('visible', np.packbits(visible, axis=1), 'uint8')
keep('inside', np.packbits(np.concatenate(inside), axis=1), 'uint8')
color = keep('color', color, 'float32')
vote = keep('vote', hi.edge_votes(edges, visible, inside), 'float32')
vote_smooth = keep('vote_smooth', hi.smooth_edges(vote, edges, n), 'float32')
F_smooth = hi.smooth_features(F, edges)

weight_paper = hi.edge_length(F, edges).astype(np.float32)
paper = hi.single_linkage(edges, bridges, weight_paper, n)
order, height = hi.leaf_order(*paper)
keep('paper_leaf_order', order, 'uint16')
keep('paper_leaf_height', height, 'float32')

weight_super = keep('weight_super', hi.surface_weights(X, near, edges, color, vote_smooth), 'float32')
inner = hi.watershed(edges, bridges, weight_super, n)
keep_merges('inner', inner)
region = keep('region', hi.cut_counts(inner, [o.regions])[0], 'uint16').astype(np.int64)
linked = np.concatenate([edges, bridges])
plain = hi.consensus(region, linked, visible, inside, F_smooth, 0.)
merged = hi.consensus(region, linked, visible, inside, F_smooth, o.lam)
keep_merges('plain', plain)
keep_merges('merged', merged)
order, height = hi.leaf_order(*hi.points_under_regions(inner, region, merged))
keep('order', order, 'uint16')
keep('height', height, 'float64')

offset, index, blob = 0, [], b''
for name, (dtype, value) in arrays.items():
    raw = np.ascontiguousarray(value).tobytes()
    index.append(dict(name=name, dtype=dtype, shape=list(value.shape), offset=offset))
    padding = -len(raw) % 8
    blob += raw + bytes(padding)
    offset += len(raw) + padding

out = Path(o.out)
out.mkdir(parents=True, exist_ok=True)
(out / 'stages.bin.gz').write_bytes(gzip.compress(blob, 9, mtime=0))
(out / 'stages.json').write_text(json.dumps(dict(
    capture=Path(o.capture).name, views=o.views, voxel=o.voxel, low=cap.low.tolist(), extent=float(cap.extent), steps=o.steps, seed=o.seed,
    lam=o.lam, regions=o.regions, points=n, components=len(bridges) + 1, masks_per_view=[len(m) for m in inside], bytes=offset,
    arrays=index), indent=1) + '\n')

ties = {k: len(v) - len(np.unique(v)) for k, v in dict(weight_paper=weight_paper, weight_super=weight_super, plain=plain[2], merged=merged[2]).items()}
print(f'{n} points, {len(edges)} edges, {len(bridges) + 1} components, {offset / 1e6:.2f} MB, {(out / "stages.bin.gz").stat().st_size / 1e6:.2f} MB packed')
print(f'equal values: {ties}')
