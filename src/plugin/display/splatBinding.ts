import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { GaussianSplattingMaterial } from "@babylonjs/core/Materials/GaussianSplatting/gaussianSplattingMaterial";
import type { Material } from "@babylonjs/core/Materials/material";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { Observer } from "@babylonjs/core/Misc/observable";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { GpuArray } from "../../compute/gpu/gpuArray";
import { DisposeShadowMaterial } from "../babylon/drawCaches";
import type { ContentLeaves } from "../parts/model/contentLeaves";
import { IsSplatMesh } from "../sceneCapture/splatData";
import type { PointCloudBinding } from "./pointCloudBinding";
import { SplatColorPlugin } from "./splatColorPlugin";

/** A mesh while it shows parts. */
interface BoundMesh {
    readonly mesh: GaussianSplattingMesh;
    /** What it had before. */
    readonly original: Material | null;
    readonly material: GaussianSplattingMaterial;
    readonly leafOfSplat: GpuArray<"u32">;
    readonly observer: Observer<unknown> | null;
}

/**
 * Shows the parts on Gaussian splats themselves. It follows a point cloud's binding in all: cut, mode, what is hovered, selected and hidden; the one
 * GPU pass that colors leaves is shared, and nothing is uploaded when they change.
 *
 * Each mesh gets a material of the binding's own in place of its own, which is put back by {@link dispose}, untouched. In the mode "original" splats
 * look as they did before, with their harmonics; in "tint" these show as far as the picture's colors do; in "parts" not at all.
 */
export class SplatBinding {
    private readonly _bound: BoundMesh[] = [];
    private readonly _observer: Observer<PointCloudBinding> | null;
    private _isDisposed = false;

    /**
     * @param pointCloud that shows the hierarchy; disposed with it
     * @param content what the hierarchy was made from; items that are no splats are left alone
     * @throws UltrametricError "input" when content and hierarchy do not fit, "unsupported" for splats with a material of another kind, "limits"
     */
    public constructor(pointCloud: PointCloudBinding, content: Pick<ContentLeaves, "items" | "leafOfElement">) {
        const { colors, originalColors } = pointCloud.leafColors;
        try {
            for (const { mesh, kind, firstElement, elementCount } of content.items) {
                if (kind !== "splats" || mesh.isDisposed() || !IsSplatMesh(mesh)) {
                    continue;
                }
                const leaves = content.leafOfElement.slice(firstElement, firstElement + elementCount);
                if (leaves.some((leaf) => leaf >= colors.length)) {
                    throw new UltrametricError(
                        "input",
                        `The splats of "${mesh.name}" follow leaves beyond the ${colors.length} of the hierarchy that is shown; give the content that it was made from.`,
                    );
                }
                this._bound.push(bind(mesh, leaves, pointCloud, { colors, originals: originalColors }));
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

    /** The meshes that show parts. */
    public get meshes(): GaussianSplattingMesh[] {
        return this._bound.map(({ mesh }) => mesh);
    }

    /** Gives the meshes their own materials back. Safe to call again. */
    public dispose(): void {
        if (this._isDisposed) {
            return;
        }
        this._isDisposed = true;
        this._observer?.remove();
        for (const { mesh, original, material, leafOfSplat, observer } of this._bound) {
            observer?.remove();
            // Another material that was set meanwhile stays.
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

function bind(
    mesh: GaussianSplattingMesh,
    leaves: Uint32Array<ArrayBuffer>,
    pointCloud: PointCloudBinding,
    { colors, originals }: { colors: GpuArray<"u32">; originals: GpuArray<"u32"> },
): BoundMesh {
    const original = mesh.material;
    if (original?.getClassName() !== "GaussianSplattingMaterial") {
        throw new UltrametricError(
            "unsupported",
            `The splats of "${mesh.name}" have a ${original?.getClassName() ?? "missing material"} in place of a GaussianSplattingMaterial; ` +
                "parts cannot be shown on it.",
        );
    }
    const own = original as GaussianSplattingMaterial;
    const engine = mesh.getEngine() as WebGPUEngine;
    // One slot more: the sort pads its last batch with a splat that is not there.
    const leafOfSplat = new GpuArray(engine, "u32", [leaves.length + 1], { label: "leaves of splats" });
    leafOfSplat.upload(leaves);
    // By the class of what is there, so that programs without splats need not load it.
    const Kind = own.constructor as typeof GaussianSplattingMaterial;
    const material = new Kind(`${own.name} (parts)`, mesh.getScene());
    // The one that is there does for both.
    DisposeShadowMaterial(material);
    material.shadowDepthWrapper = own.shadowDepthWrapper;
    material.kernelSize = own.kernelSize;
    material.minPixelSize = own.minPixelSize;
    material.compensation = own.compensation;
    material.alpha = own.alpha;
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
    const bound = { mesh, original, material, leafOfSplat };
    // Babylon disposes the material that a splat mesh has, with the mesh: the one it came with goes, too.
    const observer = mesh.onDisposeObservable.add(() => {
        original.dispose();
    }) as Observer<unknown>;
    return { ...bound, observer };
}
