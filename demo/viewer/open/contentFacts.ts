import type { AssetContainer } from "@babylonjs/core/assetContainer";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { Capture } from "babylon-ultrametric";
import type { OpenReport } from "./openReport";
import { CountOf } from "./sentences";

/** Adds counts of what a container holds to a report, unless the reader has already counted the same thing. */
export function AddContentFacts({ meshes, materials, textures }: AssetContainer, report: OpenReport): void {
    const splats = meshes.filter(isSplats);
    const others = meshes.filter((mesh) => !isSplats(mesh) && mesh.getTotalVertices() > 0);
    const points = others.filter((mesh) => cornersOf(mesh) === 0);
    const surfaces = others.filter((mesh) => cornersOf(mesh) > 0);
    const used = new Set(surfaces.map(({ material }) => material));
    add(report, surfaces.length, "mesh", "meshes");
    add(
        report,
        sum(surfaces, (mesh) => cornersOf(mesh) / 3),
        "triangle",
        "triangles",
    );
    add(
        report,
        sum(points, (mesh) => mesh.getTotalVertices()),
        "point",
        "points",
    );
    add(
        report,
        sum(splats, (mesh) => mesh.splatCount ?? mesh.getTotalVertices()),
        "splat",
        "splats",
    );
    add(report, materials.filter((material) => used.has(material)).length, "material", "materials");
    add(report, textures.length, "texture", "textures");
}

/** Adds counts of what a capture holds to a report, and everything that was left out of its files. */
export function AddCaptureFacts(capture: Capture, report: OpenReport): void {
    const { sparsePoints, notes } = capture;
    const views = [...capture.views, ...capture.heldOutViews];
    const sizes = new Set(views.map(({ camera }) => `${camera.width} x ${camera.height}`));
    const [size] = sizes;
    const images = CountOf(views.length, "image");
    report.addFact(sizes.size === 1 ? `${images} of ${size} pixels` : `${images} of ${sizes.size} sizes`);
    add(report, views.filter(({ depth }) => depth !== null).length, "image with depth", "images with depth");
    add(report, sparsePoints ? sparsePoints.positions.length / 3 : 0, "sparse point", "sparse points");
    for (const note of notes ?? []) {
        report.addLeftOut(note);
    }
}

function isSplats(mesh: AbstractMesh): mesh is GaussianSplattingMesh {
    return mesh.getClassName().startsWith("GaussianSplatting");
}

/** Returns the number of corners of a mesh's faces, which may have no indices; 0 for points. */
function cornersOf(mesh: AbstractMesh): number {
    return (mesh as Mesh).isUnIndexed ? mesh.getTotalVertices() : mesh.getTotalIndices();
}

function sum<T extends AbstractMesh>(meshes: readonly T[], countOf: (mesh: T) => number): number {
    return meshes.reduce((total, mesh) => {
        const instances = mesh.hasThinInstances ? (mesh as AbstractMesh as Mesh).thinInstanceCount : 1;
        return total + instances * countOf(mesh);
    }, 0);
}

function add(report: OpenReport, count: number, one: string, many: string): void {
    const isCounted = report.facts.some((fact) => new RegExp(`\\d (${one}|${many})\\b`).test(fact));
    if (count > 0 && !isCounted) {
        report.addFact(CountOf(count, one, many));
    }
}
