import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import { type RadianceVolume, RayVolume } from "../radiance/rayVolume";
import { OwnedResources } from "../shared/ownedResources";
import compositeSource from "./compositeFeatures.wgsl?raw";
import backwardSource from "./compositeFeaturesBackward.wgsl?raw";
import { FeatureFieldGradient, type FeatureNetworks } from "./featureFieldGradient";
import { FeaturePass } from "./featurePass";
import type { PixelFeatures } from "./pixelFeatures";
import type { TrainingViews } from "./trainingViews";

/**
 * Features of pixels as in the paper (He et al. 2024, section 4.1): the features along the pixel's ray, weighted by a
 * trained radiance field, plus a constant for the remaining transmittance; then normalized. The gradient does not reach
 * the weights.
 */
export class VolumeFeatures implements PixelFeatures {
    private _pointGradients: GpuArray<"f32"> | undefined;

    private constructor(
        private readonly _engine: WebGPUEngine,
        private readonly _owned: OwnedResources,
        private readonly _networks: FeatureNetworks,
        private readonly _slotCount: number,
        public readonly positions: GpuArray<"f32">,
        public readonly features: GpuArray<"f32">,
        public readonly inverseNorms: GpuArray<"f32">,
        /** The rays of the pixels. */
        public readonly rays: RayVolume,
        /**
         * The feature field at [samples * slots] points along the rays; the fourth number of a position is its weight.
         */
        public readonly points: FeaturePass,
        private readonly _composite: ComputeKernel,
    ) {}

    /**
     * @param samples number of pixels, a multiple of 32
     * @param slots points per ray
     * @param state bits of the WGSL struct TrainingState
     */
    public static async CreateAsync(
        engine: WebGPUEngine,
        networks: FeatureNetworks,
        volume: RadianceVolume,
        views: Pick<TrainingViews, "cube" | "eyes">,
        samples: number,
        slots: number,
        state: GpuArray,
    ): Promise<VolumeFeatures> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const { grid, mlp } = networks;
            const points = await owned.addAsync(FeaturePass.CreateAsync(engine, grid, mlp, samples * slots));
            const dimensions = points.features.shape[1];
            const array = (label: string, shape: readonly number[]): GpuArray<"f32"> =>
                owned.add(new GpuArray(engine, "f32", shape, { label }));
            const positions = array("surface points", [samples, 4]);
            const features = array("pixel features", [samples, dimensions]);
            const inverseNorms = array("inverse norms of pixel features", [samples]);
            const rays = await owned.addAsync(
                RayVolume.CreateAsync(engine, volume, views.cube, slots, {
                    state,
                    eyes: views.eyes,
                    surface: positions,
                    slots: points.positions,
                }),
            );
            const composite = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "compositeFeatures",
                    source: compositeSource,
                    arrays: {
                        slots: points.positions,
                        pointFeatures: points.features,
                        opacities: rays.opacities,
                        features,
                        inverseNorms,
                    },
                    defines: { RAYS: `${samples}u`, SLOTS: `${slots}u`, DIMS: `${dimensions}u` },
                    workgroupSize: [64],
                }),
            );
            return new VolumeFeatures(
                engine,
                owned,
                networks,
                slots,
                positions,
                features,
                inverseNorms,
                rays,
                points,
                composite,
            );
        });
    }

    /**
     * [dimensions, samples * slots] gradient of the network's outputs along the rays, after
     * {@link createGradientAsync}.
     */
    public get pointGradients(): GpuArray<"f32"> | undefined {
        return this._pointGradients;
    }

    public dispatch(): void {
        this.rays.dispatch();
        this.points.dispatch();
        this._composite.dispatchFor(this.positions.shape[0]);
    }

    public async createGradientAsync(outputGradients: GpuArray<"f32">): Promise<FeatureFieldGradient> {
        const [samples, dimensions] = this.features.shape;
        const { points } = this;
        const pointGradients = this._owned.add(
            new GpuArray(this._engine, "f32", [dimensions, points.points], {
                label: "gradients of the features along rays",
            }),
        );
        this._pointGradients = pointGradients;
        const kernel = await this._owned.addAsync(
            ComputeKernel.CreateBoundAsync(this._engine, {
                name: "compositeFeaturesBackward",
                source: backwardSource,
                arrays: {
                    slots: points.positions,
                    pointFeatures: points.features,
                    pointInverseNorms: points.inverseNorms,
                    sumGradients: outputGradients,
                    pointGradients,
                },
                defines: { RAYS: `${samples}u`, SLOTS: `${this._slotCount}u`, DIMS: `${dimensions}u` },
                workgroupSize: [64],
            }),
        );
        const before = [{ kernel, count: points.points }];
        return await this._owned.addAsync(
            FeatureFieldGradient.CreateAsync(this._engine, this._networks, points, pointGradients, before),
        );
    }

    public dispose(): void {
        this._owned.dispose();
    }
}
