import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader";
import { RawTexture } from "@babylonjs/core/Materials/Textures/rawTexture";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Node } from "@babylonjs/core/node";
import { Scene } from "@babylonjs/core/scene";
import "@babylonjs/loaders/glTF/2.0/glTFLoader";
import "@babylonjs/loaders/glTF/glTFFileLoader";
import { decode } from "fast-png";
import { ExcavatorCapture } from "../../demo/captures/make/excavatorCapture";
import { KdTree } from "../../src/compute/algorithms/kdTree";
import { CreateRandom } from "../../src/compute/base/random";
import { HierarchyFile } from "../../src/compute/hierarchy/cut/hierarchyFile";
import { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { NodeOfMesh } from "../../src/plugin/content/contentNodes";
import { CreateImageMasksAsync } from "../../src/plugin/masks/createImageMasks";
import { SegmentCaptureAsync } from "../../src/plugin/pipeline/segmentCapture";
import { CaptureSceneAsync } from "../../src/plugin/sceneCapture/sceneCapture";

/** A node of a file's tree. */
export interface NamedNode {
    readonly name: string;
    /** Index of the parent; -1 at the top. */
    readonly parent: number;
    /** The names of all materials of the node and of those below it, sorted; empty where a capture has none. */
    readonly materials: readonly string[];
}

/** A hierarchy with the named node of each of its leaves. */
export interface NamedContent {
    readonly name: string;
    readonly hierarchy: SegmentationHierarchy;
    readonly nodes: readonly NamedNode[];
    /** [leaves] index of each leaf's node. */
    readonly nodeOfLeaf: Uint32Array;
}

/** The structure that the viewer segments meshes with. */
const PRIORS = { shells: true, materials: true };
/** The number of labeled points per square unit of the excavator, which is about two units long. */
const EXCAVATOR_POINTS = 100_000;

/** Captures and segments a GLB without a model, as the viewer does. */
export async function SegmentGlbAsync(engine: WebGPUEngine, path: string): Promise<NamedContent> {
    const scene = new Scene(engine);
    scene.useRightHandedSystem = true;
    // Babylon would load its own texture, which Node cannot decode.
    scene.environmentBRDFTexture = RawTexture.CreateRGBATexture(new Uint8Array(4), 1, 1, scene, false);
    try {
        const { bytes, image } = await readGlbAsync(path);
        const { meshes } = await ImportMeshAsync(bytes, scene, { pluginExtension: ".glb" });
        if (image) {
            for (const mesh of meshes) {
                paint(mesh, image);
            }
        }
        const capture = await CaptureSceneAsync(scene, meshes, { name: basename(path, ".glb") });
        const nodes: NamedNode[] = [];
        const indices = new Map<Node, number>();
        const indexOf = (node: Node): number => {
            const known = indices.get(node);
            if (known !== undefined) {
                return known;
            }
            const parent = node.parent ? indexOf(node.parent) : -1;
            const index = nodes.push({ name: node.name, parent, materials: [] }) - 1;
            indices.set(node, index);
            return index;
        };
        const ofItem = capture.items.map(({ mesh }) => indexOf(NodeOfMesh(mesh)));
        const materials = nodes.map(() => new Set<string>());
        capture.items.forEach(({ mesh }, item) => {
            for (let node = ofItem[item]; node >= 0; node = nodes[node].parent) {
                materials[node].add(mesh.material?.name ?? "");
            }
        });
        const nodeOfLeaf = Uint32Array.from(capture.elements, (element) => ofItem[capture.itemOfElement(element)]);
        const masks = await CreateImageMasksAsync(capture);
        const hierarchy = await SegmentCaptureAsync(
            null,
            capture,
            { ...masks, isFromImages: true },
            { preview: true, hierarchy: { priors: PRIORS } },
        );
        return {
            name: capture.name,
            hierarchy,
            nodes: nodes.map((node, i) => ({ ...node, materials: [...materials[i]].sort() })),
            nodeOfLeaf,
        };
    } finally {
        scene.dispose();
    }
}

/** Reads the bundled excavator's hierarchy; each leaf belongs to the node of the nearest point of the model. */
export async function ReadExcavatorAsync(folder: string): Promise<NamedContent> {
    const bytes = new Uint8Array(await readFile(join(folder, "segmentation.bumh")));
    const hierarchy = SegmentationHierarchy.FromFile(await HierarchyFile.ReadAsync(bytes, "segmentation.bumh"));
    const { surface } = new ExcavatorCapture();
    const random = CreateRandom(1);
    const points: number[] = [];
    const parts: number[] = [];
    surface.parts.forEach((part, t) => {
        const corner = (k: number, axis: number): number => surface.corners[9 * t + 3 * k + axis];
        const [u, v] = [1, 2].map((k) => [0, 1, 2].map((axis) => corner(k, axis) - corner(0, axis)));
        const area = Math.hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]) / 2;
        for (let i = 0; i < Math.ceil(area * EXCAVATOR_POINTS); i++) {
            const root = Math.sqrt(random());
            const second = random() * root;
            for (let axis = 0; axis < 3; axis++) {
                points.push(corner(0, axis) + (root - second) * u[axis] + second * v[axis]);
            }
            parts.push(part - 1);
        }
    });
    const { indices } = new KdTree(Float32Array.from(points)).nearest(hierarchy.positions, 1);
    return {
        name: "excavator",
        hierarchy,
        nodes: surface.nodes.map(({ name, parent }) => {
            return { name, parent: parent === null ? -1 : parent - 1, materials: [] };
        }),
        nodeOfLeaf: Uint32Array.from(indices, (i) => parts[i]),
    };
}

