import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import type { Scene } from "@babylonjs/core/scene";

/** A node of the model's tree. Ids count from 1 in the order of the tree (parents first); 0 is the background. */
export interface ModelNode {
    readonly id: number;
    readonly name: string;
    /** The parent; null at the root. */
    readonly parent: number | null;
    readonly children: readonly number[];
    /** The number of edges from the root. */
    readonly depth: number;
    /** The number of triangles of the node and its descendants. */
    readonly triangles: number;
}

/** Triangles of a model in world space (right-handed, z up), each with its leaf of the tree. */
export interface LabeledSurface {
    readonly nodes: readonly ModelNode[];
    /** [triangles, 3, 3] */
    readonly corners: Float64Array;
    /** [triangles, 3, 3] unit normals of the corners. */
    readonly normals: Float64Array;
    /** [triangles, 3, 3] linear RGB of the corners, 0..1. */
    readonly colors: Float64Array;
    /** [triangles] node ids. */
    readonly parts: Uint16Array;
    /** Row-major 4x4: model (y up) to world. */
    readonly modelToWorld: readonly (readonly number[])[];
}

/**
 * Extracts the triangles of a scene's single root node, rotated to z up, centered on the bounding box, and scaled so
 * that the farthest corner is at `radius` from the origin. Mesh nodes are the leaves; they need normals and vertex
 * colors.
 */
export function ExtractLabeledSurface(scene: Scene, radius: number): LabeledSurface {
    const nodes: ModelNode[] = [];
    const corners: number[] = [];
    const normals: number[] = [];
    const colors: number[] = [];
    const parts: number[] = [];
    const visit = (node: TransformNode, parent: number | null, depth: number): number => {
        const id = nodes.length + 1;
        const start = parts.length;
        nodes.push({ id, name: node.name, parent, children: [], depth, triangles: 0 });
        if (node instanceof Mesh) {
            const world = node.computeWorldMatrix(true);
            const positions = node.getVerticesData(VertexBuffer.PositionKind)!;
            const directions = node.getVerticesData(VertexBuffer.NormalKind)!;
            const paint = node.getVerticesData(VertexBuffer.ColorKind)!;
            const indices = node.getIndices()!;
            for (const i of indices) {
                const p = Vector3.TransformCoordinates(Vector3.FromArray(positions, i * 3), world);
                const n = Vector3.TransformNormal(Vector3.FromArray(directions, i * 3), world).normalize();
                corners.push(p.x, -p.z, p.y);
                normals.push(n.x, -n.z, n.y);
                colors.push(paint[i * 4], paint[i * 4 + 1], paint[i * 4 + 2]);
            }
            for (let i = 0; i < indices.length; i += 3) {
                parts.push(id);
            }
        }
        const ids = node.getChildTransformNodes(true).map((child) => visit(child, id, depth + 1));
        nodes[id - 1] = { ...nodes[id - 1], children: ids, triangles: parts.length - start };
        return id;
    };
    visit(scene.rootNodes[0] as TransformNode, null, 0);

    const low = [Infinity, Infinity, Infinity];
    const high = [-Infinity, -Infinity, -Infinity];
    corners.forEach((value, i) => {
        low[i % 3] = Math.min(low[i % 3], value);
        high[i % 3] = Math.max(high[i % 3], value);
    });
    const center = low.map((value, axis) => (value + high[axis]) / 2);
    let farthest = 0;
    for (let i = 0; i < corners.length; i += 3) {
        const d = Math.hypot(corners[i] - center[0], corners[i + 1] - center[1], corners[i + 2] - center[2]);
        farthest = Math.max(farthest, d);
    }
    const scale = radius / farthest;
    return {
        nodes,
        corners: Float64Array.from(corners, (value, i) => (value - center[i % 3]) * scale),
        normals: Float64Array.from(normals),
        colors: Float64Array.from(colors),
        parts: Uint16Array.from(parts),
        modelToWorld: [
            [scale, 0, 0, -center[0] * scale],
            [0, 0, -scale, -center[1] * scale],
            [0, scale, 0, -center[2] * scale],
            [0, 0, 0, 1],
        ],
    };
}

/** Returns for each id (0 = background) the id of its ancestor at `depth`, or the id itself if it is higher. */
export function AncestorsAt(nodes: readonly ModelNode[], depth: number): Uint16Array {
    const result = new Uint16Array(nodes.length + 1);
    for (const node of nodes) {
        result[node.id] = node.depth <= depth ? node.id : result[node.parent!];
    }
    return result;
}
