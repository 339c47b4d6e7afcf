import { AssetContainer } from "@babylonjs/core/assetContainer";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { Scene } from "@babylonjs/core/scene";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MarkOwnMesh } from "../../src/plugin/babylon/ownMeshes";
import { type ContentSource, FindMeshes } from "../../src/plugin/content/findMeshes";

describe("FindMeshes", () => {
    let scene: Scene;
    let root: Mesh;
    let boxes: Mesh[];

    beforeEach(() => {
        scene = new Scene(new NullEngine());
        root = new Mesh("__root__", scene);
        const inner = new TransformNode("inner", scene);
        inner.parent = root;
        boxes = [0, 1, 2].map((i) => CreateBox(`box ${i}`, {}, scene));
        boxes[0].parent = root;
        boxes[1].parent = inner;
    });

    afterEach(() => scene.getEngine().dispose());

    const names = (source: ContentSource, includesChildren?: boolean): string[] =>
        FindMeshes(source, includesChildren).map(({ name }) => name);

    it("takes a root, transform nodes, meshes and containers, with everything below", () => {
        expect(names(root)).toEqual(["__root__", "box 1", "box 0"]);
        expect(names(scene.getTransformNodeByName("inner")!)).toEqual(["box 1"]);
        expect(names([boxes[2], root, boxes[0]])).toEqual(["box 2", "__root__", "box 1", "box 0"]);
        const container = new AssetContainer(scene);
        container.meshes.push(boxes[2], boxes[0]);
        expect(names(container)).toEqual(["box 2", "box 0"]);
    });

    it("takes the nodes alone if asked", () => {
        expect(names([root, boxes[1]], false)).toEqual(["__root__", "box 1"]);
        expect(names(scene.getTransformNodeByName("inner")!, false)).toEqual([]);
    });

    it("leaves out meshes that show parts", () => {
        MarkOwnMesh(CreateBox("box 0 (parts)", {}, scene)).parent = root;
        expect(names(root)).toEqual(["__root__", "box 1", "box 0"]);
    });

    it("refuses anything else by its name", () => {
        expect(() => FindMeshes(["box 0"] as unknown as ContentSource)).toThrow(/must be meshes.* not box 0/);
        expect(() => FindMeshes([null] as unknown as ContentSource)).toThrow(/not null/);
    });
});
