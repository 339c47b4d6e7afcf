import type { LeafInterval } from "../../plugin/parts/model/leafInterval";
import type { UltrametricSegmentation } from "../../plugin/session/ultrametricSegmentation";
import type { RowContent, RowIcon } from "../controls/rowControl";
import type { PartRow, PartRows } from "./partRows";

/**
 * Creates the content of a part's row.
 *
 * @param rows the list that contains the row
 * @param selected the selected nodes of the tree
 */
export function CreatePartRowContent(
    row: PartRow,
    rows: PartRows,
    segmentation: UltrametricSegmentation,
    selected: ReadonlySet<number>,
): RowContent {
    const defaults = { isInside: false, depth: 0, fold: null };
    const editor = segmentation.editor!;
    if (row.kind === "extracted") {
        const { part } = row;
        return {
            ...defaults,
            text: part.name,
            note: FormatCount(part.leaves.length),
            isQuiet: false,
            swatch: null,
            icons: [LockIcon(part.isLocked)],
            isSelected: part === editor.active,
        };
    }
    const { condensed } = rows;
    const states = editor.leafStates;
    const intervals = row.kind === "group" ? editor.intervalsOf(row.group) : [condensed.nodes[row.node]];
    const sum = (count: (interval: LeafInterval) => number): number =>
        intervals.reduce((total, interval) => total + count(interval), 0);
    const size = sum(({ start, end }) => end - start);
    const hidden = sum((interval) => states.hiddenIn(interval));
    const [{ start }] = intervals;
    const shared = {
        note: FormatCount(size),
        isQuiet: hidden === size,
        icons: [
            LockIcon(sum((interval) => states.lockedIn(interval)) > 0),
            { icon: hidden === size ? "eyeOff" : "eye", isStrong: hidden === 0 } as const,
        ],
    };
    const color = states.colorAt(start) ?? segmentation.pointCloud?.colorOf(start) ?? [1, 1, 1];
    const { selection } = segmentation;
    if (row.kind === "group") {
        return {
            ...defaults,
            ...shared,
            text: row.group.name,
            swatch: { color, isFilled: true },
            isSelected: selection.size === size && intervals.every((interval) => selection.contains(interval)),
        };
    }
    const { node } = row;
    const isOpen = rows.isOpen(node);
    const part = condensed.partOf(node);
    const { partCount } = segmentation;
    const [child] = condensed.children[node];
    const splitCount = child === undefined ? Number.POSITIVE_INFINITY : condensed.partOf(child).minPartCount;
    return {
        ...defaults,
        ...shared,
        text: editor.nameOf(part),
        depth: condensed.depth[node],
        fold: child === undefined ? null : isOpen ? "open" : "closed",
        swatch: { color, isFilled: part.minPartCount <= partCount && partCount < splitCount },
        isSelected: selected.has(node),
        isInside: !selection.isEmpty && selection.contains(part),
    };
}

function LockIcon(isLocked: boolean): RowIcon {
    return isLocked ? { icon: "lock", isStrong: true } : { icon: "lockOpen", isStrong: false };
}

/** Formats a number in at most four characters: 950, 1.2k, 56k, 1.3M. */
function FormatCount(count: number): string {
    for (const [unit, suffix] of [
        [1e6, "M"],
        [1e3, "k"],
    ] as const) {
        if (count >= unit) {
            return `${(count / unit).toFixed(count < 10 * unit ? 1 : 0)}${suffix}`;
        }
    }
    return String(count);
}
