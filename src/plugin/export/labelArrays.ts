import { LabelLeaves, type Partition } from "../../compute/hierarchy/cut/partition";
import type { ContentLeaves } from "../parts/model/contentLeaves";

/** Writes whole numbers as a .npy file for numpy.load (version 1.0, little-endian uint32, one axis). */
export function WriteNpy(values: Uint32Array): Uint8Array<ArrayBuffer> {
    const fields = `{'descr': '<u4', 'fortran_order': False, 'shape': (${values.length},), }`;
    // The format aligns the values to 64 bytes.
    const length = Math.ceil((10 + fields.length + 1) / 64) * 64;
    const file = new Uint8Array(length + 4 * values.length);
    file.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0]);
    const view = new DataView(file.buffer);
    view.setUint16(8, length - 10, true);
    file.set(new TextEncoder().encode(`${fields.padEnd(length - 11)}\n`), 10);
    for (let i = 0; i < values.length; i++) {
        view.setUint32(length + 4 * i, values[i], true);
    }
    return file;
}

/** Returns [elements of all items] the part of each face and point of captured content in a cut. */
export function LabelElements(partition: Partition, content: Pick<ContentLeaves, "leafOfElement">): Uint32Array {
    const labels = LabelLeaves(partition);
    return content.leafOfElement.map((leaf) => labels[leaf]);
}

/** Writes the parts of leaves as CSV with the header `leaf,part`. */
export function WriteLeafLabelsCsv(partition: Partition): string {
    const rows = ["leaf,part"];
    LabelLeaves(partition).forEach((part, leaf) => {
        rows.push(`${leaf},${part}`);
    });
    return `${rows.join("\n")}\n`;
}

/**
 * Writes the parts of faces and points as CSV with the header `mesh,instance,kind,element,part`: the name of the mesh,
 * the index of its thin instance (empty without instances), "face" or "point", the index within the mesh, and the part.
 */
export function WriteElementLabelsCsv(
    partition: Partition,
    content: Pick<ContentLeaves, "items" | "leafOfElement">,
): string {
    const labels = LabelElements(partition, content);
    const rows = ["mesh,instance,kind,element,part"];
    for (const { mesh, thinInstance, kind, firstElement, elementCount } of content.items) {
        const start = [quote(mesh.name), thinInstance < 0 ? "" : thinInstance, kind.slice(0, -1)].join(",");
        for (let element = 0; element < elementCount; element++) {
            rows.push(`${start},${element},${labels[firstElement + element]}`);
        }
    }
    return `${rows.join("\n")}\n`;
}

/** Quotes a field of CSV where needed (RFC 4180). */
function quote(text: string): string {
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
