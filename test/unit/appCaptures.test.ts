import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import { FindCaptureLayoutAsync, LoadCaptureAsync } from "../../src/plugin/formats/captures/loadCapture";
import { MemoryFileSource } from "../support/memoryFileSource";
import { MatrixOf, OrbitPoses, PlainImage, type TestPose } from "../support/posedFiles";

const POSES = OrbitPoses(4, 5, { up: [0, 0, 1], pitch: 0.3 });
const [WIDTH, HEIGHT] = [16, 12];

/** Returns a camera of a world with z up in ARKit's world, 3 x 4, row-major: x, y, z become y, z, x. */
function ArkitRows(pose: TestPose): number[] {
    const m = MatrixOf(pose);
    return [1, 2, 0].flatMap((row) => m.slice(4 * row, 4 * row + 4));
}

/** Returns the quaternion x, y, z, w of rows of a rotation whose trace is not near -1. */
function QuaternionOf(rows: number[]): number[] {
    const [a, b, c] = [0, 1, 2].map((row) => rows.slice(4 * row, 4 * row + 3));
    const w = Math.sqrt(Math.max(1 + a[0] + b[1] + c[2], 1e-12)) / 2;
    return [(c[1] - b[2]) / 4 / w, (a[2] - c[0]) / 4 / w, (b[0] - a[1]) / 4 / w, w];
}

function ExpectPoses(cameras: readonly { cameraToWorld: Float64Array }[], digits = 9): void {
    expect(cameras.length).toBe(POSES.length);
    cameras.forEach(({ cameraToWorld }, i) => {
        MatrixOf(POSES[i]).forEach((value, k) => {
            expect(cameraToWorld[k], `camera ${i}, element ${k}`).toBeCloseTo(value, digits);
        });
    });
}

describe("captures of Polycam", () => {
    function Files(cameras: string, images: string): MemoryFileSource {
        const source = new MemoryFileSource();
        POSES.forEach((pose, i) => {
            const t = Object.fromEntries(ArkitRows(pose).map((v, k) => [`t_${Math.floor(k / 4)}${k % 4}`, v]));
            const camera = { fx: 14, fy: 15, cx: 7.5, cy: 6.5, width: WIDTH, height: HEIGHT, blur_score: 9, ...t };
            source.files.set(`scan/keyframes/${cameras}/${100 + i}.json`, JSON.stringify(camera));
            source.files.set(`scan/keyframes/${images}/${100 + i}.jpg`, PlainImage(WIDTH, HEIGHT, i));
            const depth = new Uint16Array(48).fill(1250);
            source.files.set(
                `scan/keyframes/depth/${100 + i}.png`,
                encode({ width: 8, height: 6, data: depth, channels: 1, depth: 16 }),
            );
        });
        return source;
    }

    it("have z up, depth in millimeters, and corrected cameras before others", async () => {
        const source = Files("corrected_cameras", "corrected_images");
        source.files.set("scan/keyframes/cameras/100.json", "{}");
        source.files.set("scan/mesh_info.json", "{}");
        expect(await FindCaptureLayoutAsync(source)).toBe("polycam");
        const { views, notes } = await LoadCaptureAsync(source);
        ExpectPoses(views.map(({ camera }) => camera));
        expect(views.map(({ image }) => image[0])).toEqual([0, 1, 2, 3]);
        expect(views[0].depth![40]).toBeCloseTo(1.25, 6);
        expect([views[0].camera.focalX, views[0].camera.centerY]).toEqual([14, 6.5]);
        expect(notes).toBeUndefined();
    });

    it("say what they lack", async () => {
        const source = Files("cameras", "images");
        source.files.delete("scan/keyframes/depth/102.png");
        source.files.delete("scan/keyframes/images/103.jpg");
        const { views, notes } = await LoadCaptureAsync(source);
        expect(views.map(({ depth }) => depth)).toEqual([null, null, null]);
        expect(notes).toEqual([
            "Polycam did not optimize these poses: they are ARKit's, and drift.",
            "3 of 4 cameras have depth, and the others have none: it was left out.",
            "1 of 4 images are missing and were left out: scan/keyframes/images/103.jpg.",
        ]);
        source.files.set("scan/keyframes/cameras/101.json", '{"fx": 0}');
        await expect(LoadCaptureAsync(source)).rejects.toThrow(/cameras\/101.json: t_00 is missing/);
    });
});

