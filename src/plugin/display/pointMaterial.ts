import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import type { AbstractEngine } from "@babylonjs/core/Engines/abstractEngine";
import { Material } from "@babylonjs/core/Materials/material";
import { ShaderLanguage } from "@babylonjs/core/Materials/shaderLanguage";
import { ShaderMaterial } from "@babylonjs/core/Materials/shaderMaterial";
import type { Scene } from "@babylonjs/core/scene";
import glslFragmentSource from "./points.fragment.glsl?raw";
import wgslFragmentSource from "./points.fragment.wgsl?raw";
import glslVertexSource from "./points.vertex.glsl?raw";
import wgslVertexSource from "./points.vertex.wgsl?raw";

/** The attribute of a point's color in {@link CreatePointMaterial}. */
export const LEAF_COLOR_KIND = "leafColor";
/** Vertices of a point with WebGPU, where it is a triangle around its disc; native points are one pixel large. */
export const VERTICES_PER_POINT = 3;

/**
 * Creates a vertex buffer of packed colors, sRGB and opacity, one per leaf.
 *
 * @param kind the attribute
 */
export function CreateLeafColorBuffer(
    engine: AbstractEngine,
    colors: ConstructorParameters<typeof VertexBuffer>[1],
    kind: string = LEAF_COLOR_KIND,
): VertexBuffer {
    return new VertexBuffer(engine, colors, kind, {
        updatable: ArrayBuffer.isView(colors), // buffers on the GPU are written by compute shaders
        stride: 4,
        size: 4,
        type: VertexBuffer.UNSIGNED_BYTE,
        normalized: true,
        useBytes: true,
        label: "leaf colors",
    });
}

/**
 * Creates the material of round points, which are drawn in their colors without light. With WebGPU, the vertex shader
 * reads its point from the buffers (vertex pulling), since instances of a quad take several times as long on software
 * renderers.
 *
 * Uniforms to set: `radius` in the leaves' units; `minPixels`; `rim`, the darkening of a point's edge, 0..1.
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
            attributes: isWebGPU ? [] : [VertexBuffer.PositionKind, LEAF_COLOR_KIND],
            uniforms: ["world", "view", "projection", "radius", "minPixels", "pixelHeight", "rim"],
            shaderLanguage: isWebGPU ? ShaderLanguage.WGSL : ShaderLanguage.GLSL,
        },
    );
    material.doNotSerialize = true; // scene files cannot store the leaves' buffers
    material.backFaceCulling = false; // the triangles face the camera, but mirrored worlds reverse them
    material.useVertexPulling = isWebGPU;
    material.fillMode = isWebGPU ? Material.TriangleFillMode : Material.PointFillMode;
    material.setFloat("radius", 0.01);
    material.setFloat("minPixels", 1);
    material.setFloat("rim", 0);
    material.setFloat("pixelHeight", 1);
    material.onBindObservable.add(() => {
        material.getEffect()?.setFloat("pixelHeight", scene.getEngine().getRenderHeight());
    });
    return material;
}
