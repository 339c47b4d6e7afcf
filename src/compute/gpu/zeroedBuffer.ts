import { StorageBuffer } from "@babylonjs/core/Buffers/storageBuffer";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";

/** WebGPU does not bind buffers of no bytes, and a vec4 needs 16. */
const MIN_BUFFER_BYTES = 16;

/**
 * A storage buffer of zeros. Given a size, Babylon makes as many zeros and uploads them, though a buffer of WebGPU holds zeros from the start: a page
 * would stand still while the 64 MB of a hash grid are copied.
 *
 * @param flags as for StorageBuffer
 */
export function CreateZeroedBuffer(engine: WebGPUEngine, bytes: number, flags: number, label: string): StorageBuffer {
    const storage = new StorageBuffer(engine, MIN_BUFFER_BYTES, flags, label);
    if (bytes > MIN_BUFFER_BYTES) {
        const small = storage.getBuffer();
        const { usage } = small.underlyingResource as GPUBuffer;
        // Private, and there is no other way to one that nothing was uploaded to.
        Object.assign(storage, {
            _buffer: engine._bufferManager.createBuffer(bytes, usage, label),
            _bufferSize: bytes,
        });
        engine._releaseBuffer(small);
    }
    return storage;
}
