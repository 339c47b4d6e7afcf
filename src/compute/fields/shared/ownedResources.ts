/** A resource that has to be freed. */
export interface Disposable {
    dispose(): void;
}

/** The GPU resources of an object, freed together. */
export class OwnedResources {
    private readonly _resources: Disposable[] = [];

    /** Creates an object with its resources; if that fails, frees those that exist. */
    public static Build<T>(create: (owned: OwnedResources) => T): T {
        const owned = new OwnedResources();
        try {
            return create(owned);
        } catch (error) {
            owned.dispose();
            throw error;
        }
    }

    /** Does the same as {@link Build}, asynchronously. */
    public static async BuildAsync<T>(create: (owned: OwnedResources) => Promise<T>): Promise<T> {
        const owned = new OwnedResources();
        try {
            return await create(owned);
        } catch (error) {
            owned.dispose();
            throw error;
        }
    }

    /** Adds a resource and returns it. */
    public add<T extends Disposable>(resource: T): T {
        this._resources.push(resource);
        return resource;
    }

    /** Adds the resource of a promise and returns it. */
    public async addAsync<T extends Disposable>(resource: Promise<T>): Promise<T> {
        return this.add(await resource);
    }

    /** Frees all resources, the last one first. Safe to call again. */
    public dispose(): void {
        while (this._resources.length > 0) {
            this._resources.pop()!.dispose();
        }
    }
}
