/** Starts to count the page's workers that are created and not terminated. */
export function CountWorkers(): { readonly alive: number; dispose(): void } {
    const alive = new Set<Worker>();
    const { Worker: Original } = globalThis;
    globalThis.Worker = class extends Original {
        public constructor(...args: ConstructorParameters<typeof Worker>) {
            super(...args);
            alive.add(this);
        }
        public override terminate(): void {
            alive.delete(this);
            super.terminate();
        }
    };
    return {
        get alive() {
            return alive.size;
        },
        dispose() {
            globalThis.Worker = Original;
        },
    };
}
