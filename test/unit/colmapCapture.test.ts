import { describe, expect, it } from "vitest";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import type { CaptureFileOptions } from "../../src/plugin/formats/captures/captureFileOptions";
import { LoadColmapCaptureAsync } from "../../src/plugin/formats/captures/colmapCapture";
import {
    BinaryModel,
    COLMAP_SIZE,
    ColmapFiles,
    ColmapPoseOf,
    SmallModel,
    type TestModel,
    TextModel,
} from "../support/colmapFiles";
import type { MemoryFileSource } from "../support/memoryFileSource";
import { MatrixOf, TestPoses } from "../support/posedFiles";

const SEED = 7;

/** Returns the files of the small model with a change. */
function Changed(change: (model: TestModel) => void): TestModel {
    const model = SmallModel();
    change(model);
    return model;
}

async function ExpectErrorAsync(
    source: MemoryFileSource,
    message: RegExp,
    options: Partial<CaptureFileOptions> = {},
): Promise<void> {
    const error = await LoadColmapCaptureAsync(source, options).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UltrametricError);
    expect((error as UltrametricError).message).toMatch(message);
    expect((error as UltrametricError).kind).toBe("input");
}

describe("LoadColmapCaptureAsync", () => {
    it("reads the same capture from text and from binary files", async () => {
        const model = SmallModel();
        const text = await LoadColmapCaptureAsync(ColmapFiles(TextModel(model), model));
        const binary = await LoadColmapCaptureAsync(ColmapFiles(BinaryModel(model), model));
        expect(binary).toEqual(text);
        expect(text.views.length).toBe(4);
    });

    it("converts poses to OpenGL cameras that project like COLMAP's", async () => {
        const poses = TestPoses(4, SEED);
        const model = SmallModel(poses);
        const source = ColmapFiles(BinaryModel(model), model);
        const { views, sparsePoints } = await LoadColmapCaptureAsync(source, { level: false });
        // In the order of names, which is reversed.
        expect(views.map(({ name }) => name)).toEqual(["shot 6", "shot 7", "shot 8", "shot 9"]);
        const seen = [0, 0, 0];
        for (const [i, { camera, image }] of [...views].reverse().entries()) {
            expect(image[0]).toBe(10 * i);
            MatrixOf(poses[i]).forEach((value, k) => {
                expect(camera.cameraToWorld[k], `seed ${SEED}, image ${i}, element ${k}`).toBeCloseTo(value, 12);
            });
            const { rotation, translation } = ColmapPoseOf(poses[i]);
            const [w, ...v] = rotation;
            for (const { position } of model.points) {
                // x + 2 v * (v * x + w x), and COLMAP's PINHOLE or SIMPLE_RADIAL without distortion.
                const inner = Cross(v, position).map((c, k) => c + w * position[k]);
                const local = Cross(v, inner).map((c, k) => position[k] + 2 * c + translation[k]);
                const [fx, fy, cx, cy] = i % 2 === 0 ? [21, 21, 10, 6] : [22, 23, 9.5, 6.5];
                camera.project(position[0], position[1], position[2], seen);
                expect(seen[0]).toBeCloseTo((fx * local[0]) / local[2] + cx, 9);
                expect(seen[1]).toBeCloseTo((fy * local[1]) / local[2] + cy, 9);
                expect(seen[2]).toBeCloseTo(local[2], 9);
            }
        }
        expect([...sparsePoints!.positions]).toEqual([0, 0.5, 0.5, 1, 0.25, 0.5, 2, 0, 0.5]);
        expect([...sparsePoints!.colors!]).toEqual([0, 255, 0, 10, 255, 1, 20, 255, 2]);
    });

    it.each([
        ["SIMPLE_PINHOLE", [21, 10, 6], [21, 21]],
        ["PINHOLE", [21, 22, 10, 6], [21, 22]],
        ["SIMPLE_RADIAL", [21, 10, 6, -0.1], null],
        ["RADIAL", [21, 10, 6, -0.1, 0.01], null],
        ["OPENCV", [21, 22, 10, 6, -0.1, 0.01, 0.001, -0.001], null],
    ])("reads the camera model %s", async (name, parameters, focal) => {
        const model = Changed(({ cameras }) => {
            Object.assign(cameras[0], { model: name, parameters });
        });
        for (const files of [TextModel(model), BinaryModel(model)]) {
            const { views } = await LoadColmapCaptureAsync(ColmapFiles(files, model));
            const { camera } = views[1];
            if (focal === null) {
                // Barrel distortion: an undistorted image of the same size sees more.
                expect(camera.focalX).toBeLessThan(21);
                expect(camera.focalX).toBeGreaterThan(18);
            } else {
                expect([camera.focalX, camera.focalY]).toEqual(focal);
            }
            expect([camera.centerX, camera.centerY]).toEqual([10, 6]);
        }
    });

    it.each(["RAD_TAN_THIN_PRISM_FISHEYE", "EQUIRECTANGULAR", "LENTICULAR"])(
        "leaves out images of the camera model %s, and does not mind an unused one",
        async (name) => {
            const parameters =
                name === "EQUIRECTANGULAR" ? [20, 12] : new Array(name === "LENTICULAR" ? 5 : 16).fill(1);
            const model = Changed(({ cameras }) => {
                cameras.push({ id: 9, model: name, ...COLMAP_SIZE, parameters });
            });
            for (const files of [TextModel(model), BinaryModel(model)]) {
                const { views, notes } = await LoadColmapCaptureAsync(ColmapFiles(files, model));
                expect(views.length).toBe(4);
                expect(notes?.join()).toMatch(
                    /A camera was left out: .*camera 9 has the camera model (number 99|[A-Z_]+), /,
                );
            }
            model.images[0].camera = 9;
            for (const files of [TextModel(model), BinaryModel(model)]) {
                const { views, notes } = await LoadColmapCaptureAsync(ColmapFiles(files, model));
                expect(views.length).toBe(3);
                expect(notes?.join()).toContain("1 of 4 images cannot be used and were left out: images/shot 9.png. ");
                expect(notes?.join()).toMatch(name === "EQUIRECTANGULAR" ? /panorama_sfm/ : /image_undistorter/);
            }
        },
    );

    it.each([
        ["OPENCV_FISHEYE", [21, 22, 10, 6, 0.01, 0, 0, 0]],
        ["FULL_OPENCV", [21, 22, 10, 6, 0.1, 0, 0, 0, 0, 0.05, 0, 0]],
        ["THIN_PRISM_FISHEYE", [21, 22, 10, 6, 0.01, 0, 0, 0, 0, 0, 0.001, 0]],
        ["FOV", [21, 22, 10, 6, 0.5]],
        ["SIMPLE_RADIAL_FISHEYE", [21, 10, 6, 0.01]],
        ["SIMPLE_DIVISION", [21, 10, 6, -0.01]],
        ["EUCM", [21, 22, 10, 6, 0.5, 1.1]],
    ])("undistorts images of the camera model %s", async (name, parameters) => {
        const model = Changed(({ cameras }) => {
            Object.assign(cameras[0], { model: name, parameters });
        });
        for (const files of [TextModel(model), BinaryModel(model)]) {
            const { views, notes } = await LoadColmapCaptureAsync(ColmapFiles(files, model));
            expect([views.length, notes]).toEqual([4, undefined]);
            expect(views[1].picture!.lens.distortion).not.toBeNull();
            expect(views[1].camera.focalX).not.toBe(21);
        }
    });

    it("reads the first of several poses of one image, and says so", async () => {
        const poses = TestPoses(4, SEED);
        const model = SmallModel(poses);
        model.images[2].name = model.images[1].name;
        for (const files of [TextModel(model), BinaryModel(model)]) {
            const { views, notes } = await LoadColmapCaptureAsync(ColmapFiles(files, model), { level: false });
            expect(views.map(({ name }) => name)).toEqual(["shot 6", "shot 8", "shot 9"]);
            expect(views[1].camera.cameraToWorld[3]).toBeCloseTo(MatrixOf(poses[1])[3], 12);
            expect(notes?.join()).toMatch(/^1 cameras were left out, .*: shot 8.png\.$/);
        }
    });

    it("throws on two cameras of one id", async () => {
        const model = Changed(({ cameras }) => {
            cameras.push({ ...cameras[0] });
        });
        await ExpectErrorAsync(ColmapFiles(BinaryModel(model), model), /cameras.bin has two cameras of id \d+/);
        await ExpectErrorAsync(ColmapFiles(TextModel(model), model), /cameras.txt has two cameras of id \d+/);
    });

    it("throws on an image without a name", async () => {
        const model = Changed(({ images }) => {
            images[1].name = "";
        });
        await ExpectErrorAsync(ColmapFiles(BinaryModel(model), model), /images.bin: the image 2 of 4 has no name/);
        await ExpectErrorAsync(ColmapFiles(TextModel(model), model), /images.txt, line 5: it has 9 fields/);
    });

    it("reads the largest of several models, and says so", async () => {
        const model = SmallModel(TestPoses(6, SEED));
        const source = ColmapFiles(TextModel(model), model);
        const small = SmallModel(TestPoses(3, SEED));
        for (const [name, content] of Object.entries(TextModel(small))) {
            source.files.set(`sparse/1/${name}`, source.files.get(`sparse/0/${name}`)!);
            source.files.set(`sparse/0/${name}`, content);
        }
        const { views, notes } = await LoadColmapCaptureAsync(source);
        expect(views.length).toBe(6);
        expect(notes).toEqual(["Of 2 COLMAP models the largest was read, sparse/1 with 6 images (sparse/0 has 3)."]);
        source.files.set("sparse/2/cameras.bin", "broken");
        expect((await LoadColmapCaptureAsync(source)).notes?.[0]).toMatch(
            /A model was left out: .*sparse\/2\/images.bin/,
        );
    });

    it.each([
        ["dense/images", "dense/sparse/"],
        ["input", "distorted/sparse/0/"],
        ["my project/images", "my project/sparse/0/"],
    ])("finds images in %s and the model in %s", async (images, folder) => {
        const model = SmallModel();
        const source = ColmapFiles(BinaryModel(model), model, COLMAP_SIZE, images);
        for (const name of Object.keys(BinaryModel(model))) {
            source.files.set(`${folder}${name}`, source.files.get(`sparse/0/${name}`)!);
            source.files.delete(`sparse/0/${name}`);
        }
        expect((await LoadColmapCaptureAsync(source)).views.length).toBe(4);
    });

    it("reads names with double blanks, and image lines without lines of points", async () => {
        const model = Changed(({ images }) => {
            images.forEach((image, i) => {
                image.name = `shot  ${i} 4 5.png`;
            });
        });
        const files = TextModel(model);
        const source = ColmapFiles(files, model);
        expect((await LoadColmapCaptureAsync(source)).views[0].name).toBe("shot  0 4 5");
        const text = files["images.txt"].split("\n").filter((line) => line.startsWith("#") || line.includes("shot"));
        source.files.set("sparse/0/images.txt", text.join("\r\n"));
        expect((await LoadColmapCaptureAsync(source)).views.length).toBe(4);
    });

    it("finds models and images in their usual folders, and scales cameras to smaller images", async () => {
        const model = SmallModel();
        const source = ColmapFiles(TextModel(model), model, { width: 10, height: 6 }, "images_2");
        for (const name of ["cameras.txt", "images.txt", "points3D.txt"]) {
            source.files.set(`colmap/sparse/${name}`, source.files.get(`sparse/0/${name}`)!);
            source.files.delete(`sparse/0/${name}`);
        }
        const { camera } = (await LoadColmapCaptureAsync(source)).views[0];
        expect([camera.width, camera.height, camera.focalX, camera.focalY, camera.centerX]).toEqual([
            10, 6, 11, 11.5, 4.75,
        ]);
        source.files.delete("colmap/sparse/points3D.txt");
        expect((await LoadColmapCaptureAsync(source)).sparsePoints).toBeUndefined();
    });

    it("reads images in subfolders, and from another folder on request", async () => {
        const model = Changed(({ images }) => {
            images[0].name = "left/a.png";
        });
        const source = ColmapFiles(BinaryModel(model), model, COLMAP_SIZE, "photos");
        const { views } = await LoadColmapCaptureAsync(source, { imageFolder: "photos/" });
        expect(views[0].name).toBe("left/a");
        expect((await LoadColmapCaptureAsync(source)).views[0].name).toBe("left/a");
        await ExpectErrorAsync(source, /image "left\/a.png": memory\/other\/left\/a.png does not exist.*imageFolder/, {
            imageFolder: "other",
            minImages: 4,
        });
    });

    it("holds out every 8th view", async () => {
        const model = SmallModel(TestPoses(9, SEED));
        const { views, heldOutViews } = await LoadColmapCaptureAsync(ColmapFiles(BinaryModel(model), model));
        expect([views.length, heldOutViews.length]).toEqual([7, 2]);
    });

    it.each([
        ["cameras.bin", 30, /sparse\/0\/cameras.bin is truncated .* needs 80 bytes or more, but 22 follow/],
        ["cameras.bin", -3, /cameras.bin is truncated .*within the camera 2 of 2/],
        ["images.bin", 5, /images.bin is truncated .*it ends at byte 5, within the number of images/],
        [
            "images.bin",
            -3,
            /images.bin is truncated .*number of points of the image 4 of 4 at byte \d+ is 3, which needs 72/,
        ],
        [
            "points3D.bin",
            -3,
            /points3D.bin is truncated .*observations of the point 3 of 3 .* needs 32 bytes or more, but 29/,
        ],
    ])("throws on %s truncated at byte %d", async (name, length, message) => {
        const model = SmallModel();
        const files = BinaryModel(model);
        files[name] = files[name].slice(0, length);
        await ExpectErrorAsync(ColmapFiles(files, model), message);
    });

    it.each(["cameras.bin", "images.bin", "points3D.bin"])("throws on wrong counts in %s", async (name) => {
        const model = SmallModel();
        const files = BinaryModel(model);
        const file = files[name];
        files[name] = Uint8Array.from([...file, 1, 2, 3]);
        await ExpectErrorAsync(ColmapFiles(files, model), /is truncated or corrupt: 3 bytes follow its \d/);
        files[name] = file.slice();
        files[name][0]--;
        await ExpectErrorAsync(ColmapFiles(files, model), /is truncated or corrupt: \d+ bytes follow its/);
        files[name][0] = 200;
        await ExpectErrorAsync(ColmapFiles(files, model), /the number of \w+ at byte 0 is 200, which needs/);
        files[name].fill(255, 0, 8);
        await ExpectErrorAsync(ColmapFiles(files, model), /at byte 0 is 18446744073709551615/);
    });

    it.each([
        [
            "cameras.txt",
            /\nPIN|\n5 /,
            /cameras.txt is truncated or was edited: it has 1 cameras, but its header says 2/,
        ],
        ["images.txt", /\n3 /, /images.txt is truncated or was edited: it has 2 images, but its header says 4/],
        ["points3D.txt", /\n13 /, /points3D.txt is truncated or was edited: it has 2 points, but its header says 3/],
    ])("throws on truncated %s", async (name, at, message) => {
        const model = SmallModel();
        const files = TextModel(model);
        files[name] = files[name].slice(0, files[name].search(at));
        await ExpectErrorAsync(ColmapFiles(files, model), message);
    });

    it.each([
        ["cameras.txt", "PINHOLE 20", "PINHOLE x", /cameras.txt, line 4: "x" is not a number/],
        ["images.txt", " 3 shot 9.png", "", /images.txt, line 3: it has 8 fields; an image has 10/],
        ["points3D.txt", "11 0", "11 NaN", /points3D.txt, line 3: "NaN" is not a number/],
    ])("throws with the line of %s", async (name, from, to, message) => {
        const model = SmallModel();
        const files = TextModel(model);
        expect(files[name]).toContain(from);
        files[name] = files[name].replace(from, to);
        await ExpectErrorAsync(ColmapFiles(files, model), message);
    });

    const badModels: [string, (model: TestModel) => void, RegExp][] = [
        [
            "a focal length of 0",
            ({ cameras }) => {
                cameras[0].parameters[0] = 0;
            },
            /camera 3 has the focal lengths 0 and 0/,
        ],
        [
            "a camera for no pixels",
            ({ cameras }) => {
                cameras[0].width = 0;
            },
            /camera 3 is for images of 0 x 12 pixels/,
        ],
        [
            "a camera that is not there",
            ({ images }) => {
                images[2].camera = 4;
            },
            /image "shot 7.png" has camera 4, which is not among the 2 of sparse\/0\/cameras/,
        ],
        [
            "a quaternion of 0",
            ({ images }) => {
                images[1].rotation = [0, 0, 0, 0];
            },
            /image "shot 8.png" has no valid pose: its quaternion is \(0, 0, 0, 0\)/,
        ],
        [
            "no images",
            ({ images }) => {
                images.length = 0;
            },
            /sparse\/0\/images.(bin|txt) has no images/,
        ],
    ];
    it.each(badModels)("throws on %s", async (_, change, message) => {
        const model = Changed(change);
        await ExpectErrorAsync(ColmapFiles(TextModel(model), model), message);
        await ExpectErrorAsync(ColmapFiles(BinaryModel(model), model), message);
    });

    it("throws on invalid numbers", async () => {
        const pose = Changed(({ images }) => {
            images[1].translation[2] = Number.NaN;
        });
        await ExpectErrorAsync(ColmapFiles(BinaryModel(pose), pose), /image "shot 8.png" has no valid pose: .*NaN/);
        await ExpectErrorAsync(ColmapFiles(TextModel(pose), pose), /images.txt, line 5: "NaN" is not a number/);
        const camera = Changed(({ cameras }) => {
            cameras[1].parameters[2] = Number.NaN;
        });
        await ExpectErrorAsync(
            ColmapFiles(BinaryModel(camera), camera),
            /camera 5 has the value NaN for cx \(of fx, fy/,
        );
        const point = Changed(({ points }) => {
            points[1].position[0] = Infinity;
        });
        await ExpectErrorAsync(ColmapFiles(BinaryModel(point), point), /point 2 of 3 has the coordinate Infinity/);
    });

    it("throws on a wrong number of parameters in text", async () => {
        const model = Changed(({ cameras }) => {
            cameras[1].parameters.pop();
        });
        await ExpectErrorAsync(
            ColmapFiles(TextModel(model), model),
            /cameras.txt, line 4: camera 5 has 3 parameters; the model PINHOLE has fx, fy, cx, cy/,
        );
    });

    it("throws on a missing image, a rotated image and a missing model", async () => {
        const model = SmallModel();
        const source = ColmapFiles(BinaryModel(model), model);
        source.files.delete("images/shot 8.png");
        const { views, notes } = await LoadColmapCaptureAsync(source);
        expect(views.length).toBe(3);
        expect(notes).toEqual(["1 of 4 images are missing and were left out: shot 8.png."]);
        await ExpectErrorAsync(source, /images.bin: image "shot 8.png": memory\/shot 8.png does not exist/, {
            minImages: 4,
        });
        const turned = ColmapFiles(BinaryModel(model), model, { width: 12, height: 20 });
        await ExpectErrorAsync(turned, /image "shot \d.png": .*20 x 12 pixels, .* has 12 x 20, which is rotated/);
        source.files.delete("sparse/0/images.bin");
        await ExpectErrorAsync(source, /sparse\/0\/images.bin does not exist/);
        source.files.delete("sparse/0/cameras.bin");
        await ExpectErrorAsync(source, /has no COLMAP model: .* in sparse\/0, sparse, /);
    });
});

function Cross(a: readonly number[], b: readonly number[]): number[] {
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
