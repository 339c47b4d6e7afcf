import { LabelLeaves, type Partition } from "../../compute/hierarchy/cut/partition";
import type { ContentLeaves } from "../parts/model/contentLeaves";
import { LabelElements } from "./labelElements";

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
