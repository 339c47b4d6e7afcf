import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import type { Capture } from "../../src/compute/views/capture";
import { LoadPolycamCaptureAsync } from "../../src/plugin/formats/captures/polycamCapture";
import { LoadRealityScanCaptureAsync } from "../../src/plugin/formats/captures/realityScanCapture";
import { LoadRecord3dCaptureAsync } from "../../src/plugin/formats/captures/record3dCapture";
import { ReadBinaryImage, ReadLabelImage } from "../../src/plugin/formats/masks/maskImages";
import { MemoryFileSource } from "../support/memoryFileSource";
import { PlainImage } from "../support/posedFiles";
import { DescribeBytes, DescribeJson, FuzzAsync } from "./fuzz";

const IMAGE = PlainImage(4, 3, 7);
const OPTIONS = { minImages: 1, holdOutEvery: 0 };

/** Checks that cameras have numbers that cameras can have. */
function check({ views }: Capture): void {
    for (const { camera } of views) {
        const { focalX, focalY, centerX, centerY, cameraToWorld } = camera;
        expect(Math.min(focalX, focalY)).toBeGreaterThan(0);
        expect([focalX, focalY, centerX, centerY, ...cameraToWorld].every(Number.isFinite)).toBe(true);
    }
}

describe("captures of apps", () => {
    it("of Polycam are read or refused with a reason, whatever is changed", async () => {
        const source = new MemoryFileSource();
        const t = Object.fromEntries([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 4].map((v, k) => [`t_${k >> 2}${k & 3}`, v]));
        const camera = { fx: 4, fy: 4, cx: 2, cy: 1.5, width: 4, height: 3, blur_score: 8, ...t };
        source.files.set("keyframes/images/1.png", IMAGE);
        await FuzzAsync<unknown>({
            createAsync: (mutations) => mutations.json(camera),
            readAsync: async (changed) => {
                source.files.set("keyframes/cameras/1.json", JSON.stringify(changed) ?? "");
                check(await LoadPolycamCaptureAsync(source, OPTIONS));
            },
            describe: DescribeJson,
        });
    });

    it("of Record3D are read or refused with a reason, whatever is changed", async () => {
        const source = new MemoryFileSource();
        const metadata = {
            w: 4,
            h: 3,
            K: [4, 0, 0, 0, 4, 0, 2, 1.5, 1],
            poses: [
                [0, 0, 0, 1, 0, 0, 4],
                [0, 1, 0, 1, 0, 0, 4],
            ],
            perFrameIntrinsicCoeffs: [[4, 4, 2, 1.5]],
        };
        source.files.set("rgb/0.jpg", IMAGE);
        source.files.set("rgb/1.jpg", IMAGE);
        await FuzzAsync<unknown>({
            createAsync: (mutations) => mutations.json(metadata),
            readAsync: async (changed) => {
                source.files.set("metadata.json", JSON.stringify(changed) ?? "");
                check(await LoadRecord3dCaptureAsync(source, OPTIONS));
            },
            describe: DescribeJson,
        });
    });

    it("of RealityScan are read or refused with a reason, whatever is changed", async () => {
        const source = new MemoryFileSource();
        source.files.set("a.jpg", IMAGE);
        const table = "#name,x,y,alt,heading,pitch,roll,f,px,py,k1,t1\na.jpg,1,2,3,10,80,2,30,0.01,0,0.02,0\n";
        const bytes = new TextEncoder().encode(table);
        await FuzzAsync<Uint8Array>({
            createAsync: (mutations) => mutations.bytes(bytes),
            readAsync: async (changed) => {
                source.files.set("cameras.csv", changed);
                check(await LoadRealityScanCaptureAsync(source, OPTIONS));
            },
            describe: DescribeBytes,
        });
    });
});

describe("label images", () => {
    it("are read or refused with a reason, whatever is changed", async () => {
        const data = Uint8Array.from({ length: 48 }, (_, p) => p % 5);
        const png = encode({ width: 8, height: 6, data, channels: 1, depth: 8 });
        await FuzzAsync<Uint8Array>({
            createAsync: (mutations) => mutations.bytes(png),
            readAsync: (bytes) => {
                const masks = [...ReadLabelImage(bytes, "a.png"), ReadBinaryImage(bytes, "a.png")];
                for (const { counts, width, height } of masks) {
                    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(width * height);
                }
            },
            describe: DescribeBytes,
        });
    });
});
