import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { FeatureField } from "../../src/compute/fields/feature/featureField";
import { HashGrid } from "../reference/hashGrid";
import { Mlp } from "../reference/mlp";
import { NormalizeFeatures } from "../reference/normalizeFeatures";
import { ExpectCloseElements, ExpectSameElements } from "../support/arrays";
import { UseEngine } from "../support/gpu";

const engine = UseEngine();
const small = { levels: 4, tableSizeLog2: 8, baseResolution: 4, finestResolution: 20, hidden: [16], dimensions: 8 };

describe("FeatureField", () => {
    it.each([0, 1, 300, 8193])("returns unit features at %i points", async (count) => {
        const seed = 71;
        const field = await FeatureField.CreateAsync(engine(), small, seed);
        const positions = Float32Array.from({ length: 3 * count }, CreateRandom(seed));
        const features = await field.evaluateAsync(positions);
        expect(features.length).toBe(8 * count);
        // The reference at the first and the last points, which lie in different chunks.
        const first = Math.max(0, count - 20);
        const encoding = HashGrid(
            field.grid.levels,
            2,
            await field.grid.table.readAsync(),
            positions.subarray(3 * first),
        );
        const outputs =
            count > 0 ? Mlp(field.mlp.layers, await field.mlp.weights.readAsync(), encoding)[1] : new Float64Array(0);
        // Encodings of about 0.005 are rounded to 2e-7 of a number at most 0.01: up to 1e-4 of a feature.
        ExpectCloseElements(
            features.subarray(8 * first),
            NormalizeFeatures(outputs, 8),
            { absolute: 3e-4 },
            `seed ${seed}`,
        );
        field.dispose();
    });

    it("is read back from its bytes", async () => {
        const field = await FeatureField.CreateAsync(engine(), small, 3);
        const positions = Float32Array.from({ length: 90 }, CreateRandom(4));
        const bytes = await field.serializeAsync();
        const again = FeatureField.Parse(engine(), bytes);
        ExpectSameElements(await again.evaluateAsync(positions), await field.evaluateAsync(positions));
        expect(again.options).toEqual(field.options);
        const other = await FeatureField.CreateAsync(engine(), small, 5);
        expect(await other.evaluateAsync(positions)).not.toEqual(await field.evaluateAsync(positions));
        for (const each of [field, again, other]) {
            each.dispose();
        }
        expect(() => FeatureField.Parse(engine(), bytes.subarray(0, bytes.length - 4))).toThrow(
            /bytes; its header requires/,
        );
        expect(() => FeatureField.Parse(engine(), new Uint8Array(40))).toThrow(/not a feature field/);
        expect(() => FeatureField.Parse(engine(), new Uint8Array(3))).toThrow(/not a feature field/);
    });

    it("throws on invalid input", async () => {
        await expect(FeatureField.CreateAsync(engine(), { ...small, dimensions: 12 })).rejects.toThrow(
            /dimensions is 12; it must be a multiple of 8/,
        );
        await expect(FeatureField.CreateAsync(engine(), { ...small, featuresPerLevel: 3 })).rejects.toThrow(/2 or 4/);
        const field = await FeatureField.CreateAsync(engine(), small);
        await expect(field.evaluateAsync(new Float32Array(4))).rejects.toThrow(/not \[n, 3\] positions/);
        await expect(field.evaluateAsync(new Float32Array(3), AbortSignal.abort())).rejects.toMatchObject({
            kind: "aborted",
        });
        field.dispose();
        field.dispose();
        await expect(field.evaluateAsync(new Float32Array(3))).rejects.toMatchObject({ kind: "disposed" });
    });
});
