/** Writes a .npy file: little-endian float64 and version 1.0 unless given. */
export function NpyFile(
    shape: readonly number[],
    values: readonly number[],
    { descr = "<f8", fortran = false, version = 1 } = {},
): Uint8Array {
    const fields = `{'descr': '${descr}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': (${shape.map((s) => `${s},`).join(" ")}), }`;
    const lengthBytes = version === 1 ? 2 : 4;
    const start = 8 + lengthBytes;
    const headerLength = Math.ceil((start + fields.length + 1) / 64) * 64 - start;
    const size = Number(descr.at(-1));
    const file = new Uint8Array(start + headerLength + size * values.length);
    const view = new DataView(file.buffer);
    file.set([0x93, ...new TextEncoder().encode("NUMPY"), version, 0]);
    if (version === 1) {
        view.setUint16(8, headerLength, true);
    } else {
        view.setUint32(8, headerLength, true);
    }
    file.set(new TextEncoder().encode(`${fields.padEnd(headerLength - 1)}\n`), start);
    const isLittle = descr[0] !== ">";
    values.forEach((value, i) => {
        const at = start + headerLength + size * i;
        if (descr.slice(1) === "f8") {
            view.setFloat64(at, value, isLittle);
        } else if (descr.slice(1) === "f4") {
            view.setFloat32(at, value, isLittle);
        } else {
            view.setInt32(at, value, isLittle);
        }
    });
    return file;
}
