import { ReadWithBabylonAsync } from "./babylonReader";
import type { ModelReader } from "./modelReader";

/** Reads glTF files. */
export const GltfReader: ModelReader = { endings: [".glb", ".gltf"], readAsync: ReadWithBabylonAsync };
