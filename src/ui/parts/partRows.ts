import type { EditTarget } from "../../plugin/parts/edit/editTargets";
import type { PartEditor } from "../../plugin/parts/edit/partEditor";
import type { CondensedParts } from "../../plugin/parts/model/condensedParts";
import { ExtractedPart } from "../../plugin/parts/model/extractedPart";
import type { LeafInterval } from "../../plugin/parts/model/leafInterval";
import type { PartGroup } from "../../plugin/parts/model/partGroups";

/** A row of the part list: an extracted part, a group that a merge or a split made, or a node of the tree. */
export type PartRow =
    | { readonly kind: "extracted"; readonly part: ExtractedPart }
    | { readonly kind: "group"; readonly group: PartGroup }
    | { readonly kind: "node"; readonly node: number };

/** The largest number of rows that the list shows before the user expands any. */
const MAX_INITIAL_ROWS = 60;

/** The rows of the part list, which depend on the expanded nodes and on a search. It has no controls. */
export class PartRows {
    private readonly _open = new Set<number>();
    private _search = "";
    private _rows: PartRow[] = [];
    /** [nodes] The row of each node; -1 for a node that is not shown. */
    private readonly _rowOfNode: Int32Array;

    public constructor(
        public readonly condensed: CondensedParts,
        private readonly _editor: PartEditor,
    ) {
        this._rowOfNode = new Int32Array(condensed.nodes.length);
        this.update();
    }

    /** The rows from top to bottom. */
    public get rows(): readonly PartRow[] {
        return this._rows;
    }

    /**
     * The text that names must contain, regardless of case; empty for no search. Parts that match are shown with all
     * their ancestors.
     */
    public get search(): string {
        return this._search;
    }

    public set search(value: string) {
        this._search = value.trim().toLowerCase();
        this.update();
    }

    /** Returns the target of edits of a row. */
    public targetOf(row: PartRow): EditTarget | ExtractedPart {
        return row.kind === "extracted" ? row.part : row.kind === "group" ? row.group : this.condensed.partOf(row.node);
    }

    /** Returns the leaf intervals of a row; none for an extracted part. */
    public intervalsOf(row: PartRow): LeafInterval[] {
        const target = this.targetOf(row);
        return target instanceof ExtractedPart ? [] : this._editor.intervalsOf(target);
    }

    /** Returns true if a node is expanded. */
    public isOpen(node: number): boolean {
        return this._search !== "" || this._open.has(node);
    }

    /** Returns the row of a node; -1 for a node that is not shown. */
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

    /** Expands or collapses all nodes. */
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

    /** Expands the nodes that are split in a cut, up to {@link MAX_INITIAL_ROWS} rows. */
    public openCut(partCount: number): void {
        const { nodes, children, tree } = this.condensed;
        let rows = this.condensed.roots.length;
        const waiting = [...this.condensed.roots];
        for (let node = waiting.shift(); node !== undefined; node = waiting.shift()) {
            const [child] = children[node];
            const isSplit = child !== undefined && tree.dendrogram.leafCount - nodes[child].mergedRank <= partCount;
            if (isSplit && rows + children[node].length <= MAX_INITIAL_ROWS) {
                rows += children[node].length;
                this._open.add(node);
                waiting.push(...children[node]);
            }
        }
        this.update();
    }

    /** Expands the ancestors of a node. @returns its row; -1 where the search excludes it */
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

    /** Updates the rows; to be called when names, groups or extracted parts have changed. */
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

/** Returns true if two rows, of one list at different times, show the same part. */
export function IsSameRow(a: PartRow, b: PartRow): boolean {
    const subjectOf = (row: PartRow): unknown =>
        row.kind === "extracted" ? row.part : row.kind === "group" ? row.group : row.node;
    return a.kind === b.kind && subjectOf(a) === subjectOf(b);
}