describe("captures of Record3D", () => {
    function Files(count: number, metadata: object = {}): MemoryFileSource {
        const source = new MemoryFileSource();
        const poses = Array.from({ length: count }, (_, i) => {
            const rows = ArkitRows(POSES[i % 4]);
            return [...QuaternionOf(rows), rows[3], rows[7], rows[11]];
        });
        const K = [14, 0, 0, 0, 15, 0, 7.5, 6.5, 1];
        source.files.set("metadata.json", JSON.stringify({ w: WIDTH, h: HEIGHT, K, fps: 30, poses, ...metadata }));
        for (let i = 0; i < count; i++) {
            source.files.set(`rgb/${i}.jpg`, PlainImage(WIDTH, HEIGHT, i % 256));
            source.files.set(`depth/${i}.exr`, "x");
        }
        return source;
    }

    it("have z up, and the lens of each frame", async () => {
        const source = Files(4);
        expect(await FindCaptureLayoutAsync(source)).toBe("record3d");
        const { views, notes } = await LoadCaptureAsync(source);
        ExpectPoses(
            views.map(({ camera }) => camera),
            6,
        );
        expect([views[0].camera.focalX, views[0].camera.centerX, views[0].camera.centerY]).toEqual([14, 7.5, 6.5]);
        expect(notes).toEqual(["Record3D's depth (EXR, or compressed) is not read: it is learned from the images."]);
        const each = Files(4, { perFrameIntrinsicCoeffs: [0, 1, 2, 3].map((i) => [20 + i, 21, 8, 6]) });
        expect((await LoadCaptureAsync(each)).views.map(({ camera }) => camera.focalX)).toEqual([20, 21, 22, 23]);
    });

    it("are thinned to 300 frames, and say so", async () => {
        const { views, heldOutViews, notes } = await LoadCaptureAsync(Files(700));
        expect(views.length + heldOutViews.length).toBe(234);
        expect(notes![0]).toBe("Of 700 frames one in 3 was read.");
    });

    it("throw on malformed metadata", async () => {
        await expect(LoadCaptureAsync(Files(4, { K: [1, 2] }))).rejects.toThrow(/metadata.json: K has 2 elements/);
        await expect(LoadCaptureAsync(Files(4, { w: 0 }))).rejects.toThrow(/has the size 0 x 12/);
    });
});

describe("captures of RealityScan", () => {
    /** Returns heading, pitch and roll in degrees of a camera in a world with z up. */
    function AnglesOf(pose: TestPose): number[] {
        const m = MatrixOf(pose);
        const angles = [-Math.atan2(-m[1], m[5]), Math.asin(m[9]), Math.atan2(-m[8], m[10])];
        return angles.map((angle) => (angle * 180) / Math.PI);
    }

    function Table(offset = 0, more: string[] = ["0.01", "-0.02"]): MemoryFileSource {
        const source = new MemoryFileSource();
        const lines = POSES.map((pose, i) => {
            const [x, y, z] = pose.position;
            return [`IMG_${i}.JPG`, x + offset, y, z, ...AnglesOf(pose), 31.5, ...more].join(",");
        });
        source.files.set("export/cameras.csv", `#name,x,y,alt,heading,pitch,roll,f,px,py\r\n${lines.join("\r\n")}\r\n`);
        POSES.forEach((_, i) => {
            source.files.set(`photos/IMG_${i}.jpg`, PlainImage(WIDTH, HEIGHT, i));
        });
        return source;
    }

    it("have the poses and lenses of the table", async () => {
        const source = Table();
        source.files.set("other.csv", "a,b\n1,2\n");
        expect(await FindCaptureLayoutAsync(source)).toBe("realityScan");
        const { views } = await LoadCaptureAsync(source);
        ExpectPoses(views.map(({ camera }) => camera));
        const { camera } = views[0];
        expect([camera.focalX, camera.centerX, camera.centerY]).toEqual([14, 8 + 0.16, 6 - 0.32]);
    });

    it("are moved near 0, and say so", async () => {
        const { views, notes } = await LoadCaptureAsync(Table(500_000));
        const [x] = POSES[0].position;
        expect(views[0].camera.position[0]).toBeCloseTo(500_000 + x - Math.round(500_000 + x), 6);
        expect(notes!.join()).toMatch(/The world was moved by \(-\d+, /);
    });

    it("throw on malformed numbers with their line", async () => {
        await expect(LoadCaptureAsync(Table(0, ["x", "0"]))).rejects.toThrow(/cameras.csv, line 2: .*px is "x"/);
    });
});
