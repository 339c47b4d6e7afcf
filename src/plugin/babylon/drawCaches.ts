import type { Effect } from "@babylonjs/core/Materials/effect";
import type { Material } from "@babylonjs/core/Materials/material";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { SubMesh } from "@babylonjs/core/Meshes/subMesh";

/** Lets meshes make their shaders for a material anew, as `material.resetDrawCache()` does, and frees the old ones where nothing else has them. */
export function ResetMaterial(material: Material): void {
    reset(material.getScene().meshes, (sub, pass) => sub.getMaterial(true, pass) === material);
}

/** Lets go of the shaders of one mesh, and frees them where nothing else has them. */
export function ReleaseShaders(mesh: AbstractMesh): void {
    reset([mesh], () => true);
}

/** Lets go of a shader, and frees it where nothing else has it. */
export function DisposeEffect(effect: Effect): void {
    effect.dispose();
    free(effect);
}

/** Frees the material for shadows that a material of splats made for itself, which Babylon 9.35 does not free with it. */
export function DisposeShadowMaterial(material: Material): void {
    material.shadowDepthWrapper?.baseMaterial.dispose();
    material.shadowDepthWrapper?.dispose();
    material.shadowDepthWrapper = null;
}

/** With an effect, Babylon 9.35's WebGPUEngine lets go of all but the buffer of its uniforms. */
function free(effect: Effect): void {
    if (effect.isDisposed) {
        effect.getPipelineContext()?.dispose();
    }
}

function reset(meshes: readonly AbstractMesh[], isMeant: (sub: SubMesh, pass: number) => boolean): void {
    const effects = new Set<Effect>();
    for (const mesh of meshes) {
        for (const sub of mesh.subMeshes ?? []) {
            for (let pass = 0; pass < sub._drawWrappers.length; pass++) {
                // Array with holes: passes that the mesh is not in.
                const wrapper = sub._drawWrappers[pass] as SubMesh["_drawWrappers"][number] | undefined;
                if (wrapper && isMeant(sub, pass)) {
                    if (wrapper.effect) {
                        effects.add(wrapper.effect);
                    }
                    sub.resetDrawCache(pass, true);
                }
            }
        }
    }
    effects.forEach(free);
}
