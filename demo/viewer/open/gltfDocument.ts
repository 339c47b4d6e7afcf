import { UltrametricError } from "babylon-ultrametric";
import type { OpenReport } from "./openReport";
import { NamesInSentence } from "./sentences";

/** The parts of a glTF document (version 2.0) that are checked before it is read. */
export interface GltfJson {
    asset?: { version?: string };
    scene?: number;
    scenes?: { name?: string; nodes?: number[] }[];
    nodes?: GltfNode[];
    meshes?: { primitives?: GltfPrimitive[] }[];
    accessors?: { count?: number }[];
    materials?: object[];
    textures?: { source?: number; extensions?: Record<string, { source?: number } | undefined> }[];
    images?: { uri?: string }[];
    buffers?: { uri?: string }[];
    animations?: object[];
    cameras?: object[];
    extensions?: { KHR_lights_punctual?: { lights?: object[] } };
}

interface GltfNode {
    mesh?: number;
    children?: number[];
    extensions?: { EXT_mesh_gpu_instancing?: { attributes?: Record<string, number> } };
}

interface GltfPrimitive {
    mode?: number;
    indices?: number;
    attributes?: Record<string, number>;
    extensions?: Record<string, unknown>;
}

/** The counts that a document states of its shown scene. */
export interface GltfCounts {
    /** Uses of meshes by nodes; a mesh with several primitives counts once. */
    readonly meshes: number;
    readonly triangles: number;
    readonly points: number;
    readonly lines: number;
    readonly splats: number;
    /** Copies of meshes that share their vertices with the first use. */
    readonly instances: number;
}

/** Modes of primitives. */
const POINTS = 0;
const TRIANGLES = 4;
const STRIP = 5;
const FAN = 6;

/** Returns true if a URI names another file. */
function isExternal(uri: unknown): uri is string {
    return typeof uri === "string" && !/^data:/i.test(uri);
}

/**
 * Prepares a document for reading with the files that are there: textures without a file are taken out of their
 * materials, and a document without scenes gets one of all its nodes. Reports these, and scenes that are not shown.
 *
 * @param find returns the path of a file that the document names, or null
 * @param scene the scene to show; undefined for the one that the document names
 * @throws UltrametricError "input" naming all buffers without a file
 */
export function PrepareGltf(
    json: GltfJson,
    path: string,
    find: (uri: string) => string | null,
    report: OpenReport,
    scene?: number,
): void {
    const missing = (items: readonly { uri?: string }[] | undefined): Map<number, string> =>
        new Map(
            [...(items ?? []).entries()].flatMap(([i, { uri }]) =>
                isExternal(uri) && find(uri) === null ? [[i, displayName(uri)]] : [],
            ),
        );
    const buffers = [...new Set(missing(json.buffers).values())];
    if (buffers.length > 0) {
        throw new UltrametricError(
            "input",
            `${path} needs ${NamesInSentence(buffers)}, which ${buffers.length === 1 ? "is" : "are"} not among the ` +
                "files. Open all files of the model together, or their folder, or a .zip of it.",
        );
    }
    const images = missing(json.images);
    if (images.size > 0) {
        cutTextures(json, images);
        const names = [...new Set(images.values())];
        report.addLeftOut(
            `${names.length === 1 ? "A texture is" : `${names.length} textures are`} left out, because ` +
                `${NamesInSentence(names)} ${names.length === 1 ? "is" : "are"} not among the files.`,
        );
    }
    chooseScene(json, report, scene);
}

