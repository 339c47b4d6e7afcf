import type { JsonNode } from "../formats/jsonNode";

/** By what a mesh or material of a scene is found again in a scene that was opened anew. */
export interface SceneLink {
    readonly id: string;
    readonly uniqueId: number;
    readonly name: string;
}

export function LinkTo({ id, uniqueId, name }: SceneLink): SceneLink {
    return { id, uniqueId, name };
}

/** @throws UltrametricError "input" */
export function ReadLink(node: JsonNode): SceneLink {
    return {
        id: node.at("id").string(),
        uniqueId: node.at("uniqueId").number(),
        name: node.at("name").string(),
    };
}

/**
 * What links lead to: where all are there by their unique ids, as in the scene that was saved, those; else each by id and name, or by name alone,
 * the first in the scene's order that no link before it took. Numbers of a scene that was opened anew say nothing.
 *
 * @param fits among several of one name, which are taken first
 * @returns for each link what it leads to; null for none
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
