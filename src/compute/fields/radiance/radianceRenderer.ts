import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ComputeKernel } from "../../gpu/computeKernel";
import { GpuArray } from "../../gpu/gpuArray";
import type { PinholeCamera } from "../../views/pinholeCamera";
import { OwnedResources } from "../shared/ownedResources";
import { CAMERA_WORDS, RAY_INCLUDES, RESULT_WORDS } from "./radianceKernels";
import { type RadianceNetworks, RadiancePass } from "./radiancePass";
import viewRaysSource from "./viewRays.wgsl?raw";

/** The renderer of pixels of a view of a radiance field, with a limited number of samples per pass. */
export class RadianceRenderer {
    private constructor(
        private readonly _owned: OwnedResources,
        public readonly pass: RadiancePass,
        private readonly _camera: GpuArray<"u32">,
        private readonly _pixels: GpuArray<"u32">,
        private readonly _viewRays: ComputeKernel,
    ) {}

    /** @param samples capacity for samples, a multiple of 8, at least those of the longest ray */
    public static async CreateAsync(
        engine: WebGPUEngine,
        networks: RadianceNetworks,
        samples: number,
    ): Promise<RadianceRenderer> {
        return await OwnedResources.BuildAsync(async (owned) => {
            const maxRays = samples / 2;
            const pass = await owned.addAsync(RadiancePass.CreateAsync(engine, networks, maxRays, samples));
            const camera = owned.add(new GpuArray(engine, "u32", [CAMERA_WORDS], { label: "camera" }));
            const pixels = owned.add(new GpuArray(engine, "u32", [maxRays], { label: "pixels to draw" }));
            const { rayCount, rays } = pass.marcher;
            const viewRays = await owned.addAsync(
                ComputeKernel.CreateBoundAsync(engine, {
                    name: "viewRays",
                    source: viewRaysSource,
                    arrays: { rayCount, cameras: camera, pixels, rays },
                    includes: RAY_INCLUDES,
                    defines: { RAYS: `${maxRays}u` },
                    workgroupSize: [64],
                }),
            );
            return new RadianceRenderer(owned, pass, camera, pixels, viewRays);
        });
    }

    /** Maximum number of rays per pass. */
    public get maxRays(): number {
        return this.pass.marcher.maxRays;
    }

    /** Sets the view. @param camera bits of the WGSL struct RadianceCamera */
    public setCamera(camera: Uint32Array<ArrayBuffer>): void {
        this._camera.upload(camera);
    }

    /**
     * Renders some pixels of the view.
     * @param pixels row * width + column, at most `maxRays`
     * @param color whether to compute colors; otherwise they are undefined
     * @returns [pixels, 16] bits of the WGSL struct RayResult; the ray of the first pixel is never dropped
     */
    public async drawAsync(pixels: Uint32Array<ArrayBuffer>, color: boolean): Promise<Float32Array> {
        this._pixels.upload(pixels);
        this.pass.marcher.rayCount.upload(Uint32Array.of(pixels.length, 0));
        this._viewRays.dispatchFor(pixels.length);
        this.pass.dispatch(color);
        return await this.pass.results.readAsync(0, pixels.length * RESULT_WORDS);
    }

    public dispose(): void {
        this._owned.dispose();
    }
}

/** Returns for each column of a row the factor from a length along the ray to planar depth. */
export function PlanarFactors(camera: PinholeCamera, row: number): Float64Array {
    const y = (camera.centerY - row - 0.5) / camera.focalY;
    return Float64Array.from(
        { length: camera.width },
        (_, column) => 1 / Math.hypot((column + 0.5 - camera.centerX) / camera.focalX, y, 1),
    );
}
