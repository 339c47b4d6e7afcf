import { LoadPlyAsync } from "babylon-ultrametric/formats";
import { LoadOptionsAsync, ReportModel } from "./loadedModel";
import type { ModelReader } from "./modelReader";

/** Reads PLY files: points, meshes with their textures, and splats. */
export const PlyReader: ModelReader = {
    endings: [".ply"],
    readAsync: async (file, scene) => {
        const model = await file.source.getFileAsync(file.path, file.signal);
        return ReportModel(await LoadPlyAsync(model, scene, await LoadOptionsAsync(file)), file.report);
    },
};
