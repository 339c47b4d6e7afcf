import { describe, expect, it } from "vitest";
import { FileFinder } from "../../src/plugin/sources/fileFinder";

describe("FileFinder", () => {
    it("finds names beside the file that holds them, in sub-folders and above", () => {
        const finder = new FileFinder(["scene/a.gltf", "scene/a.bin", "scene/maps/b.png", "shared/c.png", "a.bin"]);
        expect(finder.find("a.bin", "scene/a.gltf")).toBe("scene/a.bin");
        expect(finder.find("./maps//b.png", "scene/a.gltf")).toBe("scene/maps/b.png");
        expect(finder.find("../shared/c.png", "scene/a.gltf")).toBe("shared/c.png");
        expect(finder.find("maps\\b.png", "scene/a.gltf")).toBe("scene/maps/b.png");
        expect(finder.find("a.bin")).toBe("a.bin");
        expect(finder.find("maps/b.png?raw=true", "scene/a.gltf")).toBe("scene/maps/b.png");
        expect(finder.find("d.png", "scene/a.gltf")).toBeNull();
        expect(finder.find("", "scene/a.gltf")).toBeNull();
        expect(finder.find("..", "scene/a.gltf")).toBeNull();
    });

    it("takes blanks, percent codes, Unicode forms and case as spellings of one name", () => {
        const composed = "maps/Café bleu.png".normalize("NFC");
        const decomposed = composed.normalize("NFD");
        const encoded = encodeURI(composed);
        for (const file of [composed, decomposed, encoded.replace("maps", "Maps")]) {
            const finder = new FileFinder([file, "maps/other.png"]);
            for (const name of [composed, decomposed, encoded, composed.toUpperCase()]) {
                expect(finder.find(name), `${name} in ${file}`).toBe(file);
            }
        }
        expect(new FileFinder(["100%.png"]).find("100%.png")).toBe("100%.png");
        expect(new FileFinder(["100%.PNG"]).find("100%.png")).toBe("100%.PNG");
    });

    it("prefers the spelling of the name", () => {
        const finder = new FileFinder(["A.png", "a.png", "a b.png", "a%20b.png"]);
        expect(finder.find("a.png")).toBe("a.png");
        expect(finder.find("A.png")).toBe("A.png");
        expect(finder.find("x/a.png")).toBe("a.png");
        expect(finder.find("x/A.png")).toBe("A.png");
        expect(finder.find("a%20b.png")).toBe("a%20b.png");
        expect(finder.find("a b.png")).toBe("a b.png");
    });

    it("finds by the tail what lies elsewhere, with the most folders in common", () => {
        const flat = new FileFinder(["a.gltf", "cube.bin", "wood.png"]);
        expect(flat.find("buffers/cube.bin", "a.gltf")).toBe("cube.bin");
        expect(flat.find("C:\\art\\wood.png", "a.gltf")).toBe("wood.png");
        expect(flat.find("../../textures/wood.png", "a.gltf")).toBe("wood.png");
        const deep = new FileFinder(["car/a.gltf", "car/red/wood.png", "car/blue/wood.png", "bus/blue/wood.png"]);
        expect(deep.find("/home/me/blue/wood.png", "car/a.gltf")).toBe("car/blue/wood.png");
        expect(deep.find("/home/me/red/wood.png", "bus/a.gltf")).toBe("car/red/wood.png");
        expect(deep.find("wood.png", "bus/a.gltf")).toBe("bus/blue/wood.png");
    });
});
