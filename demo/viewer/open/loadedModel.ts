import type { AssetContainer } from "@babylonjs/core/assetContainer";
import { FileFinder, type LoadedModel, type LoadModelOptions } from "babylon-ultrametric/formats";
import type { ModelFile } from "./modelReader";
import type { OpenReport } from "./openReport";

/** Returns options with which the package loads a picked model: its textures are found among the picked files. */
export async function LoadOptionsAsync({ source, path, signal, onProgress }: ModelFile): Promise<LoadModelOptions> {
    const finder = new FileFinder(await source.listAllAsync(signal));
    return {
        name: path,
        signal,
        onProgress,
        readFileAsync: async (name) => {
            const found = finder.find(name, path);
            return found === null ? null : source.readBytesAsync(found, signal);
        },
    };
}

/** Adds the facts of a loaded model to a report, and returns its container. */
export function ReportModel({ container, facts, leftOut }: LoadedModel, report: OpenReport): AssetContainer {
    for (const fact of facts) {
        report.addFact(fact);
    }
    for (const sentence of leftOut) {
        report.addLeftOut(sentence);
    }
    return container;
}
