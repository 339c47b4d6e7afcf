import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";

/** The vertex buffers that bind vertices to the bones of a skeleton. */
export const SKIN_KINDS: readonly string[] = [
    VertexBuffer.MatricesIndicesKind,
    VertexBuffer.MatricesIndicesExtraKind,
    VertexBuffer.MatricesWeightsKind,
    VertexBuffer.MatricesWeightsExtraKind,
];

/** The vertex buffers that a copy of a mesh keeps, without {@link SKIN_KINDS} and buffers of custom kinds. */
export const VERTEX_KINDS: readonly string[] = [
    VertexBuffer.PositionKind,
    VertexBuffer.NormalKind,
    VertexBuffer.TangentKind,
    ...[VertexBuffer.UVKind, VertexBuffer.UV2Kind, VertexBuffer.UV3Kind],
    ...[VertexBuffer.UV4Kind, VertexBuffer.UV5Kind, VertexBuffer.UV6Kind],
    VertexBuffer.ColorKind,
];

/**
 * Transforms positions, normals and tangents; returns other kinds unchanged.
 *
 * @param values [vertices, size]
 * @param transform may scale unevenly and mirror
 */
export function TransformVertices(
    kind: string,
    values: ArrayLike<number>,
    size: number,
    transform: Matrix,
): ArrayLike<number> {
    const isPosition = kind === VertexBuffer.PositionKind;
    if (!isPosition && kind !== VertexBuffer.NormalKind && kind !== VertexBuffer.TangentKind) {
        return values;
    }
    const m = kind === VertexBuffer.NormalKind ? Matrix.Invert(transform).transpose().m : transform.m;
    const handedness = transform.determinant() < 0 ? -1 : 1;
    const transformed = new Float32Array(values.length);
    for (let v = 0; v < values.length; v += size) {
        const [x, y, z] = [values[v], values[v + 1], values[v + 2]];
        const to = [0, 1, 2].map((c) => x * m[c] + y * m[4 + c] + z * m[8 + c] + (isPosition ? m[12 + c] : 0));
        const length = isPosition ? 1 : Math.hypot(to[0], to[1], to[2]) || 1;
        for (let c = 0; c < 3; c++) {
            transformed[v + c] = to[c] / length;
        }
        if (size === 4) {
            transformed[v + 3] = handedness * values[v + 3];
        }
    }
    return transformed;
}

/**
 * Multiplies vertex colors by the instance color of a mesh: a copy has no instance buffer to keep that color in.
 *
 * @param colors [vertices, size] colors of the vertices; null where they have none
 * @returns null for a mesh without an instance color
 */
export function TintVertexColors(
    mesh: AbstractMesh,
    colors: { readonly data: ArrayLike<number>; readonly size: number } | null,
    vertexCount: number,
): { readonly data: Float32Array; readonly size: number } | null {
    const tint = (mesh.instancedBuffers as { color?: { r: number; g: number; b: number; a?: number } } | undefined)
        ?.color;
    if (!tint) {
        return null;
    }
    const size = colors?.size ?? 4;
    const factors = [tint.r, tint.g, tint.b, tint.a ?? 1];
    const data = Float32Array.from(
        { length: size * vertexCount },
        (_, i) => (colors?.data[i] ?? 1) * factors[i % size],
    );
    return { data, size };
}
