import type { Coroutine } from "../../compute/base/coroutine";

/** Arrays of fewer bytes are left to the browser, which copies what is sent. */
const SMALL_BYTES = 1 << 14;
/** Bytes that are copied in one run: about a millisecond. */
const BYTES_PER_CHUNK = 1 << 20;

/** A message whose large arrays are copies of its own, and can be handed over. */
export interface CopiedMessage<T> {
    readonly message: T;
    /** What of the message goes to whom it is sent, without another copy. */
    readonly transfer: ArrayBuffer[];
}

/**
 * Copies a message of plain data in time slices. The browser would copy what is sent in one go, and what arrives in another: a page would stand still for
 * a hundred megabytes.
 *
 * @param message objects lose their classes, as they do when they are sent; the arrays must not change meanwhile
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
        return value.byteLength > SMALL_BYTES && !(value instanceof DataView)
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
        return value; // the browser knows how to send dates, addresses and the like, or says that it does not
    }
    const fields: Record<string, unknown> = {};
    for (const [name, item] of Object.entries(value)) {
        fields[name] = yield* copy(item, copies, transfer);
    }
    return fields;
}

/** @param array of whatever kind of numbers */
function* copyArray(array: Uint8Array, transfer: ArrayBuffer[]): Coroutine<Uint8Array> {
    const Kind = array.constructor as new (length: number) => Uint8Array<ArrayBuffer>;
    const copied = new Kind(array.length);
    const run = BYTES_PER_CHUNK / array.BYTES_PER_ELEMENT;
    for (let start = 0; start < array.length; start += run) {
        copied.set(array.subarray(start, start + run), start);
        yield;
    }
    transfer.push(copied.buffer);
    return copied;
}
