import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { GpuArray } from "../../gpu/gpuArray";
import { OwnedResources } from "../shared/ownedResources";
import { FeatureFieldGradient, type FeatureNetworks } from "./featureFieldGradient";
import { FeaturePass } from "./featurePass";

/** The features of the pixels of a training step, and their gradient. */
export interface PixelFeatures {
    /** [samples, 4] surface points of the pixels, unit cube. Written by the caller before {@link dispatch}. */
    readonly positions: GpuArray<"f32">;
    /** [samples, dimensions] unit features. */
    readonly features: GpuArray<"f32">;
    /** [samples] 1 / length of the vectors before normalization. */
    readonly inverseNorms: GpuArray<"f32">;
    /** Records the features. */
    dispatch(): void;
    /**
     * Creates the gradient of the field's parameters, which this object owns.
     * @param outputGradients [dimensions, samples] gradient of the vectors before normalization
     */
    createGradientAsync(outputGradients: GpuArray<"f32">): Promise<FeatureFieldGradient>;
    dispose(): void;
}

/** Features of pixels with known surface points: the field at these points. */
export class SurfaceFeatures implements PixelFeatures {
    private constructor(
        private readonly _engine: WebGPUEngine,
        private readonly _owned: OwnedResources,
        private readonly _networks: FeatureNetworks,
        private readonly _pass: FeaturePass,
    ) {}

    /** @param samples number of pixels, a multiple of 32 */
    public static async CreateAsync(
        engine: WebGPUEngine,
        networks: FeatureNetworks,
        samples: number,
    ): Promise<SurfaceFeatures> {
        const owned = new OwnedResources();
        const pass = await owned.addAsync(FeaturePass.CreateAsync(engine, networks.grid, networks.mlp, samples));
        return new SurfaceFeatures(engine, owned, networks, pass);
    }

    public get positions(): GpuArray<"f32"> {
        return this._pass.positions;
    }

    public get features(): GpuArray<"f32"> {
        return this._pass.features;
    }

    public get inverseNorms(): GpuArray<"f32"> {
        return this._pass.inverseNorms;
    }

    public dispatch(): void {
        this._pass.dispatch();
    }

    public async createGradientAsync(outputGradients: GpuArray<"f32">): Promise<FeatureFieldGradient> {
        return await this._owned.addAsync(
            FeatureFieldGradient.CreateAsync(this._engine, this._networks, this._pass, outputGradients),
        );
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
