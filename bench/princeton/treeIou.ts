import { CreateCartesianTree } from "../../src/compute/hierarchy/cut/cartesianTree";
import type { Dendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import type { FaceLabels } from "./partErrors";

/** Finds the best intersection over union with any part of the tree, which a click and climbing can reach. */
export class TreeIou {
    /** [faces] faces by the order index of their leaf. */
    private readonly _faces: Uint32Array;
    /** The first index into these, and one past the last, of every part of the tree that has a face. */
    private readonly _spans: [first: number, end: number][] = [];

    /** @param leafOfFace [faces] the leaf of each face */
    public constructor(dendrogram: Dendrogram, leafOfFace: Uint32Array) {
        const { order, rank, leafCount } = dendrogram;
        const placeOf = new Uint32Array(leafCount);
        order.forEach((leaf, place) => {
            placeOf[leaf] = place;
        });
        const before = new Uint32Array(leafCount + 1);
        for (const leaf of leafOfFace) {
            before[placeOf[leaf] + 1]++;
        }
        for (let place = 0; place < leafCount; place++) {
            before[place + 1] += before[place];
        }
        this._faces = Uint32Array.from(leafOfFace.keys()).sort(
            (f, g) => placeOf[leafOfFace[f]] - placeOf[leafOfFace[g]],
        );
        const add = (start: number, end: number): void => {
            if (before[end] > before[start]) {
                this._spans.push([before[start], before[end]]);
            }
        };
        const { start, end, roots } = CreateCartesianTree(rank);
        for (let place = 0; place < leafCount; place++) {
            add(place, place + 1);
            if (Number.isFinite(dendrogram.height[place])) {
                add(start[place], end[place]);
            }
        }
        for (const root of roots) {
            add(root.start, root.end);
        }
    }

    /** Returns the mean, over the parts of `truth`, of the best intersection over union with any part of the tree. */
    public measure({ labels, count }: FaceLabels): number {
        const faces = this._faces.length;
        let sum = 0;
        const before = new Uint32Array(faces + 1);
        for (let part = 0; part < count; part++) {
            for (let i = 0; i < faces; i++) {
                before[i + 1] = before[i] + (labels[this._faces[i]] === part ? 1 : 0);
            }
            let best = 0;
            for (const [first, end] of this._spans) {
                const both = before[end] - before[first];
                best = Math.max(best, both / (end - first + before[faces] - both));
            }
            sum += best;
        }
        return sum / count;
    }
}
