/** A simulated click: an element, and whether it belongs to the part. */
export interface SimulatedClick {
    readonly element: number;
    readonly isPositive: boolean;
}

/** A surface as a graph of elements: faces that share an edge, or leaves that are near each other. */
export interface SurfaceGraph {
    /** [elements, 3] */
    readonly centers: Float32Array;
    /** [elements] the share of the surface. */
    readonly weights: Float32Array;
    /** [elements + 1] the first neighbor of each element in `neighbors`. */
    readonly firstNeighbor: Uint32Array;
    readonly neighbors: Uint32Array;
}

/** Creates the graph of a mesh's faces. @param indices [faces, 3] */
export function CreateFaceGraph(positions: Float32Array, indices: Uint32Array): SurfaceGraph {
    const faces = indices.length / 3;
    const centers = new Float32Array(3 * faces);
    const weights = new Float32Array(faces);
    const facesOfEdge = new Map<number, number[]>();
    const vertices = positions.length / 3;
    for (let face = 0; face < faces; face++) {
        const corners = indices.subarray(3 * face, 3 * face + 3);
        const [a, b, c] = Array.from(corners, (v) => positions.subarray(3 * v, 3 * v + 3));
        const u = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
        const v = [c[0] - a[0], c[1] - a[1], c[2] - a[2]];
        weights[face] = Math.hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]) / 2;
        for (let axis = 0; axis < 3; axis++) {
            centers[3 * face + axis] = (a[axis] + b[axis] + c[axis]) / 3;
            const [from, to] = [corners[axis], corners[(axis + 1) % 3]];
            const edge = Math.min(from, to) * vertices + Math.max(from, to);
            const known = facesOfEdge.get(edge);
            if (known) {
                known.push(face);
            } else {
                facesOfEdge.set(edge, [face]);
            }
        }
    }
    const total = weights.reduce((a, b) => a + b, 0);
    const lists: number[][] = Array.from({ length: faces }, () => []);
    for (const sharing of facesOfEdge.values()) {
        for (const face of sharing) {
            lists[face].push(...sharing.filter((other) => other !== face));
        }
    }
    return { centers, weights: weights.map((weight) => weight / total), ...PackLists(lists) };
}

/** Returns lists of neighbors as two arrays. */
export function PackLists(lists: readonly (readonly number[])[]): Pick<SurfaceGraph, "firstNeighbor" | "neighbors"> {
    const firstNeighbor = new Uint32Array(lists.length + 1);
    lists.forEach((list, i) => {
        firstNeighbor[i + 1] = firstNeighbor[i] + list.length;
    });
    return { firstNeighbor, neighbors: Uint32Array.from(lists.flat()) };
}

/** Returns the intersection over union of two sets of elements. */
export function IntersectionOverUnion({ weights }: SurfaceGraph, a: Uint8Array, b: Uint8Array): number {
    let both = 0;
    let either = 0;
    for (let i = 0; i < weights.length; i++) {
        both += a[i] & b[i] ? weights[i] : 0;
        either += a[i] | b[i] ? weights[i] : 0;
    }
    return either > 0 ? both / either : 1;
}

/**
 * Returns the click of the literature's protocol: in the middle of the largest wrong region, which is the element
 * farthest from its border along the surface. Null if nothing is wrong.
 *
 * @param truth [elements] 1 in the part that is meant
 * @param answer [elements] 1 in the present answer
 */
export function NextClick(graph: SurfaceGraph, truth: Uint8Array, answer: Uint8Array): SimulatedClick | null {
    const { weights, firstNeighbor, neighbors } = graph;
    const isVisited = new Uint8Array(weights.length);
    let largest: number[] = [];
    let largestWeight = -1;
    for (let seed = 0; seed < weights.length; seed++) {
        if (truth[seed] === answer[seed] || isVisited[seed]) {
            continue;
        }
        isVisited[seed] = 1;
        const region = [seed];
        let weight = 0;
        for (let at = 0; at < region.length; at++) {
            const element = region[at];
            weight += weights[element];
            for (let i = firstNeighbor[element]; i < firstNeighbor[element + 1]; i++) {
                const other = neighbors[i];
                if (!isVisited[other] && truth[other] === truth[seed] && answer[other] === answer[seed]) {
                    isVisited[other] = 1;
                    region.push(other);
                }
            }
        }
        if (weight > largestWeight) {
            [largest, largestWeight] = [region, weight];
        }
    }
    return largest.length > 0 ? { element: middleOf(graph, largest), isPositive: truth[largest[0]] === 1 } : null;
}

/** Returns the element of a region that is farthest from its border; of a region without border, the first. */
function middleOf({ centers, weights, firstNeighbor, neighbors }: SurfaceGraph, region: readonly number[]): number {
    const distance = new Float64Array(weights.length).fill(-1);
    for (const element of region) {
        distance[element] = Number.POSITIVE_INFINITY;
    }
    const queue = new DistanceQueue();
    for (const element of region) {
        for (let i = firstNeighbor[element]; i < firstNeighbor[element + 1]; i++) {
            if (distance[neighbors[i]] < 0) {
                distance[element] = 0;
                queue.push(0, element);
                break;
            }
        }
    }
    let last = region[0];
    for (let next = queue.pop(); next; next = queue.pop()) {
        const [reached, element] = next;
        if (reached > distance[element]) {
            continue;
        }
        last = element;
        for (let i = firstNeighbor[element]; i < firstNeighbor[element + 1]; i++) {
            const other = neighbors[i];
            const far =
                reached +
                Math.hypot(
                    centers[3 * other] - centers[3 * element],
                    centers[3 * other + 1] - centers[3 * element + 1],
                    centers[3 * other + 2] - centers[3 * element + 2],
                );
            if (far < distance[other]) {
                distance[other] = far;
                queue.push(far, other);
            }
        }
    }
    return last;
}

/** A binary heap of elements by distance. */
class DistanceQueue {
    private readonly _items: [distance: number, element: number][] = [];

    public push(distance: number, element: number): void {
        const items = this._items;
        let at = items.push([distance, element]) - 1;
        for (let up = (at - 1) >> 1; at > 0 && items[up][0] > items[at][0]; up = (at - 1) >> 1) {
            [items[up], items[at]] = [items[at], items[up]];
            at = up;
        }
    }

    public pop(): [distance: number, element: number] | undefined {
        const items = this._items;
        const first = items[0];
        const last = items.pop();
        if (items.length > 0) {
            items[0] = last!;
            for (let at = 0; ; ) {
                let least = at;
                for (const child of [2 * at + 1, 2 * at + 2]) {
                    least = child < items.length && items[child][0] < items[least][0] ? child : least;
                }
                if (least === at) {
                    break;
                }
                [items[at], items[least]] = [items[least], items[at]];
                at = least;
            }
        }
        return first;
    }
}
