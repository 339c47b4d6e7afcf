import { TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { describe, expect, it } from "vitest";
import { CountGltf, type GltfJson, PrepareGltf } from "../../demo/viewer/open/gltfDocument";
import { ModelName } from "../../demo/viewer/open/modelReader";
import { OpenReport } from "../../demo/viewer/open/openReport";
import { UnpackZipAsync, type ZipLimits } from "../../demo/viewer/open/zipFiles";
import { FindCaptureLayoutAsync } from "../../src/plugin/formats/captures/loadCapture";
import { FileFinder } from "../../src/plugin/sources/fileFinder";
import { PickedFileSource } from "../../src/plugin/sources/pickedFileSource";
import { GLTF_MODES, GltfFile } from "../support/gltfFile";
import { SmallCaptureFiles } from "../support/memoryFileSource";

async function Zip(
    files: Readonly<Record<string, string | Uint8Array>>,
    options: { password?: string; level?: number } = {},
): Promise<Uint8Array<ArrayBuffer>> {
    const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, ...options });
    for (const [path, content] of Object.entries(files)) {
        const reader = typeof content === "string" ? new TextReader(content) : new Uint8ArrayReader(content);
        await writer.add(path, reader);
    }
    return await writer.close();
}

const dropped = (bytes: Uint8Array<ArrayBuffer>, name = "fern.zip"): PickedFileSource =>
    PickedFileSource.FromFiles([new File([bytes], name)]);

const unpackAsync = async (bytes: Uint8Array<ArrayBuffer>, limits?: Partial<ZipLimits>): Promise<PickedFileSource> =>
    await UnpackZipAsync(dropped(bytes), limits);

describe("UnpackZipAsync", () => {
    it("shows the files of a .zip as those of a folder, without what systems add", async () => {
        const files = { "a/model.gltf": "{}", "a/maps/w.png": "w", "a/.DS_Store": "", "__MACOSX/a/model.gltf": "x" };
        for (const level of [0, 6]) {
            const source = await unpackAsync(await Zip(files, { level }));
            expect(source.name).toBe("a");
            expect(await source.listAllAsync()).toEqual(["maps/w.png", "model.gltf"]);
            expect(new TextDecoder().decode(await source.readBytesAsync("model.gltf"))).toBe("{}");
        }
        expect((await unpackAsync(await Zip({ "x.ply": "ply", "y.ply": "ply" }))).name).toBe("fern");
    });

    it("serves captures", async () => {
        const source = await unpackAsync(await Zip(Object.fromEntries(SmallCaptureFiles().files)));
        expect(await FindCaptureLayoutAsync(source)).toBe("nerf");
    });

    it("leaves other files alone", async () => {
        const zip = await Zip({ "a.txt": "a" });
        const two = PickedFileSource.FromFiles([new File([zip], "a.zip"), new File([zip], "b.zip")]);
        expect(await UnpackZipAsync(two)).toBe(two);
        const other = dropped(zip, "a.ply");
        expect(await UnpackZipAsync(other)).toBe(other);
    });

    it("names what is wrong with an archive", async () => {
        const zip = await Zip({ "a.txt": "a".repeat(100), "b.txt": "b" });
        await expect(unpackAsync(zip.slice(0, 60))).rejects.toMatchObject({
            kind: "input",
            message: expect.stringMatching(/^fern.zip cannot be unpacked: .* Pack it again, or unpack it/),
        });
        await expect(unpackAsync(new Uint8Array(0))).rejects.toThrow(/^fern.zip cannot be unpacked/);
        await expect(unpackAsync(await Zip({}))).rejects.toThrow(/^fern.zip holds no files/);
        await expect(unpackAsync(await Zip({ "a.txt": "a" }, { password: "p" }))).rejects.toThrow(/password on a.txt/);
        await expect(unpackAsync(zip, { files: 1 })).rejects.toThrow(/fern.zip unpacks to more than 1 files/);
        await expect(unpackAsync(zip, { bytes: 2 ** 6 })).rejects.toThrow(/unpacks to more than .* MiB/);
        const aborted = UnpackZipAsync(dropped(zip), {}, AbortSignal.abort());
        await expect(aborted).rejects.toMatchObject({ kind: "aborted" });
    });

    it("stops at damaged contents, and at contents larger than stated", async () => {
        const zip = await Zip({ "a.txt": "a".repeat(10_000) });
        const damaged = zip.slice();
        damaged.fill(0xff, 45, 50);
        const broken = await unpackAsync(damaged);
        await expect(broken.readBytesAsync("a.txt")).rejects.toThrow(/^fern.zip\/a.txt cannot be unpacked/);
        // The directory's size of the file, unpacked: 12 bytes of 10,000.
        const lying = zip.slice();
        const view = new DataView(lying.buffer);
        const directory = view.getUint32(lying.length - 6, true);
        expect(view.getUint32(directory + 24, true)).toBe(10_000);
        view.setUint32(directory + 24, 12, true);
        const bomb = await unpackAsync(lying);
        await expect(bomb.readBytesAsync("a.txt")).rejects.toThrow(/cannot be unpacked: .*/);
    });
});

