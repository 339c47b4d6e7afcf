import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { Scene } from "@babylonjs/core/scene";
import { encode } from "fast-png";
import { afterAll, expect, it } from "vitest";
import { FilesSubject } from "../../demo/viewer/subject";
import type { ViewerScene } from "../../demo/viewer/viewerScene";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { PickedFileSource } from "../../src/plugin/sources/pickedFileSource";
import { POSE } from "../support/memoryFileSource";
import { PlainImage } from "../support/posedFiles";

const engine = new NullEngine();
afterAll(() => engine.dispose());

function filesOf(files: Record<string, Uint8Array | string>): PickedFileSource {
    const entries = Object.entries(files).map(([path, content]) => {
        const file = new File([content as Uint8Array<ArrayBuffer> | string], path);
        return [path, () => Promise.resolve(file)] as const;
    });
    return PickedFileSource.FromPaths(new Map(entries));
}

it("an open capture takes masks that come alone, and stays as it is for files that hold none of its", async () => {
    const names = ["a", "b", "c"];
    const frames = names.map((name) => ({ file_path: `images/${name}.png`, transform_matrix: POSE }));
    const images = Object.fromEntries(names.map((name) => [`images/${name}.png`, PlainImage(8, 6, 9)]));
    const source = filesOf({ "transforms.json": JSON.stringify({ fl_x: 9, frames }), ...images });
    const segmentation = new UltrametricSegmentation(new Scene(engine));
    const viewer = {} as ViewerScene; // shows photos that are in training only
    const subject = await FilesSubject.CreateAsync(source, null, segmentation, viewer);
    expect(subject.origins).toEqual(["images", "model"]);

    const notes = filesOf({ "other/x.json": "{}", "other/y.json": "{}" });
    await expect(subject.addMasksAsync(notes, {})).rejects.toMatchObject({ kind: "input" });
    expect(subject.origins).toEqual(["images", "model"]);

    const data = Uint8Array.from({ length: 48 }, (_, p) => (p % 8 < 3 ? 1 : 2));
    const labels = encode({ width: 8, height: 6, data, channels: 1, depth: 8 });
    await subject.addMasksAsync(filesOf(Object.fromEntries(names.map((name) => [`toy/${name}.png`, labels]))), {});
    expect(subject.origins).toEqual(["given", "images", "model"]);
    const masks = await subject.masksAsync("given", {} as never);
    expect(masks.views.map((view) => view.masks.length)).toEqual([2, 2, 2]);
});
