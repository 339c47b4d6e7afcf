/** The buffers and textures that were created since {@link TakeGpuCensus} and not destroyed. */
export interface GpuCensus {
    readonly buffers: ReadonlySet<GPUBuffer>;
    readonly textures: ReadonlySet<GPUTexture>;
    /** Stops counting. */
    dispose(): void;
}

/** Starts to count the buffers and textures of all devices. */
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

/** Lists the labels of the buffers and textures. */
export function Labels({ buffers, textures }: Pick<GpuCensus, "buffers" | "textures">): string {
    return [...buffers, ...textures].map(({ label }) => label.slice(0, 80)).join(" | ");
}
