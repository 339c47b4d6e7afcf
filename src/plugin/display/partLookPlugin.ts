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
import type { PartLookBuffers } from "./partLook";
import lookSource from "./partLook.wgsl?raw";

const NAME = "UltrametricPartLook";
const DEFINE = "ULTRAMETRIC_PARTS";
/** Materials whose shaders have the injection points that the plugin needs. */
const SUPPORTED_CLASSES: readonly string[] = [
    "StandardMaterial",
    "PBRMaterial",
    "PBRMetallicRoughnessMaterial",
    "PBRSpecularGlossinessMaterial",
];

const VARYINGS = `
flat varying umFace : vec2u;
varying umWeights : vec2f;
`;

const VERTEX_END = `
#ifdef ${DEFINE}
vertexOutputs.umFace = vec2u(vertexInputs.vertexIndex / 3u, vertexInputs.instanceIndex);
vertexOutputs.umWeights = vec2f(f32(vertexInputs.vertexIndex % 3u == 1u), f32(vertexInputs.vertexIndex % 3u == 2u));
#endif
`;

const FRAGMENT_BEGIN = `
#ifdef ${DEFINE}
var umPoint: UmPoint;
umPoint.at = fragmentInputs.umWeights;
umPoint.dx = dpdx(umPoint.at);
umPoint.dy = dpdy(umPoint.at);
umPoint.face = fragmentInputs.umFace.y * umFaces[0] + fragmentInputs.umFace.x;
let umLeaf = umLeafAt(umPoint.face, umPoint.at);
if ((umColors[umLeaf] >> 24u) == 0u) {
    discard;
}
#endif
`;

// The color is sRGB, or linear if a post-process follows.
const fragmentEnd = (color: string): string => `
#ifdef ${DEFINE}
{
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
 * Colors meshes by the leaves of their faces, after light, fog and image processing. Other meshes of the material stay
 * the same. The meshes need three vertices of their own per face, in the order of the faces.
 */
export class PartLookPlugin extends MaterialPluginBase {
    private readonly _buffers = new Map<AbstractMesh, PartLookBuffers>();
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
        super(material, NAME, 900, { [DEFINE]: false });
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

    /** Starts coloring a mesh of the material. */
    public static Add(material: Material, mesh: AbstractMesh, buffers: PartLookBuffers): void {
        const plugin = material.pluginManager?.getPlugin(NAME) as PartLookPlugin | null | undefined;
        (plugin ?? new PartLookPlugin(material))._buffers.set(mesh, buffers);
    }

    /** Stops coloring a mesh; after the last one, the plugin is removed from the material. */
    public static Remove(material: Material, mesh: AbstractMesh): void {
        const plugin = material.pluginManager?.getPlugin(NAME) as PartLookPlugin | null | undefined;
        if (plugin?._buffers.delete(mesh) && plugin._buffers.size === 0) {
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
        (defines as unknown as Record<string, boolean>)[DEFINE] = this._buffers.has(mesh);
    }

    // Called for each mesh, also if the material is bound already.
    public override hardBindForSubMesh(
        _buffer: UniformBuffer,
        _scene: Scene,
        engine: WebGPUEngine,
        sub: SubMesh,
    ): void {
        const buffers = this._buffers.get(sub.getMesh());
        if (buffers) {
            for (const [name, array] of Object.entries(buffers) as [
                keyof PartLookBuffers,
                PartLookBuffers["umFaces"],
            ][]) {
                engine.setStorageBuffer(name, array.buffer);
            }
        }
    }

    public override getCustomCode(shaderType: string): Record<string, string> | null {
        if (shaderType === "vertex") {
            return {
                CUSTOM_VERTEX_DEFINITIONS: `#ifdef ${DEFINE}\n${VARYINGS}\n#endif\n`,
                CUSTOM_VERTEX_MAIN_END: VERTEX_END,
            };
        }
        const isStandard = this._material.getClassName() === "StandardMaterial";
        return {
            CUSTOM_FRAGMENT_DEFINITIONS: `#ifdef ${DEFINE}\n${VARYINGS}\n${lookSource}\n#endif\n`,
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
