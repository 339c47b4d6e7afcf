import { describe, expect, it } from "vitest";
import { FormatSeconds, TimeLeft } from "../../src/ui/progress/timeLeft";

describe("TimeLeft", () => {
    it("estimates from the pace of the stage", () => {
        const left = new TimeLeft();
        expect(left.estimate("a", 0, 100)).toBeNull();
        expect(left.estimate("a", 0.5, 102)).toBeNull(); // too early
        expect(left.estimate("a", 0.01, 110)).toBeNull(); // too little
        expect(left.estimate("a", 0.25, 110)).toBeCloseTo(30);
        expect(left.estimate("a", 1, 140)).toBe(0);
        // The next stage starts half done.
        expect(left.estimate("b", 0.5, 200)).toBeNull();
        expect(left.estimate("b", 0.75, 210)).toBeCloseTo(10);
    });

    it("is formatted in rounded words", () => {
        expect([0, 1, 12, 54, 55, 61, 3599, 3601, 7500].map(FormatSeconds)).toEqual([
            "5 s",
            "5 s",
            "15 s",
            "55 s",
            "1 min",
            "2 min",
            "1 h 0 min",
            "1 h 1 min",
            "2 h 5 min",
        ]);
    });
});
