import { describe, expect, it } from "vitest";
import { JsonNode } from "../../src/compute/base/jsonNode";

describe("JsonNode", () => {
    const root = new JsonNode({ a: [{ b: "text" }], n: null }, "f.json");

    it("names the path of a wrong value", () => {
        expect(() => root.at("a").items()[0].at("b").number()).toThrow(
            'f.json: a[0].b is "text"; it must be a number.',
        );
        expect(() => root.at("x").string()).toThrow("f.json: x is missing; it must be a string.");
        expect(() => root.at("a").at("b")).toThrow('f.json: a is an array of 1; it must be an object with "b".');
        expect(() => root.items()).toThrow("f.json: the file is an object; it must be an array.");
        expect(() => root.at("a").items(2)).toThrow("f.json: a has 1 elements; it must have 2.");
    });

    it("treats null and inherited properties as missing", () => {
        expect(root.has("a")).toBe(true);
        expect(root.has("n")).toBe(false);
        expect(root.has("toString")).toBe(false);
        expect(root.at("toString").value).toBeUndefined();
    });
});
