import { LoadSplatsAsync } from "babylon-ultrametric/formats";
import { LoadOptionsAsync, ReportModel } from "./loadedModel";
import type { ModelReader } from "./modelReader";

/** Reads Gaussian splat files; `meta.json` is a SOG in files. */
export const SplatReader: ModelReader = {
    endings: [".spz", ".sog", ".splat", ".ksplat", "meta.json"],
    readAsync: async (file, scene) => {
        const model = await file.source.getFileAsync(file.path, file.signal);
        return ReportModel(await LoadSplatsAsync(model, scene, await LoadOptionsAsync(file)), file.report);
    },
};
