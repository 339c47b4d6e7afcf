import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { HierarchyFile } from "../../compute/hierarchy/cut/hierarchyFile";
import type { JsonNode } from "../formats/jsonNode";
import { ContentLeaves } from "../parts/model/contentLeaves";
import { ReadMeshElements } from "../sceneCapture/meshElements";
import type { ContentItem } from "../sceneCapture/sceneContent";
import { CountSplats, IsSplatMesh } from "../sceneCapture/splatData";
import type { OpenedSegmentation } from "./openedSegmentation";
import { FindLinked, LinkTo, ReadLink, type SceneLink } from "./sceneLink";

const ELEMENTS = "content.elements";
const BARYCENTRICS = "content.barycentrics";
const LEAF_OF_ELEMENT = "content.leafOfElement";
const KINDS = ["faces", "points", "splats"] as const;

/** A mesh that leaves lie on, and what of it has to be as it was. */
interface SavedMesh extends SceneLink {
    readonly kind: ContentItem["kind"];
    /** Of one instance. */
    readonly elementCount: number;
    readonly vertexCount: number;
    readonly items: readonly Pick<ContentItem, "thinInstance" | "firstElement">[];
}

/** The scene's content beside a saved hierarchy; the arrays are in the same file. */
export interface SavedContent {
    readonly name: string;
    readonly meshes: readonly SavedMesh[];
}

/** Writes which meshes leaves lie on, and where, into a hierarchy's file. @returns what its header is to hold */
export function SaveContent({ capture, items, leafOfElement }: ContentLeaves, file: HierarchyFile): SavedContent {
    file.arrays.set(ELEMENTS, capture.elements);
    file.arrays.set(BARYCENTRICS, capture.barycentrics);
    file.arrays.set(LEAF_OF_ELEMENT, leafOfElement);
    const meshes = [...new Set(items.map(({ mesh }) => mesh))];
    return {
        name: capture.name,
        meshes: meshes.map((mesh) => {
            const own = items.filter((item) => item.mesh === mesh);
            const [{ kind, elementCount }] = own;
            return {
                ...LinkTo(mesh),
                kind,
                elementCount,
                vertexCount: mesh.getTotalVertices(),
                items: own.map(({ thinInstance, firstElement }) => ({ thinInstance, firstElement })),
            };
        }),
    };
}

/**
 * Finds saved content in a scene again.
 *
 * @param meshes among which it is looked for
 * @param onProblem told of each mesh that is missing or not as it was; the others are taken
 * @returns null where none is left, and for a hierarchy alone
 * @throws UltrametricError "input" when what was saved is damaged
 */
export function FindContent(
    { file, saved }: Pick<OpenedSegmentation, "file" | "saved">,
    meshes: readonly AbstractMesh[],
    onProblem: (problem: UltrametricError) => void,
): ContentLeaves | null {
    return saved?.has("content")
        ? file.interpret(() => findContent(saved.at("content"), file, meshes, onProblem))
        : null;
}

function findContent(
    saved: JsonNode,
    file: HierarchyFile,
    meshes: readonly AbstractMesh[],
    onProblem: (problem: UltrametricError) => void,
): ContentLeaves | null {
    const links = saved.at("meshes").items().map(readMesh);
    const found = FindLinked(links, meshes, (mesh, l) => changeOf(mesh, links[l]) === null);
    const items: ContentItem[] = [];
    links.forEach(({ name, kind, elementCount, items: own }, l) => {
        const mesh = found[l];
        const change = mesh
            ? changeOf(mesh, links[l])
            : "is not in the scene; load it before, under the name that it had";
        if (mesh && change === null) {
            items.push(...own.map((item) => ({ ...item, mesh, kind, elementCount })));
        } else {
            onProblem(
                new UltrametricError(
                    "input",
                    `The mesh "${name}" ${change}. Its parts are not shown on it; those of other meshes are.`,
                ),
            );
        }
    });
    const { leafCount } = file.header as { leafCount: number };
    const elementCount = links.reduce((sum, mesh) => sum + mesh.elementCount * mesh.items.length, 0);
    const [elements, barycentrics, leafOfElement] = [
        file.take(ELEMENTS, leafCount, Uint32Array),
        file.take(BARYCENTRICS, 2 * leafCount, Float32Array),
        file.take(LEAF_OF_ELEMENT, elementCount, Uint32Array),
    ];
    if (elements.some((element) => element >= elementCount) || leafOfElement.some((leaf) => leaf >= leafCount)) {
        throw file.damage("the links between leaves and meshes lead beyond them.");
    }
    items.sort((a, b) => a.firstElement - b.firstElement);
    return items.length === 0
        ? null
        : ContentLeaves.Restore({ name: saved.at("name").string(), items, elements, barycentrics }, leafOfElement);
}

function readMesh(node: JsonNode): SavedMesh {
    const kind = KINDS.find((known) => known === node.at("kind").value);
    if (!kind) {
        throw node.at("kind").error(`has to be one of ${KINDS.join(", ")}.`);
    }
    return {
        ...ReadLink(node),
        kind,
        elementCount: node.at("elementCount").number(),
        vertexCount: node.at("vertexCount").number(),
        items: node
            .at("items")
            .items()
            .map((item) => ({
                thinInstance: item.at("thinInstance").number(),
                firstElement: item.at("firstElement").number(),
            })),
    };
}

/** What is not as it was saved, in words that follow the mesh's name; null for nothing. */
function changeOf(mesh: AbstractMesh, { kind, elementCount, vertexCount, items }: SavedMesh): string | null {
    const differs = (now: number | string, before: number | string, what = ""): string =>
        `has changed: it has ${now}${what}, and had ${before}${what} when it was segmented`;
    if (IsSplatMesh(mesh)) {
        if (kind !== "splats") {
            return differs("splats", kind);
        }
        if (!mesh.splatsData) {
            return "did not keep its splats in memory; load it with keepInRam";
        }
        const count = CountSplats(mesh);
        return count === elementCount ? null : differs(count, elementCount, " splats");
    }
    const present = ReadMeshElements(mesh);
    if (present?.kind !== kind) {
        return differs(present?.kind ?? "nothing to show", kind);
    }
    if (present.count !== elementCount) {
        return differs(present.count, elementCount, ` ${kind}`);
    }
    if (mesh.getTotalVertices() !== vertexCount) {
        return differs(mesh.getTotalVertices(), vertexCount, " vertices");
    }
    const thinInstances = mesh.hasThinInstances ? (mesh as Mesh).thinInstanceCount : 0;
    const saved = items.filter(({ thinInstance }) => thinInstance >= 0).length;
    return thinInstances === saved ? null : differs(thinInstances, saved, " thin instances");
}
