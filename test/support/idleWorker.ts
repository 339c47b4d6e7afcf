/** Stands in for the worker in which Babylon sorts splats, where there are no workers and nothing is drawn: it never answers. */
export class IdleWorker {
    public onmessage: unknown = null;
    public onerror: unknown = null;

    public postMessage(): void {}

    public terminate(): void {}
}
