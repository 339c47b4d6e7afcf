import { describe, expect, it } from "vitest";
import { RunCoroutineSync } from "../../src/compute/base/coroutine";
import { UnitCube } from "../../src/compute/bounds/unitCube";
import { CopyMessageCoroutine } from "../../src/plugin/workers/copiedMessage";
import { CountRuns } from "../support/countRuns";

const LARGE = 5_001;

describe("CopyMessageCoroutine", () => {
    const floats = Float32Array.from({ length: LARGE }, (_, i) => i);
    const bytes = new Uint8Array(floats.buffer, 4, 17_001);
    const message = {
        kind: "start",
        views: [
            { depth: floats, image: bytes },
            { depth: floats, image: null },
        ],
        few: Uint32Array.of(1, 2),
        cube: new UnitCube([1, 2, 3], 4),
        byName: new Map([["consensus", { order: floats }]]),
        at: new Date(5),
    };

    it("copies a message, and each large array in it once", () => {
        const { message: copied, transfer } = RunCoroutineSync(CopyMessageCoroutine(message));
        expect(copied).toEqual(structuredClone(message)); // both lose the class of objects
        const [{ depth, image }, again] = copied.views;
        expect(again.depth).toBe(depth);
        expect(copied.byName.get("consensus")!.order).toBe(depth);
        expect(transfer).toEqual([depth.buffer, image!.buffer]);
        expect(image!.buffer.byteLength).toBe(bytes.length);
    });

    it("leaves the message intact when the copy is transferred", () => {
        const { message: copied, transfer } = RunCoroutineSync(CopyMessageCoroutine(message));
        const arrived = structuredClone(copied, { transfer });
        expect(copied.views[0].depth.length).toBe(0);
        expect(floats.length).toBe(LARGE);
        expect(arrived).toEqual(structuredClone(message));
    });

    it("takes a time slice for each megabyte", () => {
        const many = new Float32Array(3_000_001);
        expect(CountRuns(CopyMessageCoroutine({ many })).runs).toBeGreaterThanOrEqual(many.byteLength / 2 ** 20);
    });
});
