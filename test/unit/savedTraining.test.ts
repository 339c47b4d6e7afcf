import { describe, expect, it } from "vitest";
import { SavedTraining } from "../../src/compute/fields/radiance/savedTraining";
import { WriteFieldBytes } from "../../src/compute/fields/shared/fieldBytes";
import type { Capture, View } from "../../src/compute/views/capture";
import { PinholeCamera } from "../../src/compute/views/pinholeCamera";
import { RadianceTrainingSession } from "../../src/plugin/radiance/radianceTrainingSession";
import { SphereCapture } from "../support/sphereViews";
import { TrainingFile } from "../support/trainingFile";

const SPHERE = SphereCapture(6, 16);
const CAPTURE: Capture = { ...SPHERE, name: "marble", views: SPHERE.views.slice(1), heldOutViews: [SPHERE.views[0]] };

/** Returns the same image in a world with another origin. */
function Moved(view: View): View {
    const { width, height, focalX, focalY, centerX, centerY, cameraToWorld } = view.camera;
    const pose = Float64Array.from(cameraToWorld, (value, i) => (i === 3 ? value + 1 : value));
    return { ...view, camera: new PinholeCamera(width, height, focalX, focalY, centerX, centerY, pose) };
}

describe("SavedTraining", () => {
    it("contains what was written", () => {
        const saved = new SavedTraining(TrainingFile(CAPTURE));
        expect(saved.header.steps).toBe(7);
        const [floats, integers] = saved.readArrays();
        expect([...new Float32Array(floats), ...new Uint32Array(integers)]).toEqual([1, 2, 3, 4]);
    });

    it("is refused when its header is no object, or lacks lengths or the capture", () => {
        const format = { kind: "radiance field in training", magic: 0x54524d55, version: 2 };
        for (const header of [null, 7, {}, { lengths: "many" }, { lengths: [-1] }, { lengths: [] }]) {
            expect(() => new SavedTraining(WriteFieldBytes(format, header, []))).toThrow(
                /^The radiance field in training: .* (must be an object with|is missing)/,
            );
        }
    });

    it("splits a capture as in the training, whatever is held out now and whatever its name", async () => {
        const bytes = TrainingFile(CAPTURE);
        for (const heldOut of [0, 2, 6]) {
            const views = [...SPHERE.views].reverse();
            const now = {
                ...CAPTURE,
                name: "ball",
                views: views.slice(heldOut),
                heldOutViews: views.slice(0, heldOut),
            };
            const split = await RadianceTrainingSession.CaptureOfAsync(now, bytes);
            expect(split.views).toEqual(CAPTURE.views);
            expect(split.heldOutViews).toEqual(CAPTURE.heldOutViews);
            expect(split.name).toBe("ball");
        }
    });

    it("throws on other captures, with the name of its own and a remedy", async () => {
        const bytes = TrainingFile(CAPTURE);
        const refusalAsync = async (capture: Capture): Promise<string> => {
            try {
                await RadianceTrainingSession.CaptureOfAsync(capture, bytes);
            } catch (error) {
                return (error as Error).message;
            }
            return "";
        };
        const belongs =
            /belongs to the capture "marble": it was trained on 5 views with 1280 pixels .* Open the images of "marble" first/;
        const renamed = SPHERE.views.map((view, i) => ({ ...view, name: `shot ${i}` }));
        const others: [Capture, RegExp][] = [
            [{ ...CAPTURE, name: "cup", views: renamed }, /"cup" lacks 5 of these views, such as "/],
            [{ ...CAPTURE, views: CAPTURE.views.slice(2) }, /lacks 2 of these views/],
            // The same names, which most captures of one program share, with an image of another size and another
            // world.
            [{ ...CAPTURE, ...SphereCapture(6, 24), name: "big" }, /those of "big" are 5 views with 2880 pixels/],
            [
                { ...CAPTURE, views: CAPTURE.views.map(Moved) },
                / are 5 views with 1280 pixels and a cube of side .* from/,
            ],
        ];
        for (const [other, problem] of others) {
            expect(await refusalAsync(other)).toMatch(belongs);
            expect(await refusalAsync(other)).toMatch(problem);
        }
    });

    it("throws on bytes of another format and on truncated ones", () => {
        const bytes = TrainingFile(CAPTURE);
        expect(() => new SavedTraining(bytes.subarray(4))).toThrow(/are not a radiance field in training of version 2/);
        expect(() => new SavedTraining(bytes.subarray(0, bytes.length - 4))).toThrow(
            /has .* bytes; its header requires/,
        );
    });
});
