import { ReadWithBabylonAsync } from "./babylonReader";
import type { ModelReader } from "./modelReader";

/** Reads Gaussian splat files. */
export const SplatReader: ModelReader = { endings: [".splat", ".spz", ".sog"], readAsync: ReadWithBabylonAsync };
