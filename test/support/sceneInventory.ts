import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { Effect } from "@babylonjs/core/Materials/effect";
import type { Material } from "@babylonjs/core/Materials/material";
import { Observable } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";

/** Lists everything in a scene that a user could find changed. */
export function Inventory(scene: Scene): unknown {
    const engine = scene.getEngine();
    return {
        observers: ObserversOf(scene),
        meshes: scene.meshes.map((mesh) => ({
            name: mesh.name,
            parent: mesh.parent?.uniqueId,
            material: mesh.material?.uniqueId,
            geometry: mesh.geometry?.uniqueId,
            skeleton: mesh.skeleton?.uniqueId,
            layerMask: mesh.layerMask,
            visible: [mesh.isVisible, mesh.isEnabled(false), mesh.visibility, mesh.isPickable],
            children: mesh.getChildren().length,
            subMeshes: mesh.subMeshes.map((sub) => [
                sub.materialIndex,
                sub.indexStart,
                sub.indexCount,
                sub.verticesStart,
            ]),
            instances: Object.keys(mesh.instancedBuffers ?? {}),
            observers: ObserversOf(mesh),
            metadata: mesh.metadata,
            world: [...mesh.computeWorldMatrix(true).m],
        })),
        geometries: scene.geometries.map((geometry) => ({
            id: geometry.uniqueId,
            kinds: geometry.getVerticesDataKinds(),
            positions: [...(geometry.getVerticesData("position") ?? [])],
            indices: [...(geometry.getIndices() ?? [])],
        })),
        // Babylon creates its default material on first use, and keeps it.
        materials: [...scene.materials, ...scene.multiMaterials]
            .filter(({ name }) => name !== "default material")
            .map((material) => ({
                name: material.name,
                plugins: PluginsOf(material),
                side: material.sideOrientation,
                observers: ObserversOf(material),
            })),
        textures: scene.textures.length,
        nodes: scene.transformNodes.map(({ uniqueId }) => uniqueId),
        cameras: scene.cameras.length,
        lights: scene.lights.length,
        layers: scene.layers?.length,
        skeletons: scene.skeletons.length,
        internalTextures: engine.getLoadedTexturesCache().length,
        scenes: engine.scenes.length,
    };
}

/** Returns the names of a material's plugins. */
export function PluginsOf(material: Material): string[] {
    const manager = material.pluginManager as unknown as { _plugins: { name: string }[] } | undefined;
    return manager?._plugins.map(({ name }) => name) ?? [];
}

/** Counts what an engine holds besides its scenes. The first use of some Babylon features adds to it permanently. */
export function EngineInventory(engine: WebGPUEngine): unknown {
    const { _compiledEffects: effects } = engine as unknown as { _compiledEffects: Record<string, Effect> };
    return {
        observers: ObserversOf(engine),
        uniforms: engine._uniformBuffers.length,
        storages: engine._storageBuffers.length,
        // Babylon adds one each time that it checks whether splats are ready.
        shaders: Object.entries(effects)
            .map(([key, effect]) => `${key.includes("gaussianSplatting") ? "" : effect._refCount} ${key}`)
            .sort(),
        renderPasses: engine.getRenderPassNames().length,
    };
}

/** Counts the observers of each of an object's observables, without those about to be removed. */
function ObserversOf(object: object): Record<string, number> {
    return Object.fromEntries(
        Object.entries(object)
            .filter(([, value]) => value instanceof Observable)
            .map(([name, value]) => [
                name,
                (value as Observable<unknown>).observers.filter((observer) => !observer._willBeUnregistered).length,
            ]),
    );
}
