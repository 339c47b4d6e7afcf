import { describe, expect, it } from "vitest";
import { JsonNode } from "../../src/plugin/formats/jsonNode";
import { FindJsonSyntaxError } from "../../src/plugin/formats/jsonSyntax";

describe("FindJsonSyntaxError", () => {
    it.each(["1", ' { "a" : [ 1, -2.5e+3, "x\\u00e9\\"", true, null, {}, [] ] } ', "[]", '"é"', "[[[0]]]"])(
        "finds none in %s",
        (text) => {
            expect(() => JSON.parse(text)).not.toThrow();
            expect(FindJsonSyntaxError(text)).toBeNull();
        },
    );

    it.each([
        ["", 0],
        ["[1,]", 3],
        ["[1 2]", 3],
        ['{"a" 1}', 5],
        ['{"a":1,}', 7],
        ["{a:1}", 1],
        ["[01]", 2],
        ["[1]]", 3],
        ["[NaN]", 1],
        ['["a\nb"]', 1],
        ['["\\x"]', 1],
        ["[1}", 2],
        ["nulL", 0],
        ["[", 1],
        ['{"a":', 5],
        ["// c\n1", 0],
    ])("finds the place in %j", (text, offset) => {
        expect(() => JSON.parse(text)).toThrow();
        expect(FindJsonSyntaxError(text)?.offset).toBe(offset);
    });

    it("counts lines and columns from 1", () => {
        expect(FindJsonSyntaxError('{\n  "a": 1,\n  "b": oops\n}')).toEqual({
            offset: 19,
            line: 3,
            column: 8,
            found: '"oops\\n}"',
        });
    });

    it("agrees with JSON.parse on texts with one character changed", () => {
        const text = '{"a": [1, 2.5, -3e4, "b\\n", true], "c": {"d": null}}';
        for (let i = 0; i < text.length; i++) {
            for (const c of '",:[]{}0e-. x\\') {
                const changed = text.slice(0, i) + c + text.slice(i + 1);
                let valid = true;
                try {
                    JSON.parse(changed);
                } catch {
                    valid = false;
                }
                expect(FindJsonSyntaxError(changed) === null, changed).toBe(valid);
            }
        }
    });
});

describe("JsonNode", () => {
    const root = new JsonNode({ a: [{ b: "text" }], n: null }, "f.json");

    it("names the place of what is wrong", () => {
        expect(() => root.at("a").items()[0].at("b").number()).toThrow(
            'f.json: a[0].b is "text" where a number is needed.',
        );
        expect(() => root.at("x").string()).toThrow("f.json: x is missing where a string is needed.");
        expect(() => root.at("a").at("b")).toThrow('f.json: a is an array of 1 where an object with "b" is needed.');
        expect(() => root.items()).toThrow("f.json: the file is an object where an array is needed.");
        expect(() => root.at("a").items(2)).toThrow("f.json: a has 1 elements where 2 are needed.");
    });

    it("takes null, and what every object inherits, for not there", () => {
        expect(root.has("a")).toBe(true);
        expect(root.has("n")).toBe(false);
        expect(root.has("toString")).toBe(false);
        expect(root.at("toString").value).toBeUndefined();
    });
});
