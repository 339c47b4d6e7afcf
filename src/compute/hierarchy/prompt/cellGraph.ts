import { FindIncidentEdges, type IncidentEdges } from "../../algorithms/incidentEdges";
import { CreateNeighborGraph, type NeighborGraph } from "../../algorithms/neighborGraph";

/** Each cell is linked to this many nearest cells, and to those that have it among theirs. */
const NEIGHBORS = 6;
/** Smaller sets of cells have no middle. */
const LEAST_CELLS = 4;

/** Cells that are linked to the nearest ones, which tells how deep inside a set of cells one of them lies. */
export class CellGraph {
    private readonly _graph: NeighborGraph;
    private readonly _incident: IncidentEdges;
    /** [cells] the links to the border of the set that was searched last, from 1; 0 outside and before. */
    private readonly _depth: Uint32Array;
    private readonly _queue: Uint32Array;

    /** @param centers [cells, 3] */
    public constructor(centers: Float32Array) {
        this._graph = CreateNeighborGraph(centers, NEIGHBORS);
        this._incident = FindIncidentEdges(this._graph);
        this._depth = new Uint32Array(this._graph.vertexCount);
        this._queue = new Uint32Array(this._graph.vertexCount);
    }

    /**
     * Returns the depth of a cell in a set of cells: its distance to the border of the set, in links, as a share of the
     * largest such distance, above 0 and up to 1. It is 1 for all cells of a set that is too small or has no border.
     *
     * @param cell a cell of the set
     * @param inside [cells] 1 in the set
     */
    public depthOf(cell: number, inside: Uint8Array): number {
        const { _depth: depth, _queue: queue } = this;
        depth.fill(0);
        let size = 0;
        let end = 0;
        for (let c = 0; c < inside.length; c++) {
            size += inside[c];
            if (inside[c] === 1 && this._someNeighbor(c, (other) => inside[other] === 0)) {
                depth[c] = 1;
                queue[end++] = c;
            }
        }
        if (size < LEAST_CELLS || end === 0 || depth.length === 0) {
            return 1;
        }
        for (let at = 0; at < end; at++) {
            this._someNeighbor(queue[at], (other) => {
                if (inside[other] === 1 && depth[other] === 0) {
                    depth[other] = depth[queue[at]] + 1;
                    queue[end++] = other;
                }
                return false;
            });
        }
        // Cells that no link reaches from the border are in pieces without one.
        return depth[cell] === 0 ? 1 : depth[cell] / depth[queue[end - 1]];
    }

    private _someNeighbor(cell: number, test: (other: number) => boolean): boolean {
        const { from, to } = this._graph;
        const { start, edges } = this._incident;
        for (let i = start[cell]; i < start[cell + 1]; i++) {
            const e = edges[i];
            if (test(from[e] === cell ? to[e] : from[e])) {
                return true;
            }
        }
        return false;
    }
}
