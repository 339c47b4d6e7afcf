import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { Material } from "@babylonjs/core/Materials/material";
import { MaterialPluginBase } from "@babylonjs/core/Materials/materialPluginBase";
import { ShaderLanguage } from "@babylonjs/core/Materials/shaderLanguage";
import type { UniformBuffer } from "@babylonjs/core/Materials/uniformBuffer";
import type { SubMesh } from "@babylonjs/core/Meshes/subMesh";
import type { Scene } from "@babylonjs/core/scene";
import type { GpuArray } from "../../compute/gpu/gpuArray";
import updateSource from "./splatColors.vertex.wgsl?raw";

/** The colors that a {@link SplatColorPlugin} shows. */
export interface SplatColorSource {
    /** [splats] the leaf that each splat follows. */
    readonly leafOfSplat: GpuArray<"u32">;
    /** [leaves] packed colors; those with opacity 0 are not drawn. */
    readonly colors: GpuArray<"u32">;
    /** [leaves] packed original colors. */
    readonly originals: GpuArray<"u32">;
    /** The share of the splats' own colors, 0..1. */
    readonly originalShare: number;
}

/** Colors the splats of a GaussianSplattingMaterial by the leaves that they follow, on the GPU. */
export class SplatColorPlugin extends MaterialPluginBase {
    public constructor(
        material: Material,
        private readonly _source: SplatColorSource,
    ) {
        super(material, "UltrametricSplatColors", 200, undefined, true, true);
    }

    public override getClassName(): string {
        return "SplatColorPlugin";
    }

    public override isCompatible(shaderLanguage: ShaderLanguage): boolean {
        return shaderLanguage === ShaderLanguage.WGSL;
    }

    public override getCustomCode(shaderType: string): { [pointName: string]: string } | null {
        return shaderType === "vertex"
            ? {
                  CUSTOM_VERTEX_DEFINITIONS: [
                      "uniform splatOriginalShare: f32;",
                      "var<storage, read> splatLeaves: array<u32>;",
                      "var<storage, read> splatLeafColors: array<u32>;",
                      "var<storage, read> splatLeafOriginals: array<u32>;",
                  ].join("\n"),
                  CUSTOM_VERTEX_UPDATE: updateSource,
              }
            : null;
    }

    public override getUniforms(): { externalUniforms: string[] } {
        return { externalUniforms: ["splatOriginalShare"] };
    }

    public override bindForSubMesh(_buffer: UniformBuffer, scene: Scene, _engine: unknown, subMesh: SubMesh): void {
        const engine = scene.getEngine() as WebGPUEngine;
        const { leafOfSplat, colors, originals, originalShare } = this._source;
        subMesh.effect?.setFloat("splatOriginalShare", originalShare);
        engine.setStorageBuffer("splatLeaves", leafOfSplat.buffer);
        engine.setStorageBuffer("splatLeafColors", colors.buffer);
        engine.setStorageBuffer("splatLeafOriginals", originals.buffer);
    }
}