describe("PrepareGltf", () => {
    /** Prepares a document with the files at some paths. */
    const prepare = (json: GltfJson, files: readonly string[] = []): OpenReport => {
        const report = new OpenReport();
        const finder = new FileFinder(["a/model.gltf", ...files]);
        PrepareGltf(json, "a/model.gltf", (uri) => finder.find(uri, "a/model.gltf"), report);
        return report;
    };

    it("names all buffers that are missing", () => {
        const buffers = ["b%20c.bin", "data:;base64,AAAA", "d.bin", "e.bin", "b%20c.bin"].map((uri) => ({ uri }));
        expect(() => prepare({ buffers }, ["a/d.bin"])).toThrow(
            /^a\/model.gltf needs b c.bin, e.bin, which are not among the files. Open all files/,
        );
        expect(() => prepare({ buffers: [{ uri: "%.bin" }] })).toThrow(/needs %.bin, which is not/);
        const many = Array.from({ length: 9 }, (_, i) => ({ uri: `${i}.bin` }));
        expect(() => prepare({ buffers: many })).toThrow(/needs 0.bin, .* 4.bin and 4 more, which are/);
        expect(prepare({ buffers: [{}, { uri: "d.bin" }] }, ["d.bin"]).leftOut).toEqual([]);
    });

    it("takes textures of missing images out of the materials, but not those with another image", () => {
        const json = {
            images: [{ uri: "gone.png" }, { uri: "here.png" }, { uri: "gone.webp" }, {}],
            textures: [
                { source: 0 },
                { source: 1 },
                { source: 1, extensions: { EXT_texture_webp: { source: 2 } } },
                { source: 0, extensions: { KHR_texture_basisu: { source: 3 } } },
                { extensions: { EXT_texture_webp: { source: 2 } } },
            ],
            materials: [
                {
                    pbrMetallicRoughness: { baseColorTexture: { index: 0 }, metallicRoughnessTexture: { index: 1 } },
                    normalTexture: { index: 2 },
                    emissiveTexture: { index: 3 },
                    extensions: { KHR_materials_sheen: { sheenColorTexture: { index: 4 }, sheenRoughnessFactor: 1 } },
                },
            ],
        };
        expect(prepare(json, ["a/maps/here.png"]).leftOut).toEqual([
            "2 textures are left out, because gone.png, gone.webp are not among the files.",
        ]);
        expect(json.materials).toEqual([
            {
                pbrMetallicRoughness: { metallicRoughnessTexture: { index: 1 } },
                normalTexture: { index: 2 },
                emissiveTexture: { index: 3 },
                extensions: { KHR_materials_sheen: { sheenRoughnessFactor: 1 } },
            },
        ]);
        expect(json.textures[2].extensions).toEqual({});
    });

    it("makes a scene of all nodes where there is none, and names scenes that are not shown", () => {
        const json: GltfJson = { nodes: [{ children: [2] }, {}, {}] };
        expect(prepare(json).leftOut).toEqual([]);
        expect([json.scene, json.scenes]).toEqual([0, [{ nodes: [0, 1] }]]);
        const scenes = [{ name: "car", nodes: [0] }, { nodes: [1] }, { name: "road", nodes: [2] }];
        const report = prepare({ ...json, scene: 1, scenes });
        expect(report.leftOut).toEqual(['The file has 3 scenes. "scene 1" is shown, without car, road.']);
        expect(report.scenes).toEqual({ names: ["car", "scene 1", "road"], shown: 1 });
        const wanted: GltfJson = { ...json, scene: 1, scenes };
        PrepareGltf(wanted, "a.gltf", () => null, report, 2);
        expect([wanted.scene, report.scenes?.shown]).toEqual([2, 2]);
    });
});

describe("ModelName", () => {
    it("is that of the folder for a SOG in several files, and else that of the file without its ending", () => {
        const picked = { name: "garden" };
        const names = ["meta.json", "site/fern/meta.json", "site/v1.2/META.json", "site/fern.sog", "my.car.glb"];
        expect(names.map((name) => ModelName(name, picked))).toEqual(["garden", "fern", "v1.2", "fern", "my.car"]);
    });
});

describe("CountGltf", () => {
    it("counts what the shown scene states, with instances, and ends for loops of nodes", () => {
        const file = new GltfFile();
        const box = file.addBox(1);
        const five = Array.from({ length: 15 }, (_, i) => i);
        const translations = file.add(five, 3);
        const fan = file.addMesh(five, null, { mode: GLTF_MODES.fan });
        const strip = file.addMesh(five, [0, 1, 2, 3], { mode: GLTF_MODES.strip });
        const points = file.addMesh(five, null, { mode: GLTF_MODES.points });
        const splats = file.addMesh(five, null, {
            mode: GLTF_MODES.points,
            extensions: { KHR_gaussian_splatting: {} },
        });
        const lines = file.addMesh(five, null, { mode: GLTF_MODES.lines });
        const instancing = { EXT_mesh_gpu_instancing: { attributes: { TRANSLATION: translations } } };
        file.json.nodes.push(
            { children: [1, 2] },
            { mesh: box },
            { mesh: box, extensions: instancing },
            ...[fan, strip, points, splats, lines].map((mesh) => ({ mesh })),
            { mesh: box },
        );
        file.fields.scenes = [{ nodes: [0, 3, 4, 5, 6, 7] }];
        expect(CountGltf(JSON.parse(file.toText()))).toEqual({
            meshes: 7,
            triangles: 6 * 12 + 3 + 2,
            points: 5,
            lines: 1,
            splats: 5,
            instances: 5,
        });
        const loop = { scenes: [{ nodes: [0] }], nodes: [{ children: [0] }] };
        expect(CountGltf(loop)).toMatchObject({ meshes: 0 });
        expect(CountGltf({})).toMatchObject({ meshes: 0, triangles: 0 });
    });
});
