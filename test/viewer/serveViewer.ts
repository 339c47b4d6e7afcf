import type { TestProject } from "vitest/node";
import { SceneHandle, ServeDemoAsync } from "../../scripts/viewerPage.mjs";
import { StandInModel } from "./standInModel";

declare module "vitest" {
    interface ProvidedContext {
        /** The address of the viewer's page, with a slash at the end. */
        viewerAddress: string;
    }
}

/** Builds and serves the viewer once for all its tests. */
export default async function ServeViewerAsync(project: TestProject): Promise<() => Promise<void>> {
    const server = await ServeDemoAsync("viewer", [SceneHandle(), StandInModel()]);
    project.provide("viewerAddress", server.address);
    return server.closeAsync;
}
