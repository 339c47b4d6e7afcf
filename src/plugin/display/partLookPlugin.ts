import type { Material } from "@babylonjs/core/Materials/material";
import type { MaterialDefines } from "@babylonjs/core/Materials/materialDefines";
import { MaterialPluginBase } from "@babylonjs/core/Materials/materialPluginBase";
import { ShaderLanguage } from "@babylonjs/core/Materials/shaderLanguage";
import type { UniformBuffer } from "@babylonjs/core/Materials/uniformBuffer";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { SubMesh } from "@babylonjs/core/Meshes/subMesh";
import type { Scene } from "@babylonjs/core/scene";
import { ResetMaterialShaders } from "../babylon/drawCaches";
import { OWN_SLOT, PARTS_DEFINE, SLOT, VERTEX_OF_CORNER } from "./partFace";
import { ShownLook } from "./partLook";
import { PART_SHADERS } from "./partShaders";
import { LOOK_SETTINGS, LOOK_TEXTURES } from "./textureLook";

const NAME = "UltrametricPartLook";
/** Materials whose shaders have the injection points that the plugin needs. */
const SUPPORTED_CLASSES: readonly string[] = [
    "StandardMaterial",
    "PBRMaterial",
    "PBRMetallicRoughnessMaterial",
    "PBRSpecularGlossinessMaterial",
    "OpenPBRMaterial",
];

/** Private members of Babylon's plugin manager, which has no method that removes a plugin. */
interface ManagerInternals {
    _plugins: MaterialPluginBase[];
    _activePlugins: MaterialPluginBase[];
    _activePluginsForExtraEvents: MaterialPluginBase[];
    _codeInjectionPoints: object;
    _defineNamesFromPlugins: object;
}

/**
 * Colors the meshes of a material that have a look (see ShownLook) by the leaves of their faces, after light, fog and
 * image processing. Other meshes of the material stay the same.
 */
export class PartLookPlugin extends MaterialPluginBase {
    private readonly _users = new Set<object>();
    /** The state of the plugin manager before this plugin was added. */
    private readonly _before: Pick<ManagerInternals, "_codeInjectionPoints" | "_defineNamesFromPlugins"> & {
        readonly plugins: readonly MaterialPluginBase[];
    };

    private constructor(material: Material) {
        const manager = material.pluginManager as unknown as ManagerInternals | undefined;
        const before = {
            plugins: manager ? [...manager._plugins] : [],
            _codeInjectionPoints: manager?._codeInjectionPoints ?? {},
            _defineNamesFromPlugins: manager?._defineNamesFromPlugins ?? {},
        };
        ResetMaterialShaders(material); // adding a plugin resets it, too, but not completely
        super(material, NAME, 900, { [PARTS_DEFINE]: false });
        this._before = before;
        this.doNotSerialize = true;
        this.registerForExtraEvents = true;
        this._enable(true);
        this.markAllDefinesAsDirty();
    }

    /** Returns true if the plugin supports a material. */
    public static Supports(material: Material): boolean {
        const { isWebGPU } = material.getScene().getEngine();
        const language = isWebGPU ? ShaderLanguage.WGSL : ShaderLanguage.GLSL;
        return SUPPORTED_CLASSES.includes(material.getClassName()) && material.shaderLanguage === language;
    }

    /** Adds the plugin to a material. @param user for {@link Remove} */
    public static Add(material: Material, user: object): void {
        const plugin = material.pluginManager?.getPlugin(NAME) as PartLookPlugin | null | undefined;
        (plugin ?? new PartLookPlugin(material))._users.add(user);
    }

    /** Removes the plugin from a material if no other user has added it. */
    public static Remove(material: Material, user: object): void {
        const plugin = material.pluginManager?.getPlugin(NAME) as PartLookPlugin | null | undefined;
        if (plugin?._users.delete(user) && plugin._users.size === 0) {
            plugin._detach();
        }
    }

    public override getClassName(): string {
        return NAME;
    }

    public override isCompatible(): boolean {
        return true;
    }

    public override prepareDefines(defines: MaterialDefines, _scene: Scene, mesh: AbstractMesh): void {
        (defines as unknown as Record<string, boolean>)[PARTS_DEFINE] = ShownLook(mesh) !== null;
    }

    public override getAttributes(attributes: string[], _scene: Scene, mesh: AbstractMesh): void {
        if (ShownLook(mesh)) {
            attributes.push(SLOT, VERTEX_OF_CORNER);
        }
    }

    public override getUniforms(): { externalUniforms: string[] } {
        return { externalUniforms: this._isWebGpu ? [OWN_SLOT] : [OWN_SLOT, LOOK_SETTINGS] };
    }

    public override getSamplers(samplers: string[]): void {
        if (!this._isWebGpu) {
            samplers.push(...LOOK_TEXTURES);
        }
    }

    // Called for each mesh, also if the material is bound already.
    public override hardBindForSubMesh(_buffer: UniformBuffer, _scene: Scene, _engine: unknown, sub: SubMesh): void {
        const look = ShownLook(sub.getRenderingMesh());
        if (look && sub.effect) {
            sub.effect.setFloat(OWN_SLOT, look.drawnSlot);
            look.faces.bind(sub.effect);
        }
    }

    public override getCustomCode(shaderType: string, language?: ShaderLanguage): Record<string, string> | null {
        const code = PART_SHADERS[language === ShaderLanguage.GLSL ? "glsl" : "wgsl"];
        if (shaderType === "vertex") {
            return {
                CUSTOM_VERTEX_DEFINITIONS: code.vertexDefinitions,
                CUSTOM_VERTEX_MAIN_END: code.vertexEnd,
                [`!${code.morphVertex.replace(/[().*]/g, "\\$&")}`]: code.morphVertexOfCorner,
            };
        }
        const isStandard = this._material.getClassName() === "StandardMaterial";
        return {
            CUSTOM_FRAGMENT_DEFINITIONS: code.fragmentDefinitions,
            CUSTOM_FRAGMENT_MAIN_BEGIN: code.fragmentBegin,
            CUSTOM_FRAGMENT_BEFORE_FRAGCOLOR: code.fragmentEnd(isStandard ? "color" : "finalColor"),
        };
    }

    private get _isWebGpu(): boolean {
        return this._material.getScene().getEngine().isWebGPU;
    }

    private _detach(): void {
        const manager = this._material.pluginManager as unknown as ManagerInternals | undefined;
        if (!manager) {
            return; // the material has been disposed
        }
        const without = (plugins: MaterialPluginBase[]): MaterialPluginBase[] =>
            plugins.filter((plugin) => plugin !== this);
        manager._plugins = without(manager._plugins);
        manager._activePlugins = without(manager._activePlugins);
        manager._activePluginsForExtraEvents = without(manager._activePluginsForExtraEvents);
        const { plugins, _codeInjectionPoints, _defineNamesFromPlugins } = this._before;
        // If a plugin was added later, the lists hold its names, too, and stay; this plugin's names have no effect.
        if (
            manager._plugins.length === plugins.length &&
            manager._plugins.every((plugin, i) => plugin === plugins[i])
        ) {
            manager._codeInjectionPoints = _codeInjectionPoints;
            manager._defineNamesFromPlugins = _defineNamesFromPlugins;
        }
        ResetMaterialShaders(this._material);
        this.markAllDefinesAsDirty();
    }
}
