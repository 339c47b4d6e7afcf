import type { Material } from "@babylonjs/core/Materials/material";
import type { Node } from "@babylonjs/core/node";
import { NodeOfMesh } from "../../content/contentNodes";
import { ReadMeshElements } from "../../content/meshElements";
import type { ContentItem } from "../../content/sceneContent";
import { IsSplatMesh } from "../../content/splatData";
import type { CondensedParts } from "./condensedParts";
import type { ContentLeaves } from "./contentLeaves";
import { ReadableName } from "./readableName";

/** The share of a part's leaves from which they agree. */
const MIN_AGREEMENT = 0.8;
/** The share of a node's leaves from which a part is the node rather than a piece of it. */
const MIN_COVERAGE = 0.5;
/** The number of leaves that are looked at, spread over all. */
const MAX_LEAVES = 200_000;

/** A node, or one of the materials of a node, which parts may be. */
interface Source {
    readonly name: string;
    /** Index of the source around it, which has all of its leaves; -1 for none. */
    readonly parent: number;
    /** The number of leaves. */
    total: number;
}

/**
 * Names parts after the nodes and materials that they came from.
 *
 * A part gets the name of a node if at least 80 % of its leaves are from there, and if they are at least half of all
 * leaves of the node. Of several such parts, the one with the best intersection over union gets it; of several such
 * nodes, the one that fits best. A part that is one material of a node gets the name of the material. Equal names are
 * numbered, names such as "Mesh_12" say nothing and are not used.
 *
 * @returns the names by index of the condensed node; parts without one are missing
 */
export function NamesFromContent(
    { nodes, children, tree }: Pick<CondensedParts, "nodes" | "children" | "tree">,
    content: Pick<ContentLeaves, "items" | "capture">,
): Map<number, string> {
    const { order } = tree.dendrogram;
    const { sources, sourceOfLeaf } = readSources(content, order);
    const stride = Math.max(1, Math.floor(order.length / MAX_LEAVES));
    const countIn = (counts: Map<number, number>, start: number, end: number): void => {
        for (let i = Math.ceil(start / stride) * stride; i < end; i += stride) {
            const source = sourceOfLeaf(order[i]);
            counts.set(source, (counts.get(source) ?? 0) + 1);
        }
    };
    const all = new Map<number, number>();
    countIn(all, 0, order.length);
    for (const [source, count] of withParents(all, sources)) {
        sources[source].total = count;
    }

    // Children come after their parents.
    const counts: Map<number, number>[] = nodes.map(() => new Map());
    const matches: { node: number; source: number; iou: number }[] = [];
    for (let node = nodes.length - 1; node >= 0; node--) {
        let from = nodes[node].start;
        for (const child of children[node].toSorted((a, b) => nodes[a].start - nodes[b].start)) {
            countIn(counts[node], from, nodes[child].start);
            from = nodes[child].end;
            for (const [source, count] of counts[child]) {
                counts[node].set(source, (counts[node].get(source) ?? 0) + count);
            }
            counts[child] = new Map();
        }
        countIn(counts[node], from, nodes[node].end);
        const size = [...counts[node].values()].reduce((sum, count) => sum + count, 0);
        for (const [source, count] of withParents(counts[node], sources)) {
            const { name, total } = sources[source];
            if (name !== "" && count >= MIN_AGREEMENT * size && count >= MIN_COVERAGE * total) {
                matches.push({ node, source, iou: count / (total + size - count) });
            }
        }
    }
    // Of equal fits, the finer source: a material before its node, a node before the one around it.
    matches.sort((a, b) => b.iou - a.iou || b.source - a.source || a.node - b.node);
    const names = new Map<number, string>();
    const taken = new Set<number>();
    for (const { node, source } of matches) {
        if (!names.has(node) && !taken.has(source)) {
            names.set(node, sources[source].name);
            taken.add(source);
        }
    }
    return numberEqual(names);
}

/** Adds " (2)" and so on to names that several parts have, in the order of the nodes. */
function numberEqual(names: ReadonlyMap<number, string>): Map<number, string> {
    const seen = new Map<string, number>();
    return new Map(
        [...names]
            .sort(([a], [b]) => a - b)
            .map(([node, name]) => {
                const count = (seen.get(name) ?? 0) + 1;
                seen.set(name, count);
                return [node, count === 1 ? name : `${name} (${count})`];
            }),
    );
}

/** Returns the counts of sources together with those inside them. */
function withParents(counts: ReadonlyMap<number, number>, sources: readonly Source[]): Map<number, number> {
    const all = new Map<number, number>();
    for (const [source, count] of counts) {
        for (let above = source; above >= 0; above = sources[above].parent) {
            all.set(above, (all.get(above) ?? 0) + count);
        }
    }
    return all;
}

/** Reads the nodes and materials of content, parents first, and those of each leaf. */
function readSources(
    { items, capture }: Pick<ContentLeaves, "items" | "capture">,
    order: Uint32Array,
): { sources: Source[]; sourceOfLeaf: (leaf: number) => number } {
    const sources: Source[] = [];
    const nodeIndices = new Map<Node, number>();
    const indexOfNode = (node: Node): number => {
        let index = nodeIndices.get(node);
        if (index === undefined) {
            const parent = node.parent ? indexOfNode(node.parent) : -1;
            index = sources.push({ name: ReadableName(node.name), parent, total: 0 }) - 1;
            nodeIndices.set(node, index);
        }
        return index;
    };
    const materialsOfNode = new Map<number, Map<Material | null, number>>();
    const indexOfMaterial = (node: number, material: Material | null): number => {
        const known = materialsOfNode.get(node) ?? new Map<Material | null, number>();
        materialsOfNode.set(node, known);
        let index = known.get(material);
        if (index === undefined) {
            index = sources.push({ name: ReadableName(material?.name ?? ""), parent: node, total: 0 }) - 1;
            known.set(material, index);
        }
        return index;
    };
    const runs = items.flatMap((item) => {
        const node = indexOfNode(NodeOfMesh(item.mesh));
        return materialRuns(item).map(({ end, material }) => {
            return { end: item.firstElement + end, source: indexOfMaterial(node, material) };
        });
    });
    // The only material of a named node says less than the node, and two names of one thing would compete.
    for (const [node, materials] of materialsOfNode) {
        if (materials.size === 1 && sources[node].name !== "") {
            for (const index of materials.values()) {
                sources[index] = { ...sources[index], name: "" };
            }
        }
    }
    const sourceOf = new Uint32Array(order.length);
    for (let leaf = 0, run = 0; leaf < order.length; leaf++) {
        const element = capture.elements[leaf];
        if (run > 0 && element < runs[run - 1].end) {
            run = 0;
        }
        while (run < runs.length - 1 && element >= runs[run].end) {
            run++;
        }
        sourceOf[leaf] = runs[run].source;
    }
    return { sources, sourceOfLeaf: (leaf) => sourceOf[leaf] };
}

/** Returns the materials of an item's elements, as consecutive runs with their ends relative to the item. */
function materialRuns({ mesh, elementCount }: ContentItem): { end: number; material: Material | null }[] {
    if (mesh.isDisposed() || IsSplatMesh(mesh)) {
        return [{ end: elementCount, material: null }];
    }
    const runs = (ReadMeshElements(mesh)?.runs ?? []).map(({ end, material }) => ({ end, material }));
    return runs.length > 0 ? runs : [{ end: elementCount, material: mesh.material }];
}
