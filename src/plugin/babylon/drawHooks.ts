import type { Effect } from "@babylonjs/core/Materials/effect";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { InstancedMesh } from "@babylonjs/core/Meshes/instancedMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { SubMesh } from "@babylonjs/core/Meshes/subMesh";
import type { Observable } from "@babylonjs/core/Misc/observable";

/** Functions that take part in drawing a mesh, between the scene and the engine. */
export interface DrawHooks {
    /** True if the hooks are called. */
    readonly isActive: boolean;
    /**
     * Draws a submesh in the passes of cameras and of render targets.
     *
     * @param draw what the mesh itself does; `true` blends with what is there, whatever the scene wants
     * @param instance an instance that is drawn alone; null for the mesh and the instances that are drawn with it
     */
    render(draw: (isBlended?: boolean) => void, subMesh: SubMesh, instance: AbstractMesh | null): void;
    /** Called with the instances that are drawn next, after the mesh itself if it is drawn with them. */
    collect(instances: readonly InstancedMesh[], isWithMesh: boolean): void;
    /** Binds vertex buffers. @returns false to bind those of the mesh */
    bind(effect: Effect, index: unknown, isInstanced: boolean): boolean;
    /** Draws what was bound last, if {@link bind} returned true. */
    draw(subMesh: SubMesh, fillMode: number, instanceCount: number | undefined): void;
    /** Called when vertices of the mesh have changed. */
    changeVertices(): void;
}

/** Methods of Babylon's meshes that {@link HookDraw} takes the place of. */
type Hooked = Pick<
    Mesh,
    "render" | "_bindDirect" | "_draw" | "_processInstancedBuffers" | "_markSubMeshesAsAttributesDirty" | "getLOD"
>;

const METHODS: readonly (keyof Hooked)[] = [
    "render",
    "_bindDirect",
    "_draw",
    "_processInstancedBuffers",
    "_markSubMeshesAsAttributesDirty",
    "getLOD",
];

interface HookedMesh {
    readonly hooks: Set<DrawHooks>;
    readonly restore: () => void;
}

const hookedMeshes = new WeakMap<Mesh, HookedMesh>();

/**
 * Takes part in drawing a mesh that holds vertices. Nothing that an application sees of the mesh changes: it stays
 * enabled, visible, pickable, and in its layers. While hooks are active, it is drawn at its finest level of detail.
 * Of several active hooks, the last ones added count.
 *
 * @returns a function that removes the hooks
 */
export function HookDraw(mesh: Mesh, hooks: DrawHooks): () => void {
    const hooked = hookedMeshes.get(mesh) ?? install(mesh);
    hookedMeshes.set(mesh, hooked);
    hooked.hooks.add(hooks);
    return () => {
        hooked.hooks.delete(hooks);
        if (hooked.hooks.size === 0 && hookedMeshes.get(mesh) === hooked) {
            hookedMeshes.delete(mesh);
            hooked.restore();
        }
    };
}

function install(mesh: Mesh): HookedMesh {
    const hooks = new Set<DrawHooks>();
    const target = mesh as unknown as Record<string, unknown>;
    const own = new Map(METHODS.filter((name) => Object.hasOwn(mesh, name)).map((name) => [name, target[name]]));
    const before = Object.fromEntries(METHODS.map((name) => [name, mesh[name].bind(mesh)])) as unknown as Hooked;
    const active = (): DrawHooks | null => {
        let last: DrawHooks | null = null;
        for (const hook of hooks) {
            last = hook.isActive ? hook : last;
        }
        return last;
    };
    let bound: DrawHooks | null = null;
    const methods: Hooked = {
        render(subMesh, enableAlphaMode, replacement) {
            const draw = (isBlended = false): void => {
                before.render(subMesh, isBlended || enableAlphaMode, replacement);
            };
            const hook = active();
            if (hook) {
                hook.render(draw, subMesh, replacement ?? null);
            } else {
                draw();
            }
            return mesh;
        },
        _bindDirect(effect: Effect, index: Parameters<Mesh["_bindDirect"]>[1], isInstanced = true) {
            const hook = active();
            bound = hook?.bind(effect, index, isInstanced) ? hook : null;
            return bound ? mesh : before._bindDirect(effect, index, isInstanced);
        },
        _draw(subMesh, fillMode, instanceCount) {
            if (bound) {
                notifyBeforeDraw(mesh);
                bound.draw(subMesh, fillMode, mesh.forcedInstanceCount || instanceCount);
                return mesh;
            }
            return before._draw(subMesh, fillMode, instanceCount);
        },
        _processInstancedBuffers(instances, isWithMesh) {
            before._processInstancedBuffers(instances, isWithMesh);
            active()?.collect(instances ?? [], isWithMesh);
        },
        _markSubMeshesAsAttributesDirty() {
            before._markSubMeshesAsAttributesDirty();
            for (const hook of hooks) {
                hook.changeVertices();
            }
        },
        getLOD(camera, boundingSphere) {
            const level = before.getLOD(camera, boundingSphere);
            return level && active() ? mesh : level;
        },
    };
    Object.assign(target, methods);
    const restore = (): void => {
        for (const name of METHODS) {
            // Methods that were set since stay.
            if (target[name] === methods[name]) {
                if (own.has(name)) {
                    target[name] = own.get(name);
                } else {
                    delete target[name];
                }
            }
        }
    };
    return { hooks, restore };
}

/** Does not create the observable, as its getter would. */
function notifyBeforeDraw(mesh: Mesh): void {
    const { _internalMeshDataInfo: info } = mesh as unknown as {
        _internalMeshDataInfo: { _onBeforeDrawObservable?: Observable<Mesh> };
    };
    info._onBeforeDrawObservable?.notifyObservers(mesh);
}