type Picture = ReturnType<typeof decode>;

/** Reads a GLB without its textures, which Node cannot decode, and its first texture's image, if that is a file. */
async function readGlbAsync(path: string): Promise<{ bytes: Uint8Array; image: Picture | null }> {
    const file = await readFile(path);
    const length = file.readUInt32LE(12);
    const gltf = JSON.parse(file.subarray(20, 20 + length).toString()) as {
        images?: { uri?: string }[];
        textures?: unknown[];
        materials?: { pbrMetallicRoughness?: { baseColorTexture?: unknown } }[];
    };
    const uri = gltf.images?.[0]?.uri;
    if (!uri) {
        return { bytes: new Uint8Array(file), image: null };
    }
    delete gltf.images;
    delete gltf.textures;
    for (const { pbrMetallicRoughness } of gltf.materials ?? []) {
        delete pbrMetallicRoughness?.baseColorTexture;
    }
    const json = Buffer.from(JSON.stringify(gltf).padEnd(length));
    const bytes = Buffer.concat([file.subarray(0, 20), json, file.subarray(20 + length)]);
    return { bytes: new Uint8Array(bytes), image: decode(await readFile(join(dirname(path), uri))) };
}

/** Gives the vertices of a mesh the colors of a texture. */
function paint(mesh: AbstractMesh, { width, height, data, channels }: Picture): void {
    const uvs = mesh.getVerticesData(VertexBuffer.UVKind);
    if (!uvs) {
        return;
    }
    const colors = new Float32Array(2 * uvs.length);
    for (let v = 0; v < uvs.length / 2; v++) {
        const x = Math.min(width - 1, Math.max(0, Math.floor(uvs[2 * v] * width)));
        const y = Math.min(height - 1, Math.max(0, Math.floor(uvs[2 * v + 1] * height)));
        for (let c = 0; c < 3; c++) {
            colors[4 * v + c] = (Number(data[channels * (y * width + x) + c]) / 255) ** 2.2;
        }
        colors[4 * v + 3] = 1;
    }
    mesh.setVerticesData(VertexBuffer.ColorKind, colors);
}
