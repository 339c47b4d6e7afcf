import { describe, expect, it } from "vitest";
import { BoundedWaitAsync } from "../../src/compute/base/boundedWait";

const never = new Promise<never>(() => {});

describe("BoundedWaitAsync", () => {
    it("returns the value of a promise, and passes on its rejection", async () => {
        const options = { what: "Adding", milliseconds: 1000 };
        expect(await BoundedWaitAsync(Promise.resolve(3), options)).toBe(3);
        await expect(BoundedWaitAsync(Promise.reject(new RangeError("too far")), options)).rejects.toThrow(RangeError);
    });

    it("ends with the name of the work, the seconds and the remedy", async () => {
        const options = { what: "Loading a.ply", milliseconds: 20, kind: "input", remedy: "Save it again." } as const;
        await expect(BoundedWaitAsync(never, options)).rejects.toMatchObject({
            kind: "input",
            message: "Loading a.ply did not end within 0 s. Save it again.",
        });
    });

    it("ends when the signal aborts, also before it starts", async () => {
        const controller = new AbortController();
        const waiting = BoundedWaitAsync(never, { what: "Loading", milliseconds: 5000, signal: controller.signal });
        controller.abort();
        await expect(waiting).rejects.toMatchObject({ kind: "aborted", message: "Loading was canceled." });
        const options = { what: "Loading", milliseconds: 5000, signal: controller.signal };
        await expect(BoundedWaitAsync(never, options)).rejects.toMatchObject({ kind: "aborted" });
    });

    it("ignores a rejection that comes too late", async () => {
        const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error("late")), 30));
        await expect(BoundedWaitAsync(late, { what: "Loading", milliseconds: 10 })).rejects.toThrow("did not end");
        await new Promise((resolve) => setTimeout(resolve, 40)); // an unhandled rejection would fail the run
    });
});
