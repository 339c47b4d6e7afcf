import type { ContentLeaves } from "../parts/model/contentLeaves";
import { LabelElements } from "./labelElements";
import { LabelsOfLeaves, type LeafLabels } from "./leafLabels";

/** Writes the parts of leaves as CSV with the header `leaf,part`. Leaves that are left out have no row. */
export function WriteLeafLabelsCsv(parts: LeafLabels): string {
    const rows = ["leaf,part"];
    const leafCount = parts instanceof Int32Array ? parts.length : parts.dendrogram.leafCount;
    LabelsOfLeaves(parts, leafCount).forEach((part, leaf) => {
        if (part >= 0) {
            rows.push(`${leaf},${part}`);
        }
    });
    return `${rows.join("\n")}\n`;
}

/**
 * Writes the parts of faces, points and splats as CSV with the header `mesh,instance,kind,element,part`: the name of
 * the mesh, the index of its thin instance (empty without instances), "face", "point" or "splat", the index within the
 * mesh, and the part. Elements that are left out have no row.
 */
export function WriteElementLabelsCsv(
    parts: LeafLabels,
    content: Pick<ContentLeaves, "items" | "leafOfElement">,
): string {
    const labels = parts instanceof Int32Array ? LabelElements(parts, content) : LabelElements(parts, content);
    const rows = ["mesh,instance,kind,element,part"];
    for (const { mesh, thinInstance, kind, firstElement, elementCount } of content.items) {
        const start = [quote(mesh.name), thinInstance < 0 ? "" : thinInstance, kind.slice(0, -1)].join(",");
        for (let element = 0; element < elementCount; element++) {
            const part = labels[firstElement + element];
            if (part >= 0) {
                rows.push(`${start},${element},${part}`);
            }
        }
    }
    return `${rows.join("\n")}\n`;
}

/** Quotes a field of CSV where needed (RFC 4180). */
function quote(text: string): string {
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
