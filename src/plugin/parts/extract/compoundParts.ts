import type { GaussianSplattingCompoundMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingCompoundMesh";
import type { Scene } from "@babylonjs/core/scene";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import { IsSplatMesh } from "../../content/splatData";
import { CheckNoStream } from "../../content/streamKind";
import { type ExtractableContent, SplitByPlace } from "./partMeshes";
import { type CompoundPart, type CompoundPiece, CountPieces } from "./splatCompound";

/** The classes and the limit that compounds need, which applications without compounds need not load. */
export interface CompoundKit {
    readonly Kind: typeof GaussianSplattingCompoundMesh;
    /** The number of parts that Babylon can draw in one compound with the scene's engine. */
    readonly maxParts: number;
}

/** Loads what compounds of a scene need. */
export async function LoadCompoundKitAsync(scene: Scene): Promise<CompoundKit> {
    const [{ GaussianSplattingCompoundMesh }, { GetGaussianSplattingMaxPartCount }] = await Promise.all([
        import("@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingCompoundMesh"),
        import("@babylonjs/core/Materials/GaussianSplatting/gaussianSplattingMaterial"),
    ]);
    return { Kind: GaussianSplattingCompoundMesh, maxParts: GetGaussianSplattingMaxPartCount(scene.getEngine()) };
}

/** Leaves that become one part of a compound. */
export interface CompoundLeaves {
    readonly name: string;
    readonly isVisible: boolean;
    readonly leaves: Uint32Array;
}

/**
 * Finds the splats that follow the leaves of parts. Parts without splats are left out.
 *
 * @returns the parts, and the leaves of all of them, ascending
 * @throws UltrametricError "unsupported" if there is no content or it has faces or points there, "limits" if the parts
 * need more proxies than a compound can have, "input" if no splat is left
 */
export function FindCompoundParts(
    content: ExtractableContent | null,
    found: readonly CompoundLeaves[],
    { maxParts }: Pick<CompoundKit, "maxParts">,
): { parts: CompoundPart[]; leaves: Uint32Array } {
    if (!content) {
        throw new UltrametricError(
            "unsupported",
            "The hierarchy has no splats of the scene, which a compound is made of; extract parts one by one.",
        );
    }
    const leafCount = found.reduce((most, { leaves }) => leaves.reduce((a, leaf) => Math.max(a, leaf + 1), most), 0);
    const partOfLeaf = new Int32Array(leafCount).fill(-1);
    for (const [p, { leaves }] of found.entries()) {
        for (const leaf of leaves) {
            partOfLeaf[leaf] = p;
        }
    }
    const pieces: CompoundPiece[][] = found.map(() => []);
    for (const item of content.items) {
        CheckNoStream(item.mesh);
        const { mesh, firstElement, elementCount } = item;
        const elements: number[][] = found.map(() => []);
        for (let element = 0; element < elementCount; element++) {
            const leaf = content.leafOfElement[firstElement + element];
            if (leaf < leafCount && partOfLeaf[leaf] >= 0) {
                elements[partOfLeaf[leaf]].push(element);
            }
        }
        if (!IsSplatMesh(mesh)) {
            const part = elements.findIndex(({ length }) => length > 0);
            if (part >= 0) {
                throw new UltrametricError(
                    "unsupported",
                    `${found[part].name} has ${item.kind} of "${mesh.name}", and a compound holds splats only; ` +
                        "extract such parts one by one.",
                );
            }
            continue;
        }
        for (const [p, own] of elements.entries()) {
            for (const split of SplitByPlace(item, Uint32Array.from(own))) {
                pieces[p].push({ mesh, splats: split.elements });
            }
        }
    }
    const kept = found.map((_, p) => p).filter((p) => pieces[p].length > 0);
    if (kept.length === 0) {
        throw new UltrametricError("input", "No splat follows the leaves of these parts; choose larger parts.");
    }
    const parts = kept.map((p) => ({ name: found[p].name, isVisible: found[p].isVisible, pieces: pieces[p] }));
    const count = CountPieces(parts);
    if (count > maxParts) {
        throw new UltrametricError(
            "limits",
            `The ${parts.length} parts need ${count} parts of a compound, and Babylon draws at most ${maxParts} with ` +
                "this engine; lower the number of parts, or pass fewer of them.",
        );
    }
    const leaves = Uint32Array.from(kept.flatMap((p) => [...found[p].leaves])).sort();
    return { parts, leaves };
}
