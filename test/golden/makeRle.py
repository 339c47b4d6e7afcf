"""Writes rle.json beside itself: masks encoded by pycocotools. Needs numpy and pycocotools; run it by hand,
then format the result (npx biome format --write test/golden/rle.json); it is committed.

Each entry: width, height, rows (one string of 0 and 1 a row), compressed (COCO string), area, bbox.
"""
import json
from pathlib import Path

import numpy as np
from pycocotools import mask as coco

def blob(rng, h, w):
    """A random union of ellipses: few long runs, as real masks have."""
    y, x = np.mgrid[:h, :w]
    m = np.zeros((h, w), bool)
    for _ in range(3):
        cy, cx, ry, rx = rng.uniform(0, h), rng.uniform(0, w), rng.uniform(1, h / 2), rng.uniform(1, w / 2)
        m |= ((y - cy) / ry) ** 2 + ((x - cx) / rx) ** 2 < 1
    return m

rng = np.random.default_rng(7)
masks = [np.zeros((3, 4), bool), np.ones((3, 4), bool), np.eye(5, dtype=bool), np.ones((1, 1), bool),
         np.zeros((1, 9), bool), np.ones((200, 300), bool)]
masks[4][0, 0] = True
masks += [rng.random((h, w)) < p for h, w, p in [(7, 5, .5), (1, 17, .3), (17, 1, .7), (33, 20, .1), (20, 33, .95)]]
masks += [blob(rng, h, w) for h, w in [(40, 60), (64, 64), (90, 31)]]
out = []
for m in masks:
    rle = coco.encode(np.asfortranarray(m.astype(np.uint8)))
    out.append({'width': m.shape[1], 'height': m.shape[0], 'rows': [''.join(map(str, r)) for r in m.astype(int).tolist()],
                'compressed': rle['counts'].decode(), 'area': int(coco.area(rle)), 'bbox': [int(v) for v in coco.toBbox(rle)]})
out[5]['rows'] = None    # all true: too large to write down
Path(__file__).with_name('rle.json').write_text('[\n' + ',\n'.join(json.dumps(e) for e in out) + '\n]\n')
