import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { JsonNode } from "../../compute/base/jsonNode";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { HierarchyFile } from "../../compute/hierarchy/cut/hierarchyFile";
import { ReadMeshElements } from "../content/meshElements";
import type { ContentItem } from "../content/sceneContent";
import { CountSplats, IsSplatMesh } from "../content/splatData";
import { IsSplatStream } from "../content/streamKind";
import { ContentLeaves } from "../parts/model/contentLeaves";
import type { OpenedSegmentation } from "./openedSegmentation";
import { FindLinked, LinkTo, ReadLink, type SceneLink } from "./sceneLink";

const ELEMENTS = "content.elements";
const BARYCENTRICS = "content.barycentrics";
const LEAF_OF_ELEMENT = "content.leafOfElement";
const KINDS = ["faces", "points", "splats"] as const;

/** A mesh that leaves lie on, with the properties that have to stay the same. */
interface SavedMesh extends SceneLink {
    readonly kind: ContentItem["kind"];
    /** The number of elements of one instance. */
    readonly elementCount: number;
    readonly vertexCount: number;
    readonly items: readonly Pick<ContentItem, "thinInstance" | "firstElement">[];
}

/** The scene's content of a saved hierarchy; its arrays are in the same file. */
export interface SavedContent {
    readonly name: string;
    readonly meshes: readonly SavedMesh[];
}

/** Adds the arrays of content to a hierarchy's file. @returns the entry of the file's header */
export function SaveContent({ capture, items, leafOfElement }: ContentLeaves, file: HierarchyFile): SavedContent {
    file.arrays.set(ELEMENTS, capture.elements);
    file.arrays.set(BARYCENTRICS, capture.barycentrics);
    file.arrays.set(LEAF_OF_ELEMENT, leafOfElement);
    const meshes = [...new Set(items.map(({ mesh }) => mesh))];
    return {
        name: capture.name,
        meshes: meshes.map((mesh) => {
            const itemsOfMesh = items.filter((item) => item.mesh === mesh);
            const [{ kind, elementCount }] = itemsOfMesh;
            return {
                ...LinkTo(mesh),
                kind,
                elementCount,
                vertexCount: mesh.getTotalVertices(),
                items: itemsOfMesh.map(({ thinInstance, firstElement }) => ({ thinInstance, firstElement })),
            };
        }),
    };
}

/**
 * Finds saved content in a scene.
 *
 * @param meshes to search
 * @param onProblem called for each mesh that is missing or has changed; the others are used
 * @returns null if no mesh is left, and for a hierarchy alone
 * @throws UltrametricError "input" if the file is damaged
 */
export function FindContent(
    { file, saved }: Pick<OpenedSegmentation, "file" | "saved">,
    meshes: readonly AbstractMesh[],
    onProblem: (problem: UltrametricError) => void,
): ContentLeaves | null {
    return saved?.has("content")
        ? file.interpret(() => readContent(saved.at("content"), file, meshes, onProblem))
        : null;
}

