import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { Material } from "@babylonjs/core/Materials/material";
import type { MaterialDefines } from "@babylonjs/core/Materials/materialDefines";
import { MaterialPluginBase } from "@babylonjs/core/Materials/materialPluginBase";
import { ShaderLanguage } from "@babylonjs/core/Materials/shaderLanguage";
import type { UniformBuffer } from "@babylonjs/core/Materials/uniformBuffer";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { SubMesh } from "@babylonjs/core/Meshes/subMesh";
import type { Scene } from "@babylonjs/core/scene";
import { ResetMaterialShaders } from "../babylon/drawCaches";
import {
    FACE_VARYINGS,
    FACE_VERTEX,
    FACE_VERTEX_DECLARATIONS,
    MORPH_VERTEX,
    MORPH_VERTEX_OF_CORNER,
    OWN_SLOT,
    PARTS_DEFINE,
    SLOT,
    VERTEX_OF_CORNER,
} from "./partFace";
import { BindLook, ShownLook } from "./partLook";
import lookSource from "./partLook.wgsl?raw";

const NAME = "UltrametricPartLook";
/** Materials whose shaders have the injection points that the plugin needs. */
const SUPPORTED_CLASSES: readonly string[] = [
    "StandardMaterial",
    "PBRMaterial",
    "PBRMetallicRoughnessMaterial",
    "PBRSpecularGlossinessMaterial",
    "OpenPBRMaterial",
];

const VERTEX_DEFINITIONS = `
#ifdef ${PARTS_DEFINE}
${FACE_VERTEX_DECLARATIONS}
#ifdef MORPHTARGETS_TEXTURE
attribute ${VERTEX_OF_CORNER} : f32;
#endif
#endif
`;
const FRAGMENT_BEGIN = `
#ifdef ${PARTS_DEFINE}
let umPoint = umPointAt(fragmentInputs.umFace, fragmentInputs.umWeights);
var umLeaf = UM_NONE;
if (umPoint.face != UM_NONE) {
    umLeaf = umLeafAt(umPoint.face, umPoint.at);
    if ((umColors[umLeaf] >> 24u) == 0u) {
        discard;
    }
}
#endif
`;

// The color is sRGB, or linear if a post-process follows.
const fragmentEnd = (color: string): string => `
#ifdef ${PARTS_DEFINE}
if (umLeaf != UM_NONE) {
    let umFacing = dot(normalW, viewDirectionW);
#if defined(IMAGEPROCESSINGPOSTPROCESS) || defined(SS_SCATTERING)
    let umShown = umPaint(umPoint, umLeaf, toGammaSpaceVec3(max(${color}.rgb, vec3f(0.0))), umFacing);
    ${color} = vec4f(toLinearSpaceVec3(umShown), ${color}.a);
#else
    ${color} = vec4f(umPaint(umPoint, umLeaf, ${color}.rgb, umFacing), ${color}.a);
#endif
}
#endif
`;

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

    /** Whether the plugin supports a material. */
    public static Supports(material: Material): boolean {
        return SUPPORTED_CLASSES.includes(material.getClassName()) && material.shaderLanguage === ShaderLanguage.WGSL;
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

    public override isCompatible(shaderLanguage: ShaderLanguage): boolean {
        return shaderLanguage === ShaderLanguage.WGSL;
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
        return { externalUniforms: [OWN_SLOT] };
    }

    // Called for each mesh, also if the material is bound already.
    public override hardBindForSubMesh(
        _buffer: UniformBuffer,
        _scene: Scene,
        engine: WebGPUEngine,
        sub: SubMesh,
    ): void {
        const look = ShownLook(sub.getRenderingMesh());
        if (look) {
            sub.effect?.setFloat(OWN_SLOT, look.drawnSlot);
            BindLook(engine, look);
        }
    }

    public override getCustomCode(shaderType: string): Record<string, string> | null {
        if (shaderType === "vertex") {
            return {
                CUSTOM_VERTEX_DEFINITIONS: VERTEX_DEFINITIONS,
                CUSTOM_VERTEX_MAIN_END: `\n#ifdef ${PARTS_DEFINE}\n${FACE_VERTEX}\n#endif\n`,
                [`!${MORPH_VERTEX.replace(/[().*]/g, "\\$&")}`]: MORPH_VERTEX_OF_CORNER,
            };
        }
        const isStandard = this._material.getClassName() === "StandardMaterial";
        return {
            CUSTOM_FRAGMENT_DEFINITIONS: `#ifdef ${PARTS_DEFINE}\n${FACE_VARYINGS}\n${lookSource}\n#endif\n`,
            CUSTOM_FRAGMENT_MAIN_BEGIN: FRAGMENT_BEGIN,
            CUSTOM_FRAGMENT_BEFORE_FRAGCOLOR: fragmentEnd(isStandard ? "color" : "finalColor"),
        };
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
