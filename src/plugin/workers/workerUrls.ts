/**
 * The addresses of the package's workers, for pages whose content security policy allows no `blob:` workers. Set them
 * before the first run to the files that the package exports, which the page must serve itself:
 * `babylon-ultrametric/workers/hierarchy`, `.../workers/imageMasks` and `.../workers/sam`. Default null: a worker
 * starts from the package's own text.
 */
// biome-ignore lint/complexity/noStaticOnlyClass: settings are static members, as in Babylon's decoders
export class WorkerUrls {
    /** Builds hierarchies. */
    public static hierarchy: string | URL | null = null;
    /** Makes masks without a model. */
    public static imageMasks: string | URL | null = null;
    /** Runs Segment Anything. */
    public static sam: string | URL | null = null;
}

/** Starts a worker from its address, or from the package's text. */
export function StartWorker(url: string | URL | null, InlineWorker: new () => Worker): Worker {
    return url === null ? new InlineWorker() : new Worker(url, { type: "module" });
}
