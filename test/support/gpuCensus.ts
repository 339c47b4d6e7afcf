/** What of the GPU's memory is in use, of all that was made since {@link TakeGpuCensus}. */
export interface GpuCensus {
    readonly buffers: ReadonlySet<GPUBuffer>;
    readonly textures: ReadonlySet<GPUTexture>;
    /** Ends the counting. */
    dispose(): void;
}

/** Counts buffers and textures from now on, by whomever they are made and freed. */
export function TakeGpuCensus(): GpuCensus {
    const buffers = new Set<GPUBuffer>();
    const textures = new Set<GPUTexture>();
    const { createBuffer, createTexture } = GPUDevice.prototype;
    const { destroy: destroyBuffer } = GPUBuffer.prototype;
    const { destroy: destroyTexture } = GPUTexture.prototype;
    GPUDevice.prototype.createBuffer = function (descriptor) {
        const buffer = createBuffer.call(this, descriptor);
        buffers.add(buffer);
        return buffer;
    };
    GPUDevice.prototype.createTexture = function (descriptor) {
        const texture = createTexture.call(this, descriptor);
        textures.add(texture);
        return texture;
    };
    GPUBuffer.prototype.destroy = function () {
        buffers.delete(this);
        return destroyBuffer.call(this);
    };
    GPUTexture.prototype.destroy = function () {
        textures.delete(this);
        return destroyTexture.call(this);
    };
    return {
        buffers,
        textures,
        dispose() {
            GPUDevice.prototype.createBuffer = createBuffer;
            GPUDevice.prototype.createTexture = createTexture;
            GPUBuffer.prototype.destroy = destroyBuffer;
            GPUTexture.prototype.destroy = destroyTexture;
        },
    };
}

/** What is in use, by the labels of its makers. */
export function Labels({ buffers, textures }: Pick<GpuCensus, "buffers" | "textures">): string {
    return [...buffers, ...textures].map(({ label }) => label.slice(0, 80)).join(" | ");
}
