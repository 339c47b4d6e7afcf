import { describe, expect, it } from "vitest";
import { ComparePartitions, NumberParts } from "../../bench/princeton/partErrors";
import { TreeIou } from "../../bench/princeton/treeIou";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { CutAtCount, LabelLeaves } from "../../src/compute/hierarchy/cut/partition";
import { RandomMerges } from "../support/randomMerges";

describe("ComparePartitions", () => {
    it.each([1, 2, 3, 40, 41])("counts pairs and shares as the definitions say, %i faces", (faces) => {
        const random = CreateRandom(faces);
        const found = NumberParts(Array.from({ length: faces }, () => Math.floor(4 * random())));
        const truth = NumberParts(Array.from({ length: faces }, () => Math.floor(3 * random())));
        const all = Array.from({ length: faces }, (_, f) => f);
        const partOf = (labels: ArrayLike<number>, face: number): number[] =>
            all.filter((f) => labels[f] === labels[face]);
        let differing = 0;
        for (const f of all) {
            for (const g of all.slice(f + 1)) {
                const together = found.labels[f] === found.labels[g];
                differing += together === (truth.labels[f] === truth.labels[g]) ? 0 : 1;
            }
        }
        const outside = all.map((face) => {
            const [s, t] = [partOf(found.labels, face), partOf(truth.labels, face)];
            const both = s.filter((f) => t.includes(f)).length;
            return [1 - both / s.length, 1 - both / t.length];
        });
        const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
        const errors = ComparePartitions(found, truth);
        expect(errors.rand).toBeCloseTo(differing / Math.max((faces * (faces - 1)) / 2, 1), 12);
        const both = [0, 1].map((side) => sum(outside.map((pair) => pair[side])) / faces);
        expect(errors.globalConsistency).toBeCloseTo(Math.min(...both), 12);
        expect(errors.localConsistency).toBeCloseTo(sum(outside.map((pair) => Math.min(...pair))) / faces, 12);
        expect(ComparePartitions(truth, truth)).toEqual({
            rand: 0,
            globalConsistency: 0,
            localConsistency: 0,
            bestIou: 1,
        });
    });
});

describe("TreeIou", () => {
    it("is the best over all cuts", () => {
        const random = CreateRandom(5);
        const leaves = 30;
        const dendrogram = CreateDendrogram(RandomMerges(leaves, 1, random));
        const leafOfFace = Uint32Array.from({ length: 70 }, () => Math.floor(leaves * random()));
        const truth = NumberParts(Array.from({ length: 70 }, () => Math.floor(5 * random())));
        const best = new Float64Array(truth.count);
        for (let count = 1; count <= leaves; count++) {
            const labels = LabelLeaves(CutAtCount(dendrogram, count));
            for (let part = 0; part < truth.count; part++) {
                for (let other = 0; other < count; other++) {
                    let both = 0;
                    let either = 0;
                    leafOfFace.forEach((leaf, face) => {
                        const [isFound, isTrue] = [labels[leaf] === other, truth.labels[face] === part];
                        both += isFound && isTrue ? 1 : 0;
                        either += isFound || isTrue ? 1 : 0;
                    });
                    best[part] = Math.max(best[part], both / Math.max(either, 1));
                }
            }
        }
        const mean = best.reduce((sum, iou) => sum + iou, 0) / truth.count;
        expect(new TreeIou(dendrogram, leafOfFace).measure(truth)).toBeCloseTo(mean, 12);
    });
});
