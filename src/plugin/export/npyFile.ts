/** Writes whole numbers as a .npy file for numpy.load (version 1.0, little-endian uint32 or int32, one axis). */
export function WriteNpy(values: Uint32Array | Int32Array): Uint8Array<ArrayBuffer> {
    const type = values instanceof Int32Array ? "<i4" : "<u4";
    const fields = `{'descr': '${type}', 'fortran_order': False, 'shape': (${values.length},), }`;
    // The format aligns the values to 64 bytes.
    const length = Math.ceil((10 + fields.length + 1) / 64) * 64;
    const file = new Uint8Array(length + 4 * values.length);
    file.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0]);
    const view = new DataView(file.buffer);
    view.setUint16(8, length - 10, true);
    file.set(new TextEncoder().encode(`${fields.padEnd(length - 11)}\n`), 10);
    for (let i = 0; i < values.length; i++) {
        view.setUint32(length + 4 * i, values[i], true); // two's complement
    }
    return file;
}
