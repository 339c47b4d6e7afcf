import type { AssetContainer } from "@babylonjs/core/assetContainer";
import { Pacer } from "../../compute/base/pacer";
import { type RunOptions, StageProgress } from "../../compute/base/progress";
import { ThrowIfAborted, UltrametricError } from "../../compute/base/ultrametricError";
import type { FacesLeftOut } from "../formats/models/polygons";

/** A model that was read from a file. */
export interface LoadedModel {
    /** The meshes, materials and textures, which are not yet in the scene. */
    readonly container: AssetContainer;
    /** The contents of the file in words, such as "600 points", in the order of reading. */
    readonly facts: readonly string[];
    /** Sentences about everything that was left out, changed or guessed, with the reason. */
    readonly leftOut: readonly string[];
}

/** Options of the functions that load a model. */
export interface LoadModelOptions extends RunOptions {
    /** The name of the file, for the meshes and for messages. Default: the name of a `File`, else "the file". */
    readonly name?: string;
    /**
     * The axis of the file that points up. Default: z for STL, and for coordinates of map projections; else y. Splats
     * have axes of their own.
     */
    readonly upAxis?: "y" | "z";
    /**
     * Returns the bytes of another file by the name that the model has for it, such as that of a texture; null for one
     * that is missing. Default: undefined, all other files are missing.
     */
    readonly readFileAsync?: (name: string) => Promise<Uint8Array | null>;
}

/** The state of a model that is being read. */
export interface ModelReading {
    readonly bytes: Uint8Array;
    readonly name: string;
    readonly pacer: Pacer;
    readonly options: LoadModelOptions;
    readonly facts: string[];
    readonly leftOut: string[];
    /** Shows the progress. @param fraction 0..1 */
    readonly report: (fraction: number) => void;
}

/**
 * Reads the bytes of a model.
 *
 * @throws UltrametricError "input" for a `Blob` that cannot be read, "aborted"
 */
export async function BeginReadingAsync(source: Blob | Uint8Array, options: LoadModelOptions): Promise<ModelReading> {
    const name = options.name ?? (source as Partial<File>).name ?? "the file";
    const stage = `Reading ${name}`;
    ThrowIfAborted(options.signal, stage);
    let bytes: Uint8Array;
    try {
        bytes = source instanceof Uint8Array ? source : new Uint8Array(await source.arrayBuffer());
    } catch (cause) {
        throw new UltrametricError("input", `${name} could not be read; it may have been moved or deleted.`, { cause });
    }
    return {
        bytes,
        name,
        pacer: new Pacer(stage, options.signal),
        options,
        facts: [],
        leftOut: [],
        report: (fraction) => options.onProgress?.({ ...StageProgress("readModel", fraction), stage }),
    };
}

/** Returns a number of things in words, such as "1 point" or "1,234 points". */
export function CountInWords(count: number, thing: string, things = `${thing}s`): string {
    return `${count.toLocaleString("en-US")} ${count === 1 ? thing : things}`;
}

/** Tells the faces that were left out, by reason. */
export function TellFacesLeftOut(leftOut: string[], faces: FacesLeftOut): void {
    const reasons: [number, string][] = [
        [faces.broken, "a vertex does not exist or is not finite"],
        [faces.tooFew, "they have less than three corners"],
        [faces.tooLarge, "they are concave and have more than 4,096 corners"],
    ];
    for (const [count, reason] of reasons.filter(([count]) => count > 0)) {
        leftOut.push(`${CountInWords(count, "face")} left out, because ${reason}.`);
    }
}

/** Tells the offset that was subtracted. @param isUpGuessed true if z is taken for up because of it */
export function TellOffset(leftOut: string[], offset: readonly number[], isUpGuessed: boolean): void {
    if (hasOffset(offset)) {
        leftOut.push(
            `The coordinates are far away from 0, where 32-bit floats are not precise: ${offset.join(", ")} was ` +
                `subtracted from all x, y, z.${isUpGuessed ? " z is taken for up." : ""}`,
        );
    }
}

/** Returns the axis that points up in a file with an offset. Coordinates of map projections have z up. */
export function UpAxisOf(offset: readonly number[], { upAxis }: LoadModelOptions): "y" | "z" {
    return upAxis ?? (hasOffset(offset) ? "z" : "y");
}

function hasOffset(offset: readonly number[]): boolean {
    return offset.some((value) => value !== 0);
}
