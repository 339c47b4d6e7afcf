import type { Effect } from "@babylonjs/core/Materials/effect";
import type { Material } from "@babylonjs/core/Materials/material";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { SubMesh } from "@babylonjs/core/Meshes/subMesh";

/**
 * Makes meshes recompile a material, like `material.resetDrawCache()`, and frees the old shaders if nothing else uses
 * them.
 */
export function ResetMaterialShaders(material: Material): void {
    resetDrawCaches(material.getScene().meshes, (sub, pass) => sub.getMaterial(true, pass) === material);
}

/**
 * Makes one mesh and its instances choose their shaders again when they are drawn next.
 *
 * @param kept gets the shaders in use, which then stay compiled until {@link ReleaseKept}
 */
export function RenewShaders(mesh: Mesh, kept: Set<Effect>): void {
    // While the active meshes are frozen, a mesh looks at its material only if it has not done so yet.
    const { _internalMeshDataInfo: info } = mesh as unknown as {
        _internalMeshDataInfo: { _effectiveMaterial: unknown };
    };
    info._effectiveMaterial = null;
    const meshes = [mesh, ...mesh.instances];
    for (const effect of effectsOf(meshes)) {
        if (!kept.has(effect)) {
            kept.add(effect);
            effect._refCount++;
        }
    }
    resetDrawCaches(meshes, () => true);
    const engine = mesh.getEngine();
    if (engine.snapshotRendering) {
        engine.snapshotRendering = true; // records the next frame
    }
}

/** Frees the shaders that {@link RenewShaders} has kept, if nothing else uses them. */
export function ReleaseKept(kept: Set<Effect>): void {
    kept.forEach(DisposeEffect);
    kept.clear();
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
    const effects = effectsOf(meshes, matches);
    for (const mesh of meshes) {
        for (const sub of mesh.subMeshes ?? []) {
            for (let pass = 0; pass < sub._drawWrappers.length; pass++) {
                // The array is sparse: it has no wrapper for passes that do not render the mesh.
                if ((sub._drawWrappers[pass] as Wrapper | undefined) && matches(sub, pass)) {
                    sub.resetDrawCache(pass, true);
                }
            }
        }
    }
    effects.forEach(freeIfDisposed);
}

type Wrapper = SubMesh["_drawWrappers"][number];

function effectsOf(
    meshes: readonly AbstractMesh[],
    matches: (sub: SubMesh, pass: number) => boolean = () => true,
): Set<Effect> {
    const effects = new Set<Effect>();
    for (const sub of meshes.flatMap((mesh) => mesh.subMeshes ?? [])) {
        sub._drawWrappers.forEach((wrapper: Wrapper | undefined, pass) => {
            if (wrapper?.effect && matches(sub, pass)) {
                effects.add(wrapper.effect);
            }
        });
    }
    return effects;
}
