import { CutAtCount, LabelLeaves, type UltrametricSegmentation } from "babylon-ultrametric";

/** The parts that an export writes: all of the cut, the selected ones, or those that are not hidden or deleted. */
export type ExportScope = "all" | "selection" | "shown";

/** Parts to write. */
export interface ExportedParts {
    /** [leaves] the part of each leaf, the largest part first; -1 for leaves that are left out. */
    readonly labels: Int32Array;
    /** [parts] */
    readonly names: readonly string[];
    /** [parts] sRGB bytes with red lowest. */
    readonly colors: Uint32Array;
}

/** A part before it has a number. */
interface ListedPart {
    readonly name: string;
    readonly color: number;
    size: number;
}

/**
 * Lists the parts that are shown: those of the cut, and groups in place of the parts they were merged or split from.
 * Extracted parts are at their first place. Without leaves in the scope there are no parts.
 */
export function ListParts(segmentation: UltrametricSegmentation, scope: ExportScope): ExportedParts {
    const { parts: tree, editor, hierarchy } = segmentation;
    if (!tree || !editor || !hierarchy) {
        return { labels: new Int32Array(0), names: [], colors: new Uint32Array(0) };
    }
    const { dendrogram } = tree;
    const { order } = dendrogram;
    const isTaken = leavesInScope(segmentation, scope);
    const cut = CutAtCount(dendrogram, segmentation.partCount);
    const labels = Int32Array.from(LabelLeaves(cut));
    const listed: ListedPart[] = Array.from({ length: cut.partCount }, (_, p) => {
        const interval = { start: cut.starts[p], end: cut.starts[p + 1] };
        return { name: editor.nameOf(interval), color: colorAt(segmentation, interval.start), size: 0 };
    });
    const combine = (leaves: Iterable<number>, name: string, start: number): void => {
        for (const leaf of leaves) {
            labels[leaf] = listed.length;
        }
        listed.push({ name, color: colorAt(segmentation, start), size: 0 });
    };
    for (const group of editor.groups) {
        combine(group.leaves, group.name, editor.intervalsOf(group)[0]?.start ?? 0);
    }
    const { selectedPart } = segmentation;
    if (scope === "selection" && selectedPart && selectedPart.size === segmentation.selection.size) {
        // One part was picked, which may hold several of the cut.
        const { start, end } = selectedPart;
        combine(order.subarray(start, end), editor.nameOf(selectedPart), start);
    }
    for (let leaf = 0; leaf < labels.length; leaf++) {
        if (isTaken[leaf] === 1) {
            listed[labels[leaf]].size++;
        } else {
            labels[leaf] = -1;
        }
    }
    const kept = listed.map((_, p) => p).filter((p) => listed[p].size > 0);
    kept.sort((a, b) => listed[b].size - listed[a].size || a - b);
    const numbers = new Int32Array(listed.length);
    kept.forEach((p, number) => {
        numbers[p] = number;
    });
    return {
        labels: labels.map((label) => (label < 0 ? -1 : numbers[label])),
        names: kept.map((p) => listed[p].name),
        colors: Uint32Array.from(kept, (p) => listed[p].color),
    };
}

/** Returns [leaves] 1 for the leaves in a scope. */
function leavesInScope(segmentation: UltrametricSegmentation, scope: ExportScope): Uint8Array {
    const { parts: tree, editor, selection, hierarchy } = segmentation;
    const isTaken = new Uint8Array(hierarchy!.leafCount).fill(scope === "all" ? 1 : 0);
    const { order } = tree!.dendrogram;
    if (scope === "selection") {
        for (const { start, end } of selection.intervals) {
            for (const leaf of order.subarray(start, end)) {
                isTaken[leaf] = 1;
            }
        }
    } else if (scope === "shown") {
        const { leafStates } = editor!;
        order.forEach((leaf, start) => {
            isTaken[leaf] = leafStates.hiddenIn({ start, end: start + 1 }) === 0 ? 1 : 0;
        });
        for (const { leaves, meshes } of editor!.extracted) {
            if (meshes.some((mesh) => mesh.isVisible && mesh.isEnabled())) {
                for (const leaf of leaves) {
                    isTaken[leaf] = 1;
                }
            }
        }
    }
    return isTaken;
}

/** Returns the color that a part that starts at an order index is shown in, as bytes with red lowest. */
function colorAt({ editor, pointCloud }: UltrametricSegmentation, start: number): number {
    const [red, green, blue] = editor!.leafStates.colorAt(start) ?? pointCloud?.colorOf(start) ?? [0.5, 0.5, 0.5];
    return [red, green, blue].reduce((color, value, i) => color | (Math.round(255 * value) << (8 * i)), 0) >>> 0;
}
