import { LoadObjAsync, LoadPlyAsync, LoadStlAsync } from "babylon-ultrametric/formats";
import { LoadOptionsAsync, ReportModel } from "./loadedModel";
import type { ModelReader } from "./modelReader";

/** Reads a kind of files by a function of the package. */
function createReader(ending: string, loadAsync: typeof LoadStlAsync): ModelReader {
    return {
        endings: [ending],
        readAsync: async (file, scene) => {
            const model = await file.source.getFileAsync(file.path, file.signal);
            return ReportModel(await loadAsync(model, scene, await LoadOptionsAsync(file)), file.report);
        },
    };
}

/** Reads PLY files: points, meshes with their textures, and splats. */
export const PlyReader = createReader(".ply", LoadPlyAsync);
/** Reads OBJ files with their materials and textures. */
export const ObjReader = createReader(".obj", LoadObjAsync);
/** Reads STL files. */
export const StlReader = createReader(".stl", LoadStlAsync);
