import type { AssetContainer } from "@babylonjs/core/assetContainer";
import { LoadAssetContainerAsync } from "@babylonjs/core/Loading/sceneLoader";
import { FilesInputStore } from "@babylonjs/core/Misc/filesInputStore";
import type { Scene } from "@babylonjs/core/scene";
import { registerBuiltInLoaders } from "@babylonjs/loaders/dynamic";
import { BoundedWaitAsync } from "../../../src/compute/base/boundedWait";
import type { ModelFile, ModelReader } from "./modelReader";

/** The longest wait for one of Babylon's loaders, in milliseconds: some lose their errors and never end. */
const LONGEST_LOADING = 120_000;

registerBuiltInLoaders();

/** Reads a file with the loader that Babylon has for its ending. */
export async function ReadWithBabylonAsync(file: ModelFile, scene: Scene): Promise<AssetContainer> {
    const { source, path, signal } = file;
    for (const name of await source.listAsync("")) {
        // Loaders look here for files that a .gltf or .obj refers to.
        const bytes = (await source.readBytesAsync(name, signal)) as Uint8Array<ArrayBuffer>;
        FilesInputStore.FilesToLoad[name.toLowerCase()] = new File([bytes], name);
    }
    try {
        // Captures need the splats' data, which Babylon drops by default.
        const options = { pluginOptions: { splat: { keepInRam: true } } };
        const loading = LoadAssetContainerAsync(FilesInputStore.FilesToLoad[path.toLowerCase()], scene, options);
        return await BoundedWaitAsync(loading, {
            what: `Loading ${path}`,
            milliseconds: LONGEST_LOADING,
            signal,
            kind: "input",
            remedy: "The file may be damaged; export it again.",
        });
    } finally {
        FilesInputStore.FilesToLoad = {};
    }
}

/** Meshes of kinds that need no care of their own. */
export const BabylonReader: ModelReader = { endings: [".obj", ".stl"], readAsync: ReadWithBabylonAsync };
