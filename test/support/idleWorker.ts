/** Replaces the worker in which Babylon sorts splats when nothing is drawn. It never answers. */
export class IdleWorker {
    public onmessage: unknown = null;
    public onerror: unknown = null;

    public postMessage(): void {}

    public terminate(): void {}
}
