import { type Coroutine, RunCoroutineAsync, RunCoroutineSync } from "../../compute/base/coroutine";
import { Pacer } from "../../compute/base/pacer";
import type { ContentLeaves } from "../parts/model/contentLeaves";
import { LabelElements } from "./labelElements";
import { LabelsOfLeaves, type LeafLabels } from "./leafLabels";

/** The number of rows per time slice. */
const ROWS_PER_CHUNK = 1 << 14;

/** The content whose elements have labels. */
type LabeledContent = Pick<ContentLeaves, "items" | "leafOfElement">;

/** Writes the parts of leaves as CSV with the header `leaf,part`. Leaves that are left out have no row. */
export function WriteLeafLabelsCsv(parts: LeafLabels): string {
    return RunCoroutineSync(leafCsvCoroutine(parts));
}

/**
 * Writes the parts of faces, points and splats as CSV with the header `mesh,instance,kind,element,part`: the name of
 * the mesh, the index of its thin instance (empty without instances), "face", "point" or "splat", the index within the
 * mesh, and the part. Elements that are left out have no row.
 */
export function WriteElementLabelsCsv(parts: LeafLabels, content: LabeledContent): string {
    return RunCoroutineSync(elementCsvCoroutine(parts, content));
}

/**
 * Writes the CSV of {@link WriteElementLabelsCsv}, or without content that of {@link WriteLeafLabelsCsv}, in time
 * slices.
 *
 * @throws UltrametricError "aborted"
 */
export async function WriteLabelsCsvAsync(
    parts: LeafLabels,
    content: LabeledContent | null,
    { signal }: { readonly signal?: AbortSignal } = {},
): Promise<string> {
    const writing = content ? elementCsvCoroutine(parts, content) : leafCsvCoroutine(parts);
    return await RunCoroutineAsync(writing, new Pacer("Writing labels", signal));
}

function* leafCsvCoroutine(parts: LeafLabels): Coroutine<string> {
    const leafCount = parts instanceof Int32Array ? parts.length : parts.dendrogram.leafCount;
    const labels = LabelsOfLeaves(parts, leafCount);
    let text = "leaf,part\n";
    for (let start = 0; start < leafCount; start += ROWS_PER_CHUNK) {
        text += rowsOf(labels.subarray(start, start + ROWS_PER_CHUNK), start, "");
        yield;
    }
    return text;
}

function* elementCsvCoroutine(parts: LeafLabels, content: LabeledContent): Coroutine<string> {
    const labels = parts instanceof Int32Array ? LabelElements(parts, content) : LabelElements(parts, content);
    let text = "mesh,instance,kind,element,part\n";
    for (const { mesh, thinInstance, kind, firstElement, elementCount } of content.items) {
        const item = `${[quote(mesh.name), thinInstance < 0 ? "" : thinInstance, kind.slice(0, -1)].join(",")},`;
        for (let start = 0; start < elementCount; start += ROWS_PER_CHUNK) {
            const end = Math.min(start + ROWS_PER_CHUNK, elementCount);
            text += rowsOf(labels.subarray(firstElement + start, firstElement + end), start, item);
            yield;
        }
    }
    return text;
}

/** Returns the rows of some labels. @param first the index of the first label @param prefix the fields before it */
function rowsOf(labels: Int32Array | Uint32Array, first: number, prefix: string): string {
    let rows = "";
    labels.forEach((part, i) => {
        if (part >= 0) {
            rows += `${prefix}${first + i},${part}\n`;
        }
    });
    return rows;
}

/** Quotes a field of CSV where needed (RFC 4180). */
function quote(text: string): string {
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
