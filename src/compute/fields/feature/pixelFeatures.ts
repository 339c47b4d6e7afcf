import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { GpuArray } from "../../gpu/gpuArray";
import { OwnedResources } from "../shared/ownedResources";
import { FeatureFieldGradient, type FeatureNetworks } from "./featureFieldGradient";
import { FeaturePass } from "./featurePass";

/** How the pixels of a training step get their features, and where the gradient of these goes. */
export interface PixelFeatures {
    /** [samples, 4] the pixels' surface points, unit cube. To be written before {@link dispatch}. */
    readonly positions: GpuArray<"f32">;
    /** [samples, dimensions] unit features. */
    readonly features: GpuArray<"f32">;
    /** [samples] 1 / length of the vectors that the features are the directions of. */
    readonly inverseNorms: GpuArray<"f32">;
    /** Records the features. */
    dispatch(): void;
    /**
     * The gradient's way to the field's parameters, which belongs to these features.
     * @param outputGradients [dimensions, samples] d loss / d the vectors that the features are the directions of
     */
    createGradientAsync(outputGradients: GpuArray<"f32">): Promise<FeatureFieldGradient>;
    dispose(): void;
}

/** Features of pixels whose surface is known: the field's at the surface. */
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
