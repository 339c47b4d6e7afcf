import type { AssetContainer } from "@babylonjs/core/assetContainer";
import { LoadAssetContainerAsync } from "@babylonjs/core/Loading/sceneLoader";
import { RuntimeError } from "@babylonjs/core/Misc/error";
import type { Scene } from "@babylonjs/core/scene";
import { registerBuiltInLoaders } from "@babylonjs/loaders/dynamic";
import { UltrametricError } from "babylon-ultrametric";
import { FileFinder } from "babylon-ultrametric/formats";
import { BoundedWaitAsync } from "../../../src/compute/base/boundedWait";
import { PrepareDecodersAsync } from "../decoders/decoders";
import { CountGltf, type GltfCounts, type GltfJson, PrepareGltf } from "./gltfDocument";
import type { ModelFile, ModelReader } from "./modelReader";

/** The longest wait for Babylon's loader, in milliseconds. */
const LONGEST_LOADING = 120_000;
/** GLTFLoaderAnimationStartMode.NONE; importing it would load all of the loader with the page. */
const NO_START = 0;

/** "glTF", and the bytes of magic, version and length. */
const GLB_MAGIC = 0x46546c67;
const GLB_HEADER_BYTES = 12;

registerBuiltInLoaders();

/** Reads glTF files, with the files that they name among those that were picked. Nothing is asked of a server. */
export const GltfReader: ModelReader = { endings: [".glb", ".gltf"], readAsync: readGltfAsync };

async function readGltfAsync(file: ModelFile, scene: Scene): Promise<AssetContainer> {
    const { source, path, report, signal } = file;
    const finder = new FileFinder(await source.listAllAsync(signal));
    const urls: string[] = [];
    let json: GltfJson = {};
    let counts: GltfCounts | null = null;
    let refusal: UltrametricError | null = null;
    const prepare = (parsed: GltfJson): void => {
        json = parsed;
        // Version 1.0 has other lists; Babylon reads it if all is inside of one file.
        if (json.asset?.version?.startsWith("2")) {
            PrepareGltf(json, path, (uri) => finder.find(uri, path), report, file.scene);
            counts = CountGltf(json);
        }
    };
    const urlOfAsync = async (uri: string): Promise<string> => {
        const found = finder.find(uri, path);
        if (found === null) {
            refusal ??= new UltrametricError("input", `${path} needs ${uri}, which is not among the files.`);
            throw refusal;
        }
        urls.push(URL.createObjectURL(await source.getFileAsync(found, signal)));
        return urls.at(-1)!;
    };
    const model = await source.getFileAsync(path, signal);
    await checkLengthAsync(model, path);
    await PrepareDecodersAsync(model, { signal });
    const loading = LoadAssetContainerAsync(model, scene, {
        pluginOptions: {
            gltf: {
                animationStartMode: NO_START,
                onParsed: ({ json: parsed }) => {
                    try {
                        prepare(parsed as GltfJson);
                    } catch (error) {
                        refusal = error instanceof UltrametricError ? error : null;
                        throw error;
                    }
                },
                onMeshLoaded: (mesh) => {
                    if (mesh.getClassName() === "GaussianSplattingMesh") {
                        // Captures need the splats' data; the loader has no option that keeps them.
                        (mesh as unknown as { _keepInRam: boolean })._keepInRam = true;
                    }
                },
                preprocessUrlAsync: (url, rootUrl = "") => urlOfAsync(url.slice(rootUrl.length)),
            },
        },
    });
    try {
        const container = await BoundedWaitAsync(loading, {
            what: `Loading ${path}`,
            milliseconds: LONGEST_LOADING,
            signal,
            kind: "input",
            remedy: "The file may be damaged; export it again.",
        });
        const { FinishGltf } = await import("./gltfContent");
        FinishGltf(container, json, counts, report);
        return container;
    } catch (error) {
        loading.then((late) => late.dispose()).catch(() => {});
        throw refusal ?? (error instanceof UltrametricError ? error : unreadable(path, error));
    } finally {
        for (const url of urls) {
            URL.revokeObjectURL(url);
        }
    }
}

/** @throws UltrametricError "input" for a GLB that is shorter than its header states */
async function checkLengthAsync(model: File, path: string): Promise<void> {
    const header = new DataView(await model.slice(0, GLB_HEADER_BYTES).arrayBuffer());
    const isWhole = header.byteLength === GLB_HEADER_BYTES;
    const isGlb = isWhole ? header.getUint32(0, true) === GLB_MAGIC : /\.glb$/i.test(path);
    const length = isGlb && isWhole ? header.getUint32(8, true) : GLB_HEADER_BYTES;
    if (isGlb && length > model.size) {
        throw new UltrametricError(
            "input",
            `${path} is cut off: it needs ${length} bytes, and has ${model.size}. Copy it again.`,
        );
    }
}

/** Returns the error of a file that Babylon could not read, with the innermost reason. */
function unreadable(path: string, error: unknown): UltrametricError {
    let reason = error;
    while (reason instanceof RuntimeError && reason.innerError) {
        reason = reason.innerError;
    }
    const said = reason instanceof Error ? reason.message : String(reason);
    // Babylon loses what the parser of the text said.
    const message = /^Unable to load from/.test(said) ? "it is cut off, or not glTF" : said;
    return new UltrametricError(
        "input",
        `${path} could not be read: ${message.replace(/\.$/, "")}. Export it again, or check it with a glTF validator.`,
        { cause: error },
    );
}
