import { Observable } from "@babylonjs/core/Misc/observable";
import type { FileScenes } from "../contentControls";

/** The content that a file states and the content that was read, for the panel "About this file". */
export class OpenReport {
    /** Notified when something was added. */
    public readonly onChangedObservable = new Observable<OpenReport>();

    /** The scenes of the file, of which one is shown; null for files without. */
    public scenes: FileScenes | null = null;

    private readonly _facts: string[] = [];
    private readonly _leftOut: string[] = [];

    /** The facts in reading order, such as "46 meshes" or "3 materials". */
    public get facts(): readonly string[] {
        return this._facts;
    }

    /** Sentences about everything that was left out, changed or guessed, with the reason. */
    public get leftOut(): readonly string[] {
        return this._leftOut;
    }

    /** Adds a fact. */
    public addFact(fact: string): void {
        this._facts.push(fact);
        this.onChangedObservable.notifyObservers(this);
    }

    /** Adds a sentence about something that was left out, changed or guessed, and why. */
    public addLeftOut(sentence: string): void {
        this._leftOut.push(sentence);
        this.onChangedObservable.notifyObservers(this);
    }
}
