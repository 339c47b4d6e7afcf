import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { Pacer } from "../../compute/base/pacer";
import { SourceMesh } from "../content/meshElements";
import type { ContentItem } from "../content/sceneContent";
import type { ContentLeaves } from "../parts/model/contentLeaves";
import type { LeafMapInput } from "./buildLeafMap";
import { type FaceCorners, ReadFaceCorners } from "./faceCorners";

/** The faces of the content, by mesh, as leaf maps and shaders need them. */
export class ContentFaces {
    /** The items of each mesh with faces: one, or one per thin instance. */
    public readonly groups: readonly (readonly ContentItem[])[];
    /** By the mesh that holds the vertices. */
    private readonly _corners = new Map<AbstractMesh, FaceCorners>();

    public constructor(private readonly _content: ContentLeaves) {
        this.groups = groupFaces(_content.items);
    }

    /** Returns the faces of an item; instances share one object. @throws UltrametricError as ReadFaceCorners */
    public cornersOf({ mesh, elementCount }: ContentItem): FaceCorners {
        const source = SourceMesh(mesh);
        const corners = this._corners.get(source) ?? ReadFaceCorners(mesh, elementCount);
        this._corners.set(source, corners);
        return corners;
    }

    /** Returns the mean distance between neighboring samples, which are spread evenly over all faces. */
    public async spacingAsync(pacer: Pacer): Promise<number> {
        let area = 0;
        for (const items of this.groups) {
            for (const frame of framesOf(items)) {
                area += areaOf(this.cornersOf(items[0]).corners, frame);
                await pacer.yieldIfDueAsync();
            }
        }
        const { elements } = this._content.capture;
        const sampleCount = this.groups
            .flat()
            .reduce(
                (sum, { firstElement, elementCount }) =>
                    sum + lowerBound(elements, firstElement + elementCount) - lowerBound(elements, firstElement),
                0,
            );
        return Math.sqrt(area / Math.max(sampleCount, 1)) || 1;
    }

    /** Returns the input of the leaf map of one group. */
    public leafMapInput(items: readonly ContentItem[], spacing: number): LeafMapInput {
        const { capture, leafOfElement } = this._content;
        const { corners, neighbors, elements } = this.cornersOf(items[0]);
        const { firstElement, elementCount } = items[0];
        const endElement = firstElement + items.length * elementCount;
        const first = lowerBound(capture.elements, firstElement);
        const end = lowerBound(capture.elements, endElement);
        const faceOfSample = capture.elements.slice(first, end).map((element) => element - firstElement);
        const weights = capture.barycentrics.slice(2 * first, 2 * end);
        for (const [s, face] of faceOfSample.entries()) {
            if (elements.isReversed(face % elementCount)) {
                weights.subarray(2 * s, 2 * s + 2).reverse();
            }
        }
        return {
            corners,
            frames: Float32Array.from(framesOf(items).flat()),
            neighbors,
            leafOfFace: leafOfElement.slice(firstElement, endElement),
            faceOfSample,
            weights,
            firstLeaf: first,
            spacing,
        };
    }
}

function groupFaces(items: readonly ContentItem[]): ContentItem[][] {
    const groups = new Map<AbstractMesh, ContentItem[]>();
    for (const item of items) {
        if (item.kind === "faces") {
            const group = groups.get(item.mesh);
            if (group) {
                group.push(item);
            } else {
                groups.set(item.mesh, [item]);
            }
        }
    }
    return [...groups.values()];
}

/** Returns the linear part of each item's world matrix, nine numbers, row by row. */
function framesOf(items: readonly ContentItem[]): number[][] {
    const { mesh } = items[0];
    const world = mesh.computeWorldMatrix(true);
    const matrices = mesh.hasThinInstances
        ? (mesh as Mesh).thinInstanceGetWorldMatrices().map((matrix) => matrix.multiply(world))
        : [world];
    return items.map((_, i) => {
        const { m } = matrices[i];
        return [m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]];
    });
}

/** Returns the area of faces after a linear transform. */
function areaOf(corners: Float32Array, frame: readonly number[]): number {
    const edge = [0, 0, 0, 0, 0, 0];
    let area = 0;
    for (let p = 0; p < corners.length; p += 9) {
        for (let e = 0; e < 2; e++) {
            const x = corners[p + 3 + 3 * e] - corners[p];
            const y = corners[p + 4 + 3 * e] - corners[p + 1];
            const z = corners[p + 5 + 3 * e] - corners[p + 2];
            for (let axis = 0; axis < 3; axis++) {
                edge[3 * e + axis] = x * frame[axis] + y * frame[3 + axis] + z * frame[6 + axis];
            }
        }
        const [ax, ay, az, bx, by, bz] = edge;
        area += Math.hypot(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx) / 2;
    }
    return area;
}

/** Returns the first index of an ascending array whose value is not below `value`. */
function lowerBound(values: Uint32Array, value: number): number {
    let low = 0;
    let high = values.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (values[middle] < value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}
