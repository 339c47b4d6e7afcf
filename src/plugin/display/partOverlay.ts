import { ShaderLanguage } from "@babylonjs/core/Materials/shaderLanguage";
import { ShaderMaterial } from "@babylonjs/core/Materials/shaderMaterial";
import type { Scene } from "@babylonjs/core/scene";
import { LOOK_BUFFERS } from "./gpuLook";
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
import lookSource from "./partLook.wgsl?raw";
import fragmentSource from "./partOverlay.fragment.wgsl?raw";
import vertexSource from "./partOverlay.vertex.wgsl?raw";

/** The include that Babylon applies morph targets by, for the corners of faces. */
const MORPH_INCLUDE = "umMorphTargetsVertex";

/** Loads what the shaders include; a scene with materials of its own only has not loaded it. */
export async function LoadOverlayIncludesAsync(): Promise<void> {
    const [{ ShaderStore }] = await Promise.all([
        import("@babylonjs/core/Engines/shaderStore"),
        import("@babylonjs/core/ShadersWGSL/ShadersInclude/bonesDeclaration"),
        import("@babylonjs/core/ShadersWGSL/ShadersInclude/bonesVertex"),
        import("@babylonjs/core/ShadersWGSL/ShadersInclude/bakedVertexAnimationDeclaration"),
        import("@babylonjs/core/ShadersWGSL/ShadersInclude/bakedVertexAnimation"),
        import("@babylonjs/core/ShadersWGSL/ShadersInclude/instancesDeclaration"),
        import("@babylonjs/core/ShadersWGSL/ShadersInclude/instancesVertex"),
        import("@babylonjs/core/ShadersWGSL/ShadersInclude/morphTargetsVertexGlobalDeclaration"),
        import("@babylonjs/core/ShadersWGSL/ShadersInclude/morphTargetsVertexDeclaration"),
        import("@babylonjs/core/ShadersWGSL/ShadersInclude/morphTargetsVertexGlobal"),
        import("@babylonjs/core/ShadersWGSL/ShadersInclude/morphTargetsVertex"),
        import("@babylonjs/core/ShadersWGSL/ShadersInclude/clipPlaneVertexDeclaration"),
        import("@babylonjs/core/ShadersWGSL/ShadersInclude/clipPlaneVertex"),
        import("@babylonjs/core/ShadersWGSL/ShadersInclude/clipPlaneFragmentDeclaration"),
        import("@babylonjs/core/ShadersWGSL/ShadersInclude/clipPlaneFragment"),
    ]);
    const includes = ShaderStore.IncludesShadersStoreWGSL;
    includes[MORPH_INCLUDE] ??= includes.morphTargetsVertex.replaceAll(MORPH_VERTEX, MORPH_VERTEX_OF_CORNER);
}

/** Creates the material that draws parts over a mesh with a material that PartLookPlugin does not support; load the includes before. */
export function CreatePartOverlay(name: string, scene: Scene): ShaderMaterial {
    const material = new ShaderMaterial(
        name,
        scene,
        {
            vertexSource: `${FACE_VERTEX_DECLARATIONS}\n${vertexSource.replace("UM_FACE", FACE_VERTEX)}`,
            fragmentSource: `${FACE_VARYINGS}\n${lookSource}\n${fragmentSource}`,
        },
        {
            attributes: ["position", SLOT, VERTEX_OF_CORNER],
            uniforms: ["world", "viewProjection", "cameraPosition", OWN_SLOT],
            defines: [PARTS_DEFINE],
            storageBuffers: [...LOOK_BUFFERS],
            shaderLanguage: ShaderLanguage.WGSL,
            needAlphaBlending: true,
        },
    );
    material.forceDepthWrite = true; // in mode "parts" the mesh below is not drawn
    material.zOffset = -1;
    material.doNotSerialize = true;
    return material;
}