function readContent(
    saved: JsonNode,
    file: HierarchyFile,
    meshes: readonly AbstractMesh[],
    onProblem: (problem: UltrametricError) => void,
): ContentLeaves | null {
    const links = saved.at("meshes").items().map(readMesh);
    const found = FindLinked(links, meshes, (mesh, l) => changeOf(mesh, links[l]) === null);
    const items: ContentItem[] = [];
    for (const [l, { name, kind, elementCount, items: itemsOfMesh }] of links.entries()) {
        const mesh = found[l];
        const change = mesh ? changeOf(mesh, links[l]) : "is not in the scene; load it first, under the same name";
        if (mesh && change === null) {
            items.push(...itemsOfMesh.map((item) => ({ ...item, mesh, kind, elementCount })));
        } else {
            onProblem(
                new UltrametricError(
                    "input",
                    `The mesh "${name}" ${change}. Parts are shown on the other meshes only.`,
                ),
            );
        }
    }
    const { leafCount } = file.header as { leafCount: number };
    const elementCount = links.reduce((sum, mesh) => sum + mesh.elementCount * mesh.items.length, 0);
    const [elements, barycentrics, leafOfElement] = [
        file.take(ELEMENTS, leafCount, Uint32Array),
        file.take(BARYCENTRICS, 2 * leafCount, Float32Array),
        file.take(LEAF_OF_ELEMENT, elementCount, Uint32Array),
    ];
    if (elements.some((element) => element >= elementCount) || leafOfElement.some((leaf) => leaf >= leafCount)) {
        throw file.damage("the links between leaves and elements are out of range.");
    }
    if (barycentrics.some((weight) => !Number.isFinite(weight))) {
        throw file.damage("the place of a leaf on its face is not finite.");
    }
    checkItems(links, file);
    items.sort((a, b) => a.firstElement - b.firstElement);
    return items.length === 0
        ? null
        : ContentLeaves.Restore({ name: saved.at("name").string(), items, elements, barycentrics }, leafOfElement);
}

/** Checks that the items of all meshes number the elements without gaps and overlaps. */
function checkItems(meshes: readonly SavedMesh[], file: HierarchyFile): void {
    const spans = meshes.flatMap(({ elementCount, items }) =>
        items.map(({ firstElement }) => ({ firstElement, elementCount })),
    );
    spans.sort((a, b) => a.firstElement - b.firstElement || a.elementCount - b.elementCount);
    let next = 0;
    for (const { firstElement, elementCount } of spans) {
        if (firstElement !== next) {
            throw file.damage(`the elements of its meshes begin at ${firstElement} instead of ${next}.`);
        }
        next += elementCount;
    }
}

function readMesh(node: JsonNode): SavedMesh {
    const kind = KINDS.find((known) => known === node.at("kind").value);
    if (!kind) {
        throw node.at("kind").error(`must be one of ${KINDS.join(", ")}.`);
    }
    return {
        ...ReadLink(node),
        kind,
        elementCount: node.at("elementCount").whole(),
        vertexCount: node.at("vertexCount").whole(),
        items: node
            .at("items")
            .items()
            .map((item) => ({
                thinInstance: item.at("thinInstance").whole(-1),
                firstElement: item.at("firstElement").whole(),
            })),
    };
}

/** Describes the first change of a mesh since it was saved, to follow its name; null for none. */
function changeOf(mesh: AbstractMesh, { kind, elementCount, vertexCount, items }: SavedMesh): string | null {
    const describe = (now: number | string, before: number | string, unit = ""): string =>
        `has changed: it has ${now}${unit}, and had ${before}${unit} when it was segmented`;
    if (IsSplatStream(mesh)) {
        return kind === "splats" ? null : describe("splats", kind); // parts are carried to whatever it shows
    }
    if (IsSplatMesh(mesh)) {
        if (kind !== "splats") {
            return describe("splats", kind);
        }
        if (!mesh.splatsData) {
            return "did not keep its splats in memory; load it with keepInRam";
        }
        const count = CountSplats(mesh);
        return count === elementCount ? null : describe(count, elementCount, " splats");
    }
    const elements = ReadMeshElements(mesh);
    if (elements?.kind !== kind) {
        return describe(elements?.kind ?? "no elements", kind);
    }
    if (elements.count !== elementCount) {
        return describe(elements.count, elementCount, ` ${kind}`);
    }
    if (mesh.getTotalVertices() !== vertexCount) {
        return describe(mesh.getTotalVertices(), vertexCount, " vertices");
    }
    const thinInstances = mesh.hasThinInstances ? (mesh as Mesh).thinInstanceCount : 0;
    const saved = items.filter(({ thinInstance }) => thinInstance >= 0).length;
    return thinInstances === saved ? null : describe(thinInstances, saved, " thin instances");
}
