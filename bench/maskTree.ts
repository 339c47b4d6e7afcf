// Milliseconds for the cells and the tree of 100 masks of one view: node demo/headless/run.mjs bench/maskTree.ts
import { CreateRandom } from "../src/compute/base/random";
import { CreateMaskArrangement } from "../src/compute/masks/maskArrangement";
import { CreateMaskTree } from "../src/compute/masks/maskTree";
import { RandomMasks } from "../test/support/randomMasks";

const ROUNDS = 5;

for (const size of [200, 800]) {
    const masks = RandomMasks(CreateRandom(size), 100, size, size);
    const times = Array.from({ length: ROUNDS }, () => {
        const start = performance.now();
        CreateMaskTree(CreateMaskArrangement(masks, size, size), null);
        return performance.now() - start;
    });
    console.log(`100 masks of ${size} x ${size} pixels: ${Math.min(...times).toFixed(1)} ms`);
}
