import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decode } from "fast-png";
import { expect } from "vitest";

/** The folder of the capture that comes with the demo. */
export const EXCAVATOR_FOLDER = fileURLToPath(new URL("../../demo/captures/excavator", import.meta.url));

/** Reads the part of each pixel at a level of the ground truth. `view` has three digits. */
export function ReadExcavatorIds(split: "train" | "val", view: string, level: number): Uint16Array {
    const png = decode(readFileSync(join(EXCAVATOR_FOLDER, `gt/${split}_${view}_l${level}.png`)));
    expect(png.depth).toBe(16);
    return png.data as Uint16Array;
}
