import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { Scene } from "@babylonjs/core/scene";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { CpuPartColors } from "../../src/compute/partColors/cpuPartColors";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { RandomMerges } from "../support/randomMerges";

describe("the render loop of an application", () => {
    let scene: Scene;
    let segmentation: UltrametricSegmentation;
    const { dispatch } = CpuPartColors.prototype;

    beforeEach(async () => {
        scene = new Scene(new NullEngine());
        new FreeCamera("camera", Vector3.Zero(), scene);
        const random = CreateRandom(1);
        const merges = CreateDendrogram(RandomMerges(20, 1, random));
        segmentation = new UltrametricSegmentation(scene);
        await segmentation.setHierarchyAsync(
            new SegmentationHierarchy(
                "small",
                Float32Array.from({ length: 60 }, random),
                new Uint8Array(60),
                new Map([["consensus", merges]]),
            ),
        );
        scene.render();
    });

    afterEach(() => {
        CpuPartColors.prototype.dispatch = dispatch;
        scene.getEngine().dispose();
    });

    it("goes on when the GPU fails before a frame, and the error is reported once", async () => {
        const errors: Error[] = [];
        segmentation.onErrorObservable.add((error) => errors.push(error));
        const lost = new UltrametricError("deviceLost", "The GPU device was lost.");
        CpuPartColors.prototype.dispatch = () => {
            throw lost;
        };
        segmentation.partCount = 3;
        for (let frame = 0; frame < 3; frame++) {
            expect(() => scene.render()).not.toThrow();
            segmentation.partCount = 4 + frame;
        }
        expect(errors).toEqual([lost]);

        CpuPartColors.prototype.dispatch = dispatch;
        await segmentation.setHierarchyAsync(segmentation.hierarchy); // as after a restored device
        segmentation.partCount = 3;
        scene.render();
        expect(errors).toHaveLength(1);
    });

    it.each([undefined, null, "0.5", Number.NaN])("never sees the value %o of a setting", (value) => {
        const before = [segmentation.granularity, segmentation.partCount];
        expect(() => {
            segmentation.granularity = value as number;
        }).toThrow(/The granularity must be a number/);
        expect(() => {
            segmentation.partCount = value as number;
        }).toThrow(/The number of parts must be a number/);
        expect([segmentation.granularity, segmentation.partCount]).toEqual(before);
        scene.render();
    });
});
