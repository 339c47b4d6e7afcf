import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine";
import { ShaderLanguage } from "@babylonjs/core/Materials/shaderLanguage";
import { ShaderMaterial } from "@babylonjs/core/Materials/shaderMaterial";
import type { Scene } from "@babylonjs/core/scene";
import glslFragmentSource from "./points.fragment.glsl?raw";
import wgslFragmentSource from "./points.fragment.wgsl?raw";
import glslVertexSource from "./points.vertex.glsl?raw";
import wgslVertexSource from "./points.vertex.wgsl?raw";

/** Vertex buffers of {@link CreatePointMaterial}, one element for each instance of the quad. */
export const LEAF_POSITION_KIND = "leafPosition";
export const LEAF_COLOR_KIND = "leafColor";

/**
 * Packed colours, sRGB and opacity, one for each leaf, as a vertex buffer.
 *
 * @param kind where it is not {@link LEAF_COLOR_KIND}, the leaves are vertices and not instances
 */
export function CreateLeafColorBuffer(
    engine: AbstractEngine,
    colors: ConstructorParameters<typeof VertexBuffer>[1],
    kind: string = LEAF_COLOR_KIND,
): VertexBuffer {
    return new VertexBuffer(engine, colors, kind, {
        updatable: ArrayBuffer.isView(colors), // those on the GPU are computed there
        stride: 4,
        size: 4,
        type: VertexBuffer.UNSIGNED_BYTE,
        normalized: true,
        useBytes: true,
        instanced: kind === LEAF_COLOR_KIND,
        label: "leaf colours",
    });
}

/**
 * The material of round points: instances of a quad (corners at -1 and 1 in x and y), whose colours are drawn as they are, without light.
 * Floats to set: `radius` in the leaves' units, `minPixels`, `rim` (how much darker a point's edge is, 0..1).
 */
export function CreatePointMaterial(name: string, scene: Scene): ShaderMaterial {
    const { isWebGPU } = scene.getEngine();
    const material = new ShaderMaterial(
        name,
        scene,
        {
            vertexSource: isWebGPU ? wgslVertexSource : glslVertexSource,
            fragmentSource: isWebGPU ? wgslFragmentSource : glslFragmentSource,
        },
        {
            attributes: ["position", LEAF_POSITION_KIND, LEAF_COLOR_KIND],
            uniforms: ["world", "view", "projection", "radius", "minPixels", "pixelHeight", "rim"],
            shaderLanguage: isWebGPU ? ShaderLanguage.WGSL : ShaderLanguage.GLSL,
        },
    );
    material.doNotSerialize = true; // scene files have no place for the leaves' buffers
    material.backFaceCulling = false; // the quads face the camera, mirrored worlds turn them around
    material.setFloat("radius", 0.01);
    material.setFloat("minPixels", 1);
    material.setFloat("rim", 0);
    material.setFloat("pixelHeight", 1);
    material.onBindObservable.add(() => {
        material.getEffect()?.setFloat("pixelHeight", scene.getEngine().getRenderHeight());
    });
    return material;
}
