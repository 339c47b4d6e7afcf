import { ReadWithBabylonAsync } from "./babylonReader";
import type { ModelReader } from "./modelReader";

/** Reads PLY files. */
export const PlyReader: ModelReader = { endings: [".ply"], readAsync: ReadWithBabylonAsync };
