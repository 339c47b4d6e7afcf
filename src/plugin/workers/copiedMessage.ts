import type { Coroutine } from "../../compute/base/coroutine";

/** The largest size of an array that `postMessage` clones; larger arrays are copied in time slices and transferred. */
const MAX_CLONED_BYTES = 1 << 14;
/** Bytes per chunk: about a millisecond of copying. */
const BYTES_PER_CHUNK = 1 << 20;

/** A message whose large arrays are copies that can be transferred. */
export interface CopiedMessage<T> {
    readonly message: T;
    /** Buffers to transfer with the message. */
    readonly transfer: ArrayBuffer[];
}

/**
 * Copies a message of plain data in time slices. `postMessage` would clone it without a pause, which blocks the main
 * thread for a hundred megabytes.
 *
 * @param message the message; objects lose their classes, as in `postMessage`, and arrays must not change meanwhile
 */
export function* CopyMessageCoroutine<T>(message: T): Coroutine<CopiedMessage<T>> {
    const copies = new Map<unknown, unknown>();
    const transfer: ArrayBuffer[] = [];
    const copied = (yield* copy(message, copies, transfer)) as T;
    return { message: copied, transfer };
}

function* copy(value: unknown, copies: Map<unknown, unknown>, transfer: ArrayBuffer[]): Coroutine<unknown> {
    if (value === null || typeof value !== "object") {
        return value;
    }
    if (!copies.has(value)) {
        copies.set(value, yield* copyObject(value, copies, transfer));
        yield;
    }
    return copies.get(value);
}

function* copyObject(value: object, copies: Map<unknown, unknown>, transfer: ArrayBuffer[]): Coroutine<unknown> {
    if (ArrayBuffer.isView(value)) {
        return value.byteLength > MAX_CLONED_BYTES && !(value instanceof DataView)
            ? yield* copyArray(value as Uint8Array, transfer)
            : value;
    }
    if (Array.isArray(value)) {
        const items: unknown[] = [];
        for (const item of value) {
            items.push(yield* copy(item, copies, transfer));
        }
        return items;
    }
    if (value instanceof Map) {
        const entries = new Map<unknown, unknown>();
        for (const [key, item] of value) {
            entries.set(key, yield* copy(item, copies, transfer));
        }
        return entries;
    }
    if (Object.prototype.toString.call(value) !== "[object Object]") {
        return value; // `postMessage` clones dates, URLs and other types, or throws
    }
    const fields: Record<string, unknown> = {};
    for (const [name, item] of Object.entries(value)) {
        fields[name] = yield* copy(item, copies, transfer);
    }
    return fields;
}

/** Copies a typed array of any type. */
function* copyArray(array: Uint8Array, transfer: ArrayBuffer[]): Coroutine<Uint8Array> {
    const ArrayType = array.constructor as new (length: number) => Uint8Array<ArrayBuffer>;
    const copied = new ArrayType(array.length);
    const chunk = BYTES_PER_CHUNK / array.BYTES_PER_ELEMENT;
    for (let start = 0; start < array.length; start += chunk) {
        copied.set(array.subarray(start, start + chunk), start);
        yield;
    }
    transfer.push(copied.buffer);
    return copied;
}
