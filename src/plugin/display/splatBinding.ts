import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { GaussianSplattingMaterial } from "@babylonjs/core/Materials/GaussianSplatting/gaussianSplattingMaterial";
import type { Material } from "@babylonjs/core/Materials/material";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { Observer } from "@babylonjs/core/Misc/observable";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { GpuArray } from "../../compute/gpu/gpuArray";
import { DisposeShadowMaterial } from "../babylon/drawCaches";
import { IsSplatMesh } from "../content/splatData";
import { IsSplatStream } from "../content/streamKind";
import type { ContentLeaves } from "../parts/model/contentLeaves";
import type { PointCloudBinding } from "./pointCloudBinding";
import { SplatColorPlugin } from "./splatColorPlugin";
import { StreamLeaves } from "./streamLeaves";

/** A splat mesh that shows parts. */
interface BoundMesh {
    readonly mesh: GaussianSplattingMesh;
    /** The material that it had before. */
    readonly original: Material | null;
    readonly material: GaussianSplattingMaterial;
    readonly leafOfSplat: GpuArray<"u32">;
    /** Null for splats that stay the same. */
    readonly stream: StreamLeaves | null;
    readonly observer: Observer<unknown> | null;
}

/**
 * Shows the parts on Gaussian splats. It follows a point cloud binding in everything: cut, color mode, and hovered,
 * selected and hidden parts. Both share the GPU pass that colors leaves, and nothing is uploaded when colors change.
 *
 * The splats of a stream follow the leaves that they are nearest to, see StreamLeaves.
 *
 * Each splat mesh gets a material of the binding; {@link dispose} restores its own one, unchanged. In mode "original",
 * splats look as before, with their harmonics; in mode "tint", their colors are mixed with those of the parts; in mode
 * "parts", only the parts' colors show.
 */
export class SplatBinding {
    private readonly _bound: BoundMesh[] = [];
    private readonly _observer: Observer<PointCloudBinding> | null;
    private _isDisposed = false;

    /**
     * @param pointCloud that shows the hierarchy; disposing it disposes this binding, too
     * @param content that the hierarchy was segmented from or carried to; only its splats are bound
     * @throws UltrametricError "input" if the content belongs to another hierarchy; "unsupported" for splats with
     * another kind of material; "limits"
     */
    public constructor(pointCloud: PointCloudBinding, content: Pick<ContentLeaves, "items" | "leafOfElement">) {
        const { colors } = pointCloud.leafColors;
        try {
            for (const { mesh, kind, firstElement, elementCount } of content.items) {
                if (kind !== "splats" || mesh.isDisposed()) {
                    continue;
                }
                if (IsSplatStream(mesh)) {
                    checkMaterial(mesh);
                    const stream = new StreamLeaves(mesh, pointCloud.hierarchy, pointCloud.worldMatrix);
                    this._bound.push(bind(mesh, stream.leafOfSlot, stream, pointCloud));
                    continue;
                }
                if (!IsSplatMesh(mesh)) {
                    continue;
                }
                const leaves = content.leafOfElement.slice(firstElement, firstElement + elementCount);
                if (leaves.some((leaf) => leaf >= colors.length)) {
                    throw new UltrametricError(
                        "input",
                        `The splats of "${mesh.name}" follow leaves beyond the ${colors.length} of the hierarchy; ` +
                            "pass the content that the hierarchy was segmented from.",
                    );
                }
                checkMaterial(mesh);
                this._bound.push(bind(mesh, uploadLeaves(mesh, leaves), null, pointCloud));
            }
        } catch (error) {
            this.dispose();
            this._observer = null;
            throw error;
        }
        this._observer = pointCloud.onDisposeObservable.add(() => {
            this.dispose();
        });
    }

    /** The splat meshes that show parts. */
    public get meshes(): GaussianSplattingMesh[] {
        return this._bound.map(({ mesh }) => mesh);
    }

    /** Resolves when all splats that streams show by then show parts. */
    public async whenCarriedAsync(): Promise<void> {
        await Promise.all(this._bound.map(({ stream }) => stream?.whenCarriedAsync()));
    }

    /** Restores the materials of the meshes. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        this._observer?.remove();
        for (const { mesh, original, material, leafOfSplat, stream, observer } of this._bound) {
            observer?.remove();
            stream?.dispose();
            // A material that the application has set since stays.
            if (!mesh.isDisposed() && mesh.material === material) {
                mesh.material = original;
            }
            material.shadowDepthWrapper = null;
            material.dispose();
            leafOfSplat.dispose();
        }
        this._bound.length = 0;
    }
}

/** @throws UltrametricError "unsupported" for a mesh whose material cannot show parts */
function checkMaterial({ name, material }: GaussianSplattingMesh): void {
    if (material?.getClassName() !== "GaussianSplattingMaterial") {
        throw new UltrametricError(
            "unsupported",
            `The splats of "${name}" need a GaussianSplattingMaterial to show parts, but have ` +
                `${material ? `a ${material.getClassName()}` : "no material"}.`,
        );
    }
}

function uploadLeaves(mesh: GaussianSplattingMesh, leaves: Uint32Array<ArrayBuffer>): GpuArray<"u32"> {
    const engine = mesh.getEngine() as WebGPUEngine;
    // One more element: the sort pads its last batch with a splat index past the end.
    const leafOfSplat = new GpuArray(engine, "u32", [leaves.length + 1], { label: "leaves of splats" });
    leafOfSplat.upload(leaves);
    return leafOfSplat;
}

function bind(
    mesh: GaussianSplattingMesh,
    leafOfSplat: GpuArray<"u32">,
    stream: StreamLeaves | null,
    pointCloud: PointCloudBinding,
): BoundMesh {
    const template = mesh.material as GaussianSplattingMaterial;
    const { colors, originalColors: originals } = pointCloud.leafColors;
    // The class of the existing material, so that applications without splats need not load it.
    const Kind = template.constructor as typeof GaussianSplattingMaterial;
    const material = new Kind(`${template.name} (parts)`, mesh.getScene());
    // Both materials share the existing shadow material.
    DisposeShadowMaterial(material);
    material.shadowDepthWrapper = template.shadowDepthWrapper;
    material.kernelSize = template.kernelSize;
    material.minPixelSize = template.minPixelSize;
    material.compensation = template.compensation;
    material.alpha = template.alpha;
    material.setSourceMesh(mesh);
    new SplatColorPlugin(material, {
        leafOfSplat,
        colors,
        originals,
        get originalShare() {
            return pointCloud.originalShare;
        },
    });
    mesh.material = material;
    const bound = { mesh, original: template, material, leafOfSplat, stream };
    // Babylon disposes the current material of a splat mesh with the mesh, so the original one is disposed here.
    const observer = mesh.onDisposeObservable.add(() => {
        template.dispose();
    }) as Observer<unknown>;
    return { ...bound, observer };
}
