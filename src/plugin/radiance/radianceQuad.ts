import type { Camera } from "@babylonjs/core/Cameras/camera";
import { Constants } from "@babylonjs/core/Engines/constants";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ShaderLanguage } from "@babylonjs/core/Materials/shaderLanguage";
import { ShaderMaterial } from "@babylonjs/core/Materials/shaderMaterial";
import { type Matrix, Vector2 } from "@babylonjs/core/Maths/math.vector";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { VertexData } from "@babylonjs/core/Meshes/mesh.vertexData";
import type { Scene } from "@babylonjs/core/scene";
import type { RadianceImage } from "../../compute/fields/radiance/radianceImage";
import { GpuArray } from "../../compute/gpu/gpuArray";
import { ReleaseShaders } from "../babylon/drawCaches";
import { HideFromFiles } from "../babylon/hideFromFiles";
import fragmentSource from "./radianceQuad.fragment.wgsl?raw";
import vertexSource from "./radianceQuad.vertex.wgsl?raw";

/**
 * A full-screen quad that shows an image of a radiance field with its depth, so that other meshes are in front of it or
 * behind it. The image does not follow the camera. WebGPU only.
 */
export class RadianceQuad {
    private readonly _engine: WebGPUEngine;
    private readonly _mesh: Mesh;
    private readonly _material: ShaderMaterial;
    private _arrays: Record<"colors" | "depths", GpuArray<"f32">> | null = null;

    /** @param scene has a WebGPUEngine */
    public constructor(scene: Scene) {
        this._engine = scene.getEngine() as WebGPUEngine;
        const material = new ShaderMaterial(
            "radiance field",
            scene,
            {
                vertexSource,
                fragmentSource: fragmentSource.replace("FARTHEST", this._engine.useReverseDepthBuffer ? "0.0" : "1.0"),
            },
            {
                attributes: ["position"],
                uniforms: ["size", "depthTerms"],
                storageBuffers: ["colors", "depths"],
                shaderLanguage: ShaderLanguage.WGSL,
                needAlphaBlending: true,
            },
        );
        this._material = material;
        material.doNotSerialize = true;
        material.backFaceCulling = false;
        material.forceDepthWrite = true;
        material.alphaMode = Constants.ALPHA_PREMULTIPLIED_PORTERDUFF;
        const mesh = new Mesh("radiance field", scene);
        this._mesh = mesh;
        HideFromFiles(mesh);
        mesh.isPickable = false;
        mesh.alwaysSelectAsActiveMesh = true;
        const quad = new VertexData();
        quad.positions = [-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0];
        quad.indices = [0, 1, 2, 0, 2, 3];
        quad.applyToMesh(mesh);
        mesh.material = material;
        mesh.isVisible = false;
    }

    /** True if the quad is rendered; false before the first {@link show}. */
    public get isVisible(): boolean {
        return this._mesh.isVisible;
    }

    public set isVisible(value: boolean) {
        this._mesh.isVisible = value && this._arrays !== null;
    }

    /**
     * Shows an image.
     * @param camera the camera of the image, which has not moved since
     * @param captureToScene as for PinholeOfCamera
     */
    public show(image: RadianceImage, camera: Camera, captureToScene: Matrix): void {
        const { width, height, color, opacity, depth } = image;
        const colors = new Float32Array(4 * width * height);
        for (let i = 0; i < opacity.length; i++) {
            colors[4 * i] = color[3 * i];
            colors[4 * i + 1] = color[3 * i + 1];
            colors[4 * i + 2] = color[3 * i + 2];
            colors[4 * i + 3] = opacity[i];
        }
        if (this._arrays?.depths.length !== opacity.length) {
            this._releaseArrays();
            const create = (label: string, length: number): GpuArray<"f32"> =>
                new GpuArray(this._engine, "f32", [length], { label });
            this._arrays = {
                colors: create("image of the radiance field", colors.length),
                depths: create("depth of the radiance field", depth.length),
            };
            this._material.setStorageBuffer("colors", this._arrays.colors.buffer);
            this._material.setStorageBuffer("depths", this._arrays.depths.buffer);
        }
        this._arrays.colors.upload(colors);
        this._arrays.depths.upload(Float32Array.from(depth));
        this._material.setVector2("size", new Vector2(width, height));
        // The projection of depth z is (a z + b) / z or, for a camera that looks against its z axis, (-a z + b) / z.
        const { m } = camera.getProjectionMatrix();
        const sign = camera.getScene().useRightHandedSystem ? -1 : 1;
        const scale = Math.hypot(captureToScene.m[0], captureToScene.m[1], captureToScene.m[2]);
        this._material.setVector2("depthTerms", new Vector2(sign * m[10], m[14] / scale));
        this._mesh.isVisible = true;
    }

    /** Removes the quad from the scene. Safe to call again. */
    public dispose(): void {
        ReleaseShaders(this._mesh);
        this._mesh.dispose();
        this._material.dispose();
        this._releaseArrays();
    }

    private _releaseArrays(): void {
        this._arrays?.colors.dispose();
        this._arrays?.depths.dispose();
        this._arrays = null;
    }
}
