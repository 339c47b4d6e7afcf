import { PairHeap } from "../../src/compute/algorithms/pairHeap";
import type { FaceLabels } from "./partErrors";
import type { PrincetonShape } from "./princetonShapes";

/** Differences between the borders of two segmentations of the same mesh. */
export interface BorderErrors {
    /**
     * The mean distance along the edges of the mesh from the borders of each to the nearest border of the other, in
     * mean distances of a vertex to the centroid. NaN if one of the two has no border.
     */
    readonly cutDiscrepancy: number;
    /** The length of the first's borders over that of the second's; NaN if the second has none. */
    readonly lengthRatio: number;
}

/** An edge between two faces, with its length. */
interface MeshEdge {
    readonly a: number;
    readonly b: number;
    readonly faces: readonly [number, number];
    readonly length: number;
}

/** The borders of a segmentation, with the distance of every vertex to them. */
interface Borders {
    readonly edges: readonly MeshEdge[];
    readonly length: number;
    /** [vertices] */
    readonly way: Float64Array;
}

/**
 * Compares the borders of segmentations of one mesh (Chen, Golovinskiy and Funkhouser 2009, "A Benchmark for 3D Mesh
 * Segmentation", section 4).
 */
export class BorderMeasure {
    private readonly _edges: readonly MeshEdge[];
    /** The neighbors of each vertex, each followed by its distance. */
    private readonly _neighbors: readonly number[][];
    private readonly _radius: number;
    private readonly _people: readonly Borders[];

    public constructor({ positions, indices }: PrincetonShape, people: readonly FaceLabels[]) {
        const vertices = positions.length / 3;
        const open = new Map<number, number>();
        const edges: MeshEdge[] = [];
        this._neighbors = Array.from({ length: vertices }, () => []);
        for (let corner = 0; corner < indices.length; corner++) {
            const face = Math.floor(corner / 3);
            const v = indices[corner];
            const w = indices[3 * face + ((corner + 1) % 3)];
            const [a, b] = v < w ? [v, w] : [w, v];
            const key = a * vertices + b;
            const other = open.get(key);
            const length = distance(positions, a, b);
            if (other === undefined) {
                open.set(key, face);
                this._neighbors[a].push(b, length);
                this._neighbors[b].push(a, length);
            } else {
                edges.push({ a, b, faces: [other, face], length });
            }
        }
        this._edges = edges;
        this._radius = meanRadius(positions);
        this._people = people.map((labels) => this._findBorders(labels));
    }

    /** Returns the mean over the people, without those that cannot be compared. */
    public measure(found: FaceLabels): BorderErrors {
        const own = this._findBorders(found);
        const compared = this._people.filter((person) => person.edges.length > 0 && own.edges.length > 0);
        const mean = (value: (person: Borders) => number): number =>
            compared.reduce((sum, person) => sum + value(person), 0) / compared.length;
        return {
            cutDiscrepancy: mean((person) => (meanWay(own, person) + meanWay(person, own)) / (2 * this._radius)),
            lengthRatio: own.length / mean(({ length }) => length),
        };
    }

    /** Returns the mean over pairs of people. */
    public measurePeople(): BorderErrors {
        const pairs = this._people.flatMap((person, i) => {
            const others = this._people.filter((other, j) => j !== i && other.edges.length > 0);
            return person.edges.length > 0 ? others.map((other) => [person, other]) : [];
        });
        const mean = (value: (a: Borders, b: Borders) => number): number =>
            pairs.reduce((sum, [a, b]) => sum + value(a, b), 0) / pairs.length;
        return {
            cutDiscrepancy: mean((a, b) => (meanWay(a, b) + meanWay(b, a)) / (2 * this._radius)),
            lengthRatio: 1,
        };
    }

    private _findBorders({ labels }: FaceLabels): Borders {
        const edges = this._edges.filter(({ faces: [f, g] }) => labels[f] !== labels[g]);
        return { edges, length: edges.reduce((sum, edge) => sum + edge.length, 0), way: this._findWays(edges) };
    }

    /** Returns the distance along edges from each vertex to the nearest of some edges (Dijkstra 1959). */
    private _findWays(edges: readonly MeshEdge[]): Float64Array {
        const way = new Float64Array(this._neighbors.length).fill(Number.POSITIVE_INFINITY);
        const heap = new PairHeap();
        const reach = (vertex: number, length: number): void => {
            if (length < way[vertex]) {
                way[vertex] = length;
                heap.push(length, vertex, 0, 0);
            }
        };
        for (const { a, b } of edges) {
            reach(a, 0);
            reach(b, 0);
        }
        for (let top = heap.pop(); top !== undefined; top = heap.pop()) {
            const { key, a: vertex } = top;
            const neighbors = this._neighbors[vertex];
            for (let i = 0; key === way[vertex] && i < neighbors.length; i += 2) {
                reach(neighbors[i], key + neighbors[i + 1]);
            }
        }
        return way;
    }
}

/** Returns the mean distance from one's borders to the other's, without pieces of the mesh where the other has none. */
function meanWay({ edges }: Borders, { way }: Borders): number {
    let sum = 0;
    let total = 0;
    for (const { a, b, length } of edges) {
        const mean = (way[a] + way[b]) / 2;
        if (mean < Number.POSITIVE_INFINITY) {
            sum += length * mean;
            total += length;
        }
    }
    return sum / Math.max(total, Number.MIN_VALUE);
}

function distance(positions: Float32Array, a: number, b: number): number {
    return Math.hypot(
        positions[3 * a] - positions[3 * b],
        positions[3 * a + 1] - positions[3 * b + 1],
        positions[3 * a + 2] - positions[3 * b + 2],
    );
}

function meanRadius(positions: Float32Array): number {
    const vertices = positions.length / 3;
    const center = [0, 1, 2].map((axis) => {
        let sum = 0;
        for (let i = axis; i < positions.length; i += 3) {
            sum += positions[i];
        }
        return sum / vertices;
    });
    const withCenter = Float32Array.from([...center, ...positions]);
    let sum = 0;
    for (let i = 1; i <= vertices; i++) {
        sum += distance(withCenter, 0, i);
    }
    return sum / vertices;
}
