import type { JsonNode } from "../../compute/base/jsonNode";

/** The properties by which a mesh or material is found in a scene that was opened again. */
export interface SceneLink {
    readonly id: string;
    readonly uniqueId: number;
    readonly name: string;
}

/** Returns the link to a mesh or material. */
export function LinkTo({ id, uniqueId, name }: SceneLink): SceneLink {
    return { id, uniqueId, name };
}

/** Reads a saved link. @throws UltrametricError "input" if it is damaged */
export function ReadLink(node: JsonNode): SceneLink {
    return {
        id: node.at("id").string(),
        uniqueId: node.at("uniqueId").number(),
        name: node.at("name").string(),
    };
}

/**
 * Finds the objects that links refer to. If all are found by unique id and name, as in the scene that was saved, those
 * are returned. Otherwise, since unique ids change when a scene is opened again, each is the first unused candidate by
 * name and id, or by name alone.
 *
 * @param fits whether a candidate is preferred among those with one name
 * @returns for each link its object; null for none
 */
export function FindLinked<T extends SceneLink>(
    links: readonly SceneLink[],
    candidates: readonly T[],
    fits: (candidate: T, link: number) => boolean,
): (T | null)[] {
    const byUniqueId = new Map(candidates.map((candidate) => [candidate.uniqueId, candidate]));
    const same = links.map(({ uniqueId, name }) => {
        const candidate = byUniqueId.get(uniqueId);
        return candidate?.name === name ? candidate : null;
    });
    if (same.every((candidate) => candidate !== null)) {
        return same;
    }
    const isTaken = new Set<T>();
    return links.map((link, l) => {
        const named = candidates.filter((candidate) => !isTaken.has(candidate) && candidate.name === link.name);
        const alike = named.filter(({ id }) => id === link.id);
        const found =
            alike.find((candidate) => fits(candidate, l)) ??
            named.find((candidate) => fits(candidate, l)) ??
            alike[0] ??
            named[0] ??
            null;
        if (found) {
            isTaken.add(found);
        }
        return found;
    });
}
