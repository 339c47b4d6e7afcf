import { DracoDecoder } from "@babylonjs/core/Meshes/Compression/dracoDecoder";
import { MeshoptCompression } from "@babylonjs/core/Meshes/Compression/meshoptCompression";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

type Prepare = typeof import("../../demo/viewer/decoders/decoders").PrepareDecodersAsync;

let prepareAsync: Prepare;
let answerAsync: (url: string, signal: AbortSignal) => Promise<Response>;
let asked: string[] = [];

beforeAll(async () => {
    vi.stubGlobal("document", { baseURI: "https://viewer.test/page/" });
    vi.stubGlobal("fetch", (url: string, { signal }: { signal: AbortSignal }) => {
        asked.push(url);
        return answerAsync(url, signal);
    });
    ({ PrepareDecodersAsync: prepareAsync } = await import("../../demo/viewer/decoders/decoders"));
});

afterAll(() => vi.unstubAllGlobals());

/** Returns a glTF file that uses extensions. */
function GltfFile(...extensionsUsed: string[]): Blob {
    return new Blob([JSON.stringify({ asset: { version: "2.0" }, extensionsUsed })]);
}

it("fetches only the decoders that a file asks for, from the page's server, once", async () => {
    answerAsync = async () => new Response("decoder");
    await prepareAsync(GltfFile("KHR_materials_unlit"));
    expect(asked).toEqual([]);
    await prepareAsync(GltfFile("EXT_meshopt_compression"));
    await prepareAsync(GltfFile("EXT_meshopt_compression"));
    expect(asked).toEqual(["https://viewer.test/page/decoders/meshopt_decoder.js"]);
    expect(MeshoptCompression.Configuration.decoder.url).toBe(asked[0]);
});

it("names a decoder that is missing or does not come in time, and asks for it again", async () => {
    const file = GltfFile("KHR_draco_mesh_compression");
    answerAsync = async () => new Response("", { status: 404 });
    const name = /draco_decoder_gltf\.js, which could not be fetched: /;
    const missing = {
        kind: "unsupported",
        message: expect.stringMatching(new RegExp(`${name.source}the server.* 404`)),
    };
    await expect(prepareAsync(file)).rejects.toMatchObject(missing);
    answerAsync = (_, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const late = { kind: "unsupported", message: expect.stringMatching(new RegExp(`${name.source}.*within 0.05 s`)) };
    await expect(prepareAsync(file, { longest: 50 })).rejects.toMatchObject(late);
    await expect(prepareAsync(file, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ kind: "aborted" });
    answerAsync = async () => new Response("decoder");
    asked = [];
    await prepareAsync(file);
    expect(asked.map((url) => url.replace(/.*\//, "")).sort()).toEqual([
        "draco_decoder_gltf.js",
        "draco_decoder_gltf.wasm",
    ]);
    expect(DracoDecoder.DefaultConfiguration.wasmBinary?.byteLength).toBe(7);
});
