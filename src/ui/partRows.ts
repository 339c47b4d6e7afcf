import type { EditTarget, PartEditor } from "../plugin/parts/edit/partEditor";
import type { CondensedParts } from "../plugin/parts/model/condensedParts";
import { ExtractedPart } from "../plugin/parts/model/extractedPart";
import type { LeafInterval } from "../plugin/parts/model/leafInterval";
import type { PartGroup } from "../plugin/parts/model/partGroup";

/** A row of a list of parts: one that is meshes of its own, a group that merging or splitting made, or a node of the tree. */
export type PartRow =
    | { readonly kind: "extracted"; readonly part: ExtractedPart }
    | { readonly kind: "group"; readonly group: PartGroup }
    | { readonly kind: "node"; readonly node: number };

/** Most rows that a list opens by itself. */
const MOST_AT_FIRST = 60;

/** Which parts a list shows: what is open, and what a search leaves. Knows no controls. */
export class PartRows {
    private readonly _open = new Set<number>();
    private _search = "";
    private _rows: PartRow[] = [];
    /** [nodes] row of each node; -1 where it is not shown. */
    private readonly _rowOfNode: Int32Array;

    public constructor(
        public readonly condensed: CondensedParts,
        private readonly _editor: PartEditor,
    ) {
        this._rowOfNode = new Int32Array(condensed.nodes.length);
        this.update();
    }

    /** From top to bottom. */
    public get rows(): readonly PartRow[] {
        return this._rows;
    }

    /** What names have to hold, whatever the case; empty shows all. Shows what it finds with all around it, open. */
    public get search(): string {
        return this._search;
    }

    public set search(value: string) {
        this._search = value.trim().toLowerCase();
        this.update();
    }

    /** What edits of a row are about. */
    public targetOf(row: PartRow): EditTarget | ExtractedPart {
        return row.kind === "extracted" ? row.part : row.kind === "group" ? row.group : this.condensed.partOf(row.node);
    }

    /** The leaves of a row; none for a part that is meshes of its own. */
    public intervalsOf(row: PartRow): LeafInterval[] {
        const target = this.targetOf(row);
        return target instanceof ExtractedPart ? [] : this._editor.intervalsOf(target);
    }

    /** Whether the rows below a node are shown. */
    public isOpen(node: number): boolean {
        return this._search !== "" || this._open.has(node);
    }

    /** The row of a node; -1 where it is not shown. */
    public rowOfNode(node: number): number {
        return this._rowOfNode[node];
    }

    public setOpen(node: number, isOpen: boolean): void {
        if (isOpen) {
            this._open.add(node);
        } else {
            this._open.delete(node);
        }
        this.update();
    }

    /** Opens or closes all nodes. */
    public setAllOpen(isOpen: boolean): void {
        this._open.clear();
        if (isOpen) {
            this.condensed.children.forEach((children, node) => {
                if (children.length > 0) {
                    this._open.add(node);
                }
            });
        }
        this.update();
    }

    /** Opens the nodes that have fallen apart in a cut, up to a number that one can overlook. */
    public openCut(partCount: number): void {
        const { nodes, children, tree } = this.condensed;
        let rows = this.condensed.roots.length;
        const waiting = [...this.condensed.roots];
        for (let node = waiting.shift(); node !== undefined; node = waiting.shift()) {
            const [child] = children[node];
            const isApart = child !== undefined && tree.dendrogram.leafCount - nodes[child].mergedRank <= partCount;
            if (isApart && rows + children[node].length <= MOST_AT_FIRST) {
                rows += children[node].length;
                this._open.add(node);
                waiting.push(...children[node]);
            }
        }
        this.update();
    }

    /** Opens all around a node. @returns its row; -1 where the search leaves it out */
    public reveal(node: number): number {
        if (this._rowOfNode[node] < 0 && this._search === "") {
            for (
                let above = this.condensed.nodes[node].parent;
                above >= 0;
                above = this.condensed.nodes[above].parent
            ) {
                this._open.add(above);
            }
            this.update();
        }
        return this._rowOfNode[node];
    }

    /** Lists anew, after names, groups or extracted parts have changed. */
    public update(): void {
        const isFound = (name: string): boolean => name.toLowerCase().includes(this._search);
        const { nodes, children, roots } = this.condensed;
        const shown = this._search === "" ? null : new Uint8Array(nodes.length);
        if (shown) {
            for (let node = nodes.length - 1; node >= 0; node--) {
                if (shown[node] || isFound(this._editor.nameOf(nodes[node]))) {
                    shown[node] = 1;
                    if (nodes[node].parent >= 0) {
                        shown[nodes[node].parent] = 1;
                    }
                }
            }
        }
        this._rows = [
            ...this._editor.extracted
                .filter(({ name }) => isFound(name))
                .map((part) => ({ kind: "extracted", part }) as const),
            ...this._editor.groups
                .filter(({ name }) => isFound(name))
                .map((group) => ({ kind: "group", group }) as const),
        ];
        this._rowOfNode.fill(-1);
        const stack = roots.toReversed();
        for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
            if (shown && !shown[node]) {
                continue;
            }
            this._rowOfNode[node] = this._rows.length;
            this._rows.push({ kind: "node", node });
            if (this.isOpen(node)) {
                for (let i = children[node].length - 1; i >= 0; i--) {
                    stack.push(children[node][i]);
                }
            }
        }
    }
}

/** Whether two rows, of one list at different times, are about the same. */
export function IsSameRow(a: PartRow, b: PartRow): boolean {
    const subjectOf = (row: PartRow): unknown =>
        row.kind === "extracted" ? row.part : row.kind === "group" ? row.group : row.node;
    return a.kind === b.kind && subjectOf(a) === subjectOf(b);
}
