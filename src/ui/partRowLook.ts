import type { LeafInterval } from "../plugin/parts/model/leafInterval";
import type { UltrametricSegmentation } from "../plugin/session/ultrametricSegmentation";
import type { PartRow, PartRows } from "./partRows";
import type { RowIcon, RowLook } from "./rowControl";

/**
 * What the row of a part shows.
 *
 * @param rows of the segmentation's hierarchy as it is shown
 * @param selected nodes of the tree
 */
export function LookOfPartRow(
    row: PartRow,
    rows: PartRows,
    segmentation: UltrametricSegmentation,
    selected: ReadonlySet<number>,
): RowLook {
    const none = { isInside: false, depth: 0, fold: null };
    const { editor } = segmentation;
    if (row.kind === "extracted") {
        const { part } = row;
        return {
            ...none,
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
            ...none,
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
    const until = child === undefined ? Number.POSITIVE_INFINITY : condensed.partOf(child).minPartCount;
    return {
        ...none,
        ...shared,
        text: editor.nameOf(part),
        depth: condensed.depth[node],
        fold: child === undefined ? null : isOpen ? "open" : "closed",
        swatch: { color, isFilled: part.minPartCount <= partCount && partCount < until },
        isSelected: selected.has(node),
        isInside: !selection.isEmpty && selection.contains(part),
    };
}

function LockIcon(isLocked: boolean): RowIcon {
    return isLocked ? { icon: "lock", isStrong: true } : { icon: "lockOpen", isStrong: false };
}

/** A number in at most four signs: 950, 1.2k, 56k, 1.3M. */
function FormatCount(count: number): string {
    for (const [unit, sign] of [
        [1e6, "M"],
        [1e3, "k"],
    ] as const) {
        if (count >= unit) {
            return `${(count / unit).toFixed(count < 10 * unit ? 1 : 0)}${sign}`;
        }
    }
    return String(count);
}
