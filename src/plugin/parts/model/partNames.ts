import type { Dendrogram } from "../../../compute/hierarchy/cut/dendrogram";
import type { CondensedParts } from "./condensedParts";
import type { LeafInterval } from "./leafInterval";

/**
 * The names of parts, by dendrogram and by key: "start-end" of their interval. Names that were given come before those
 * that were derived from the content.
 */
export class PartNames {
    private readonly _names = new WeakMap<Dendrogram, Map<string, string>>();
    private readonly _derived = new WeakMap<Dendrogram, ReadonlyMap<string, string>>();

    /**
     * @param _derive derives names of nodes of a tree, by index, such as from the content's nodes; called once for each
     * dendrogram. Default: none
     */
    public constructor(
        private readonly _derive: (condensed: CondensedParts) => Map<number, string> = () => new Map(),
    ) {}

    /** Returns the names of a dendrogram's parts that were derived or restored, by key; none as long as none was needed. */
    public derivedOf(dendrogram: Dendrogram): ReadonlyMap<string, string> {
        return this._derived.get(dendrogram) ?? new Map<string, string>();
    }

    /** Restores derived names, such as those of a file that is opened without its content. */
    public restoreDerived(dendrogram: Dendrogram, names: ReadonlyMap<string, string>): void {
        this._derived.set(dendrogram, names);
    }

    /** Returns all names of a dendrogram's parts by key. */
    public namesOf(dendrogram: Dendrogram): ReadonlyMap<string, string> {
        return this._names.get(dendrogram) ?? new Map<string, string>();
    }

    /** Names the part with a key; undefined takes its name away. */
    public set(dendrogram: Dendrogram, key: string, name: string | undefined): void {
        let names = this._names.get(dendrogram);
        if (!names) {
            names = new Map();
            this._names.set(dendrogram, names);
        }
        if (name === undefined) {
            names.delete(key);
        } else {
            names.set(key, name);
        }
    }

    /**
     * Returns the key of a part: that of its condensed node, so the name stays when the part loses small fragments.
     *
     * @param condensed the dendrogram's condensed parts, if there are any
     */
    public keyOf(part: LeafInterval, condensed: CondensedParts | undefined): string {
        const node = condensed?.mainNodeOf(part) ?? -1;
        const { start, end } = condensed && node >= 0 ? condensed.nodes[node] : part;
        return `${start}-${end}`;
    }

    /** Returns the name that a part was given; undefined for none. */
    public givenTo(
        dendrogram: Dendrogram,
        part: LeafInterval,
        condensed: CondensedParts | undefined,
    ): string | undefined {
        const names = this.namesOf(dendrogram);
        return names.get(`${part.start}-${part.end}`) ?? names.get(this.keyOf(part, condensed));
    }

    /**
     * Returns the name that a part was given, or the one that was derived for it, or one made from the number of its
     * condensed node: "part 12", or "piece of part 12" for a small fragment.
     *
     * @param condensed the dendrogram's condensed parts; without them the name is made from the interval
     */
    public nameOf(dendrogram: Dendrogram, part: LeafInterval, condensed: CondensedParts | undefined): string {
        const given = this.givenTo(dendrogram, part, condensed);
        if (given !== undefined) {
            return given;
        }
        const node = condensed?.nodeOf(part) ?? -1;
        if (!condensed || node < 0) {
            return `part ${part.start}-${part.end}`;
        }
        return condensed.mainNodeOf(part) === node
            ? (this._deriveAll(dendrogram, condensed).get(this.keyOf(part, condensed)) ??
                  `part ${condensed.numbers[node]}`)
            : `piece of ${this.nameOf(dendrogram, condensed.partOf(node), condensed)}`;
    }

    private _deriveAll(dendrogram: Dendrogram, condensed: CondensedParts): ReadonlyMap<string, string> {
        let derived = this._derived.get(dendrogram);
        if (!derived) {
            derived = new Map(
                [...this._derive(condensed)].map(([node, name]) => {
                    const { start, end } = condensed.nodes[node];
                    return [`${start}-${end}`, name];
                }),
            );
            this._derived.set(dendrogram, derived);
        }
        return derived;
    }
}
