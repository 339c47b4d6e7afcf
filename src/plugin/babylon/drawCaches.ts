import type { Effect } from "@babylonjs/core/Materials/effect";
import type { Material } from "@babylonjs/core/Materials/material";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { SubMesh } from "@babylonjs/core/Meshes/subMesh";

/**
 * Makes meshes recompile a material, like `material.resetDrawCache()`, and frees the old shaders if nothing else uses
 * them.
 */
export function ResetMaterialShaders(material: Material): void {
    resetDrawCaches(material.getScene().meshes, (sub, pass) => sub.getMaterial(true, pass) === material);
}

/** Releases the shaders of one mesh, and frees them if nothing else uses them. */
export function ReleaseShaders(mesh: AbstractMesh): void {
    resetDrawCaches([mesh], () => true);
}

/** Releases a shader, and frees it if nothing else uses it. */
export function DisposeEffect(effect: Effect): void {
    effect.dispose();
    freeIfDisposed(effect);
}

/** Frees the shadow material that a splat material has created, because Babylon 9.35 does not. */
export function DisposeShadowMaterial(material: Material): void {
    material.shadowDepthWrapper?.baseMaterial.dispose();
    material.shadowDepthWrapper?.dispose();
    material.shadowDepthWrapper = null;
}

/** Frees the uniform buffer of a disposed effect, which Babylon 9.35's WebGPUEngine keeps. */
function freeIfDisposed(effect: Effect): void {
    if (effect.isDisposed) {
        effect.getPipelineContext()?.dispose();
    }
}

function resetDrawCaches(meshes: readonly AbstractMesh[], matches: (sub: SubMesh, pass: number) => boolean): void {
    const effects = new Set<Effect>();
    for (const mesh of meshes) {
        for (const sub of mesh.subMeshes ?? []) {
            for (let pass = 0; pass < sub._drawWrappers.length; pass++) {
                // The array is sparse: it has no wrapper for passes that do not render the mesh.
                const wrapper = sub._drawWrappers[pass] as SubMesh["_drawWrappers"][number] | undefined;
                if (wrapper && matches(sub, pass)) {
                    if (wrapper.effect) {
                        effects.add(wrapper.effect);
                    }
                    sub.resetDrawCache(pass, true);
                }
            }
        }
    }
    effects.forEach(freeIfDisposed);
}
