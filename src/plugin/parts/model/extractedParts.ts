import { Observable } from "@babylonjs/core/Misc/observable";
import type { ExtractedPart } from "./extractedPart";

/** The extracted parts of a hierarchy, and the active one. */
export class ExtractedParts {
    /** Notified when another part, or none, becomes the {@link active} one. */
    public readonly onActiveChangedObservable = new Observable<ExtractedPart | null>();
    private _all: readonly ExtractedPart[] = [];
    private _active: ExtractedPart | null = null;

    /** The parts that are in the scene. */
    public get inScene(): readonly ExtractedPart[] {
        return this._all.filter(({ isInScene }) => isInScene);
    }

    /** The part that tools act on; null for none. */
    public get active(): ExtractedPart | null {
        return this._active;
    }

    public set active(part: ExtractedPart | null) {
        if (part !== this._active) {
            this._active = part;
            this.onActiveChangedObservable.notifyObservers(part);
        }
    }

    public add(part: ExtractedPart): void {
        this._all = [...this._all, part];
    }

    public remove(part: ExtractedPart): void {
        this._all = this._all.filter((other) => other !== part);
    }

    /** Frees all parts. */
    public dispose(): void {
        this.active = null;
        this.onActiveChangedObservable.clear();
        for (const part of this._all) {
            part.dispose();
        }
        this._all = [];
    }
}
