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

/** Vertex buffer of {@link CreatePointMaterial} beside the positions, one element for each point. */
export const LEAF_COLOR_KIND = "leafColor";
/** WebGPU's own points are one pixel large: there each is a triangle around its disc. */
export const VERTICES_PER_POINT = 3;

/**
 * Packed colors, sRGB and opacity, one for each leaf, as a vertex buffer.
 *
 * @param kind the attribute
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
        label: "leaf colors",
    });
}

/**
 * The material of round points, whose colors are drawn as they are, without light. On WebGPU the vertex shader looks its point up in the
 * buffers (vertex pulling): software renderers take several times as long for instances of a quad.
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
            attributes: isWebGPU ? [] : [VertexBuffer.PositionKind, LEAF_COLOR_KIND],
            uniforms: ["world", "view", "projection", "radius", "minPixels", "pixelHeight", "rim"],
            shaderLanguage: isWebGPU ? ShaderLanguage.WGSL : ShaderLanguage.GLSL,
        },
    );
    material.doNotSerialize = true; // scene files have no place for the leaves' buffers
    material.backFaceCulling = false; // the triangles face the camera, mirrored worlds turn them around
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
