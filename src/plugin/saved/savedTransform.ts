import { Quaternion, Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { JsonNode } from "../../compute/base/jsonNode";
import type { PartTransform } from "../parts/model/partTransform";

/** A {@link PartTransform} as JSON. */
export interface SavedTransform {
    readonly position: readonly number[];
    /** Quaternion x, y, z, w. */
    readonly rotation: readonly number[];
    readonly scaling: readonly number[];
}

/** Returns a transform as JSON. */
export function SaveTransform({ position, rotation, scaling }: PartTransform): SavedTransform {
    return { position: position.asArray(), rotation: rotation.asArray(), scaling: scaling.asArray() };
}

/** Reads a saved transform. @throws UltrametricError "input" if it is damaged */
export function ReadTransform(saved: JsonNode): PartTransform {
    const numbers = (key: string, length: number): number[] =>
        saved
            .at(key)
            .items(length)
            .map((item) => item.number());
    return {
        position: Vector3.FromArray(numbers("position", 3)),
        rotation: Quaternion.FromArray(numbers("rotation", 4)),
        scaling: Vector3.FromArray(numbers("scaling", 3)),
    };
}
