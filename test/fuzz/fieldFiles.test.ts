import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { SavedTraining } from "../../src/compute/fields/radiance/savedTraining";
import { SphereCapture } from "../support/sphereViews";
import { TrainingFile } from "../support/trainingFile";
import { DescribeBytes, FuzzAsync } from "./fuzz";

const CAPTURE = { ...SphereCapture(3, 12), name: "marble", heldOutViews: [] };
const FILE = TrainingFile(CAPTURE);
const HEADER_START = 12;
const HEADER_LENGTH = new DataView(FILE.buffer).getUint32(8, true);
const ARRAYS_START = HEADER_START + Math.ceil(HEADER_LENGTH / 4) * 4;

/** Returns the file with another header. */
function withHeader(header: unknown): Uint8Array<ArrayBuffer> {
    const json = new TextEncoder().encode(JSON.stringify(header));
    const start = HEADER_START + Math.ceil(json.length / 4) * 4;
    const bytes = new Uint8Array(start + FILE.length - ARRAYS_START);
    bytes.set(FILE.subarray(0, 8));
    new DataView(bytes.buffer).setUint32(8, json.length, true);
    bytes.fill(0x20, HEADER_START, start);
    bytes.set(json, HEADER_START);
    bytes.set(FILE.subarray(ARRAYS_START), start);
    return bytes;
}

/** Reads a file as far as it goes without a GPU. */
function read(bytes: Uint8Array): void {
    const saved = new SavedTraining(bytes);
    saved.splitViews(CAPTURE);
    expect(saved.header.steps).toBeLessThanOrEqual(saved.header.training.steps);
    expect(saved.readArrays()).toHaveLength(saved.header.lengths.length);
}

describe("files of radiance fields in training", () => {
    it("are read or refused with a reason, whatever is changed in their header", async () => {
        const header: unknown = JSON.parse(
            new TextDecoder().decode(FILE.subarray(HEADER_START, HEADER_START + HEADER_LENGTH)),
        );
        read(withHeader(header));
        await FuzzAsync<Uint8Array<ArrayBuffer>>({
            createAsync: (mutations) => withHeader(mutations.json(header)),
            readAsync: read,
            describe: DescribeBytes,
        });
    });

    it("are read or refused with a reason, whatever is changed in their bytes", async () => {
        await FuzzAsync<Uint8Array<ArrayBuffer>>({
            createAsync: (mutations) => mutations.bytes(FILE),
            readAsync: read,
            describe: DescribeBytes,
        });
    });

    it("are refused without a header", () => {
        const bytes = new Uint8Array(readFileSync(join(import.meta.dirname, "corpus/12-null-header.umrt")));
        expect(() => new SavedTraining(bytes)).toThrow(UltrametricError);
    });
});
