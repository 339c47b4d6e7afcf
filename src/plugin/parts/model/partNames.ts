import type { Dendrogram } from "../../../compute/hierarchy/cut/dendrogram";
import type { CondensedParts } from "./condensedParts";
import type { LeafInterval } from "./leafInterval";

/** The names that parts were given, by dendrogram and by key: "start-end" of their interval. */
export class PartNames {
    private readonly _names = new WeakMap<Dendrogram, Map<string, string>>();

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

    /**
     * Returns the name that a part was given, or one made from its condensed node: "part 12", or "piece of part 12" for
     * a small fragment.
     *
     * @param condensed the dendrogram's condensed parts; without them the name is made from the interval
     */
    public nameOf(dendrogram: Dendrogram, part: LeafInterval, condensed: CondensedParts | undefined): string {
        const names = this.namesOf(dendrogram);
        const given = names.get(`${part.start}-${part.end}`) ?? names.get(this.keyOf(part, condensed));
        if (given !== undefined) {
            return given;
        }
        const node = condensed?.nodeOf(part) ?? -1;
        if (!condensed || node < 0) {
            return `part ${part.start}-${part.end}`;
        }
        return condensed.mainNodeOf(part) === node
            ? `part ${node + 1}`
            : `piece of ${this.nameOf(dendrogram, condensed.partOf(node), condensed)}`;
    }
}