/** Counts what the shown scene of a document states; a prepared document always has a scene. */
export function CountGltf(json: GltfJson): GltfCounts {
    const counts = { meshes: 0, triangles: 0, points: 0, lines: 0, splats: 0, instances: 0 };
    const seenMeshes = new Set<number>();
    // A set grows while it is walked through, and holds each node once, also if the nodes form a loop.
    const nodes = new Set(json.scenes?.[json.scene ?? 0]?.nodes ?? []);
    for (const index of nodes) {
        const node = json.nodes?.[index];
        for (const child of node?.children ?? []) {
            nodes.add(child);
        }
        const mesh = node?.mesh === undefined ? undefined : json.meshes?.[node.mesh];
        if (node && mesh) {
            const copies = copiesOf(json, node);
            counts.meshes++;
            counts.instances += copies - (seenMeshes.has(node.mesh!) ? 0 : 1);
            seenMeshes.add(node.mesh!);
            for (const primitive of mesh.primitives ?? []) {
                const [kind, count] = elementsOf(json, primitive);
                counts[kind] += copies * count;
            }
        }
    }
    return counts;
}

function chooseScene(json: GltfJson, report: OpenReport, wanted?: number): void {
    const { scenes = [], nodes = [] } = json;
    if (scenes.length === 0 && nodes.length > 0) {
        const children = new Set(nodes.flatMap(({ children = [] }) => children));
        json.scenes = [{ nodes: [...nodes.keys()].filter((node) => !children.has(node)) }];
        json.scene = 0;
        return;
    }
    const shown = wanted ?? json.scene ?? 0;
    json.scene = shown;
    if (scenes.length > 1) {
        const nameOf = (scene: number): string => scenes[scene]?.name ?? `scene ${scene}`;
        report.scenes = { names: [...scenes.keys()].map(nameOf), shown };
        const others = [...scenes.keys()].filter((scene) => scene !== shown).map(nameOf);
        report.addLeftOut(
            `The file has ${scenes.length} scenes. "${nameOf(shown)}" is shown, without ${NamesInSentence(others)}.`,
        );
    }
}

function copiesOf(json: GltfJson, { extensions }: GltfNode): number {
    const [accessor] = Object.values(extensions?.EXT_mesh_gpu_instancing?.attributes ?? {});
    return accessor === undefined ? 1 : (json.accessors?.[accessor]?.count ?? 1);
}

function elementsOf(json: GltfJson, primitive: GltfPrimitive): ["triangles" | "points" | "lines" | "splats", number] {
    const { indices, attributes, mode = TRIANGLES, extensions } = primitive;
    const count = json.accessors?.[indices ?? attributes?.POSITION ?? -1]?.count ?? 0;
    if (extensions?.KHR_gaussian_splatting) {
        return ["splats", count];
    }
    switch (mode) {
        case POINTS:
            return ["points", count];
        case TRIANGLES:
            return ["triangles", Math.floor(count / 3)];
        case STRIP:
        case FAN:
            return ["triangles", Math.max(0, count - 2)];
        default:
            return ["lines", 1];
    }
}

/** Takes textures of missing images out of all materials. */
function cutTextures({ textures = [], materials = [] }: GltfJson, images: ReadonlyMap<number, string>): void {
    const isMissing = (source: number | undefined): boolean => source !== undefined && images.has(source);
    const cut = new Set<number>();
    for (const [t, texture] of textures.entries()) {
        for (const [name, extension] of Object.entries(texture.extensions ?? {})) {
            if (isMissing(extension?.source)) {
                delete texture.extensions![name];
            }
        }
        const hasOther = Object.values(texture.extensions ?? {}).some((extension) => extension?.source !== undefined);
        if (!hasOther && (texture.source === undefined || isMissing(texture.source))) {
            cut.add(t);
        }
    }
    const cutBelow = (value: object): void => {
        for (const [key, child] of Object.entries(value)) {
            if (typeof child === "object" && child !== null) {
                if (/texture$/i.test(key) && cut.has(child.index)) {
                    delete (value as Record<string, unknown>)[key];
                } else {
                    cutBelow(child);
                }
            }
        }
    };
    materials.forEach(cutBelow);
}

function displayName(uri: string): string {
    try {
        return decodeURIComponent(uri);
    } catch {
        return uri;
    }
}
