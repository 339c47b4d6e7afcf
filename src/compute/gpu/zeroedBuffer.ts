import { StorageBuffer } from "@babylonjs/core/Buffers/storageBuffer";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";

/** WebGPU does not bind empty buffers, and a vec4 needs 16 bytes. */
const MIN_BUFFER_BYTES = 16;

/**
 * Creates a storage buffer of zeros. Babylon's constructor uploads as many zeros, although a new WebGPU buffer is
 * already zeroed: the 64 MB of a hash grid would block the main thread.
 *
 * @param flags as for StorageBuffer
 */
export function CreateZeroedBuffer(engine: WebGPUEngine, bytes: number, flags: number, label: string): StorageBuffer {
    const storage = new StorageBuffer(engine, MIN_BUFFER_BYTES, flags, label);
    if (bytes > MIN_BUFFER_BYTES) {
        const small = storage.getBuffer();
        const { usage } = small.underlyingResource as GPUBuffer;
        // Private fields: Babylon has no public way to create a buffer without an upload.
        Object.assign(storage, {
            _buffer: engine._bufferManager.createBuffer(bytes, usage, label),
            _bufferSize: bytes,
        });
        engine._releaseBuffer(small);
    }
    return storage;
}
