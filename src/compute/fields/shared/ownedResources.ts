/** What a class has made on the GPU and frees together, also when it fails halfway through making it. */
export class OwnedResources {
    private readonly _resources: { dispose(): void }[] = [];

    /** Takes a resource over and gives it back. */
    public add<T extends { dispose(): void }>(resource: T): T {
        this._resources.push(resource);
        return resource;
    }

    /** Takes over what a promise makes. */
    public async addAsync<T extends { dispose(): void }>(resource: Promise<T>): Promise<T> {
        return this.add(await resource);
    }

    /** Frees everything, the last made first. Safe to call again. */
    public dispose(): void {
        while (this._resources.length > 0) {
            this._resources.pop()!.dispose();
        }
    }
}
