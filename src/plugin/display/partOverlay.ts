import { ShaderLanguage } from "@babylonjs/core/Materials/shaderLanguage";
import { ShaderMaterial } from "@babylonjs/core/Materials/shaderMaterial";
import type { Scene } from "@babylonjs/core/scene";
import { FACE_VARYINGS, FACE_VERTEX, FACE_VERTEX_DECLARATIONS, OWN_SLOT, PARTS_DEFINE, SLOT } from "./partFace";
import type { PartLookBuffers } from "./partLook";
import lookSource from "./partLook.wgsl?raw";
import fragmentSource from "./partOverlay.fragment.wgsl?raw";
import vertexSource from "./partOverlay.vertex.wgsl?raw";

/** Creates the material that draws parts over a mesh with a material that PartLookPlugin does not support. */
export function CreatePartOverlay(name: string, scene: Scene, buffers: PartLookBuffers): ShaderMaterial {
    const material = new ShaderMaterial(
        name,
        scene,
        {
            vertexSource: `${FACE_VERTEX_DECLARATIONS}\n${vertexSource.replace("UM_FACE", FACE_VERTEX)}`,
            fragmentSource: `${FACE_VARYINGS}\n${lookSource}\n${fragmentSource}`,
        },
        {
            attributes: ["position", SLOT],
            uniforms: ["world", "viewProjection", "cameraPosition", OWN_SLOT],
            defines: [PARTS_DEFINE],
            storageBuffers: Object.keys(buffers),
            shaderLanguage: ShaderLanguage.WGSL,
            needAlphaBlending: true,
        },
    );
    material.setStorageBuffer("umFaces", buffers.umFaces.buffer);
    material.setStorageBuffer("umColors", buffers.umColors.buffer);
    material.setStorageBuffer("umSettings", buffers.umSettings.buffer);
    material.forceDepthWrite = true; // in mode "parts" the mesh below is not drawn
    material.zOffset = -1;
    material.doNotSerialize = true;
    return material;
}
