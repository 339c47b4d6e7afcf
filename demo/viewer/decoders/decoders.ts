import { DracoDecoder } from "@babylonjs/core/Meshes/Compression/dracoDecoder";
import { MeshoptCompression } from "@babylonjs/core/Meshes/Compression/meshoptCompression";
import { KhronosTextureContainer2 } from "@babylonjs/core/Misc/khronosTextureContainer2";
import { Tools } from "@babylonjs/core/Misc/tools";
import { AutoReleaseWorkerPool } from "@babylonjs/core/Misc/workerPool";
import { UltrametricError } from "babylon-ultrametric";
import type { DecoderFile } from "./decoderFiles";

/** The default of the longest wait for a decoder, in milliseconds. */
const LONGEST_FETCH = 20_000;
const MAX_TEXTURE_WORKERS = 2;
const GLB_MAGIC = 0x46546c67;
const GLB_HEADER_BYTES = 20;

const DECODERS_FOLDER = new URL("decoders/", document.baseURI);

// Whatever else Babylon would fetch from its server is looked up here, and its name is told when it is not there.
Tools.ScriptBaseUrl = DECODERS_FOLDER.href;

/** Options of {@link PrepareDecodersAsync}. */
interface FetchOptions {
    readonly signal?: AbortSignal;
    /** The longest wait for a decoder, in milliseconds. Default 20,000. */
    readonly longest?: number;
}

/** The decoders that glTF files may need, by the texts in their JSON that ask for them. */
const DECODERS: readonly { readonly asks: RegExp; readonly useAsync: (options: FetchOptions) => Promise<void> }[] = [
    { asks: /"KHR_draco_mesh_compression"/, useAsync: useDracoAsync },
    { asks: /"(EXT|KHR)_meshopt_compression"/, useAsync: useMeshoptAsync },
    { asks: /"KHR_texture_basisu"|"image\/ktx2"/, useAsync: useKtx2Async },
];

const fetched = new Map<DecoderFile, Promise<ArrayBuffer>>();

/**
 * Gets the decoders that a glTF file asks for, from the page's own server, and tells Babylon to use them.
 *
 * @throws UltrametricError "unsupported" that names a decoder which could not be fetched in time, "aborted"
 */
export async function PrepareDecodersAsync(file: Blob, options: FetchOptions = {}): Promise<void> {
    const json = await readJsonAsync(file);
    await Promise.all(DECODERS.filter(({ asks }) => asks.test(json)).map(({ useAsync }) => useAsync(options)));
}

/** Returns the JSON of a .glb or .gltf file as text. */
async function readJsonAsync(file: Blob): Promise<string> {
    const start = new DataView(await file.slice(0, GLB_HEADER_BYTES).arrayBuffer());
    const isBinary = start.byteLength === GLB_HEADER_BYTES && start.getUint32(0, true) === GLB_MAGIC;
    const json = isBinary ? file.slice(GLB_HEADER_BYTES, GLB_HEADER_BYTES + start.getUint32(12, true)) : file;
    return json.text();
}

async function useDracoAsync(options: FetchOptions): Promise<void> {
    const wasmUrl = await urlOfAsync("draco_decoder_gltf.js", options);
    const wasmBinary = await fetchAsync("draco_decoder_gltf.wasm", options);
    // Babylon asks for an address of the binary, and does not use it.
    DracoDecoder.DefaultConfiguration = { wasmUrl, wasmBinary, wasmBinaryUrl: "draco_decoder_gltf.wasm" };
}

async function useMeshoptAsync(options: FetchOptions): Promise<void> {
    MeshoptCompression.Configuration = { decoder: { url: await urlOfAsync("meshopt_decoder.js", options) } };
}

async function useKtx2Async(options: FetchOptions): Promise<void> {
    const scriptUrl = await urlOfAsync("basis_encoder.js", options);
    const wasmBinary = await fetchAsync("basis_encoder.wasm", options);
    KhronosTextureContainer2.WorkerPool ??= new AutoReleaseWorkerPool(MAX_TEXTURE_WORKERS, async () => {
        const worker = new Worker(new URL("./ktx2Worker.ts", import.meta.url), { type: "module" });
        worker.postMessage({ action: "init", scriptUrl, wasmBinary });
        return worker;
    });
}

/** Fetches a script, so that it comes in time or is named, and returns its address; browsers keep it. */
async function urlOfAsync(name: DecoderFile, options: FetchOptions): Promise<string> {
    await fetchAsync(name, options);
    return new URL(name, DECODERS_FOLDER).href;
}

/** Fetches a decoder once; again after a failure. */
async function fetchAsync(name: DecoderFile, options: FetchOptions): Promise<ArrayBuffer> {
    const fetching = fetched.get(name) ?? fetchOnceAsync(name, options);
    fetched.set(name, fetching);
    try {
        return await fetching;
    } catch (error) {
        fetched.delete(name);
        throw error;
    }
}

async function fetchOnceAsync(
    name: DecoderFile,
    { signal, longest = LONGEST_FETCH }: FetchOptions,
): Promise<ArrayBuffer> {
    const url = new URL(name, DECODERS_FOLDER).href;
    const timeout = AbortSignal.timeout(longest);
    try {
        const response = await fetch(url, { signal: signal ? AbortSignal.any([timeout, signal]) : timeout });
        if (!response.ok) {
            throw new Error(`the server answered ${response.status}`);
        }
        return await response.arrayBuffer();
    } catch (error) {
        if (signal?.aborted) {
            throw new UltrametricError("aborted", `Fetching ${name} was canceled.`, { cause: error });
        }
        const reason = timeout.aborted ? `it did not come within ${longest / 1000} s` : (error as Error).message;
        throw new UltrametricError(
            "unsupported",
            `The file needs a decoder, ${url}, which could not be fetched: ${reason}. Serve it with the page.`,
            { cause: error },
        );
    }
}
