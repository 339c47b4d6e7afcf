import type { AssetContainer } from "@babylonjs/core/assetContainer";
import { Material } from "@babylonjs/core/Materials/material";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { KHR_materials_variants } from "@babylonjs/loaders/glTF/2.0/Extensions/KHR_materials_variants";
import type { GltfCounts, GltfJson } from "./gltfDocument";
import type { OpenReport } from "./openReport";
import { CountOf, NamesInSentence } from "./sentences";

/**
 * Finishes a container that Babylon has read from a glTF file, for a page with its own camera and light on WebGPU:
 * triangle fans become lists, line loops become strips, the file's lights are off, and its first variant is shown.
 * Reports what the file states and what was left out.
 *
 * @param counts null for files of version 1.0
 */
export function FinishGltf(
    container: AssetContainer,
    json: GltfJson,
    counts: GltfCounts | null,
    report: OpenReport,
): void {
    for (const mesh of container.meshes) {
        if (!mesh.isAnInstance) {
            makeDrawable(mesh as Mesh);
        }
    }
    for (const light of container.lights) {
        light.setEnabled(false);
    }
    if (container.lights.length > 0) {
        report.addLeftOut(
            `${CountOf(container.lights.length, "light")} of the file off, as the viewer has its own: "Lights" turns ` +
                "them on.",
        );
    }
    selectVariant(container, report);
    if (counts) {
        addFacts(container, json, counts, report);
    }
}

/** Replaces a fan of triangles or a loop of lines, which WebGPU does not have. */
function makeDrawable(mesh: Mesh): void {
    const mode = mesh.material?.fillMode;
    if (mode !== Material.TriangleFanDrawMode && mode !== Material.LineLoopDrawMode) {
        return;
    }
    const corners = mesh.isUnIndexed ? [...Array(mesh.getTotalVertices()).keys()] : [...mesh.getIndices()!];
    mesh.isUnIndexed = false;
    if (mode === Material.LineLoopDrawMode) {
        mesh.setIndices([...corners, corners[0]]);
        mesh.overrideRenderingFillMode = Material.LineStripDrawMode;
    } else {
        const faces = Array.from({ length: Math.max(0, corners.length - 2) }, (_, face) => face);
        mesh.setIndices(faces.flatMap((face) => [corners[face + 1], corners[face + 2], corners[0]]));
        mesh.overrideRenderingFillMode = Material.TriangleFillMode;
    }
}

function selectVariant({ meshes }: AssetContainer, report: OpenReport): void {
    const root = meshes.find((mesh) => mesh.name === "__root__") as TransformNode | undefined;
    const variants = root ? KHR_materials_variants.GetAvailableVariants(root) : [];
    if (root && variants.length > 0) {
        KHR_materials_variants.SelectVariant(root, variants[0]);
        report.addFact(`${CountOf(variants.length, "variant")} of materials: ${NamesInSentence(variants)}`);
        if (variants.length > 1) {
            report.addLeftOut(`The variant "${variants[0]}" is shown.`);
        }
    }
}

function addFacts(container: AssetContainer, json: GltfJson, counts: GltfCounts, report: OpenReport): void {
    const { meshes, triangles, points, lines, splats, instances } = counts;
    const facts: [count: number, name: string, many?: string][] = [
        [meshes, "mesh", "meshes"],
        [triangles, "triangle"],
        [points, "point"],
        [splats, "splat"],
        [json.materials?.length ?? 0, "material"],
        [json.textures?.length ?? 0, "texture"],
        [instances, "instance"],
        [json.animations?.length ?? 0, "animation"],
        [json.cameras?.length ?? 0, "camera"],
        [json.extensions?.KHR_lights_punctual?.lights?.length ?? 0, "light"],
    ];
    for (const [count, name, many] of facts) {
        if (count > 0) {
            report.addFact(CountOf(count, name, many));
        }
    }
    if (lines > 0) {
        report.addLeftOut(`${CountOf(lines, "set")} of lines drawn, but in no part: lines have no surface.`);
    }
    const read = container.meshes.reduce((sum, mesh) => sum + trianglesOf(mesh), 0);
    if (read !== triangles) {
        report.addLeftOut(
            `The file states ${CountOf(triangles, "triangle")}, and ${read.toLocaleString("en")} were read.`,
        );
    }
}

/** Returns the number of triangles that a mesh draws with all its thin instances. */
function trianglesOf(mesh: AbstractMesh): number {
    const holder = (mesh.isAnInstance ? (mesh as AbstractMesh & { sourceMesh: Mesh }).sourceMesh : mesh) as Mesh;
    const corners = holder.isUnIndexed ? mesh.getTotalVertices() : mesh.getTotalIndices();
    const mode = holder.overrideRenderingFillMode ?? mesh.material?.fillMode ?? Material.TriangleFillMode;
    const copies = mesh.hasThinInstances ? (mesh as Mesh).thinInstanceCount : 1;
    if (mesh.getClassName().startsWith("GaussianSplatting") || corners === 0) {
        return 0;
    }
    switch (mode) {
        case Material.TriangleFillMode:
            return copies * Math.floor(corners / 3);
        case Material.TriangleStripDrawMode:
        case Material.TriangleFanDrawMode:
            return copies * Math.max(0, corners - 2);
        default:
            return 0;
    }
}
