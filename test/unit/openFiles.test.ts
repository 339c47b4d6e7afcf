import { TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { describe, expect, it } from "vitest";
import { UnpackZipAsync, type ZipLimits } from "../../demo/viewer/open/zipFiles";
import { FindCaptureLayoutAsync } from "../../src/plugin/formats/loadCapture";
import { PickedFileSource } from "../../src/plugin/sources/pickedFileSource";
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
