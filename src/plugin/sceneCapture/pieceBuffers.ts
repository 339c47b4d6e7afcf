import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { DrawWrapper } from "@babylonjs/core/Materials/drawWrapper";
import { FaceNormals } from "../content/faceNormals";
import type { PieceBatch } from "./pieceBatches";
import { SceneViewShader } from "./sceneViewShader";

/** Vertex buffers by the attribute of the shader. */
export type PieceBuffers = Record<string, VertexBuffer>;

/** Creates the vertex buffers of faces or points, three vertices per element. */
export function CreatePieceBuffers(engine: WebGPUEngine, batch: PieceBatch): PieceBuffers {
    const { kind, positions, normals, colors, baseUvs, emissiveUvs, appearance, elementOfVertex } = batch;
    // A point is drawn as a triangle; instances of a single triangle would be much slower on some devices.
    const create = (attribute: string, data: Float32Array | null, size: number): PieceBuffers =>
        CreateBuffer(engine, attribute, data && kind === "points" ? tripled(data, size) : data, size);
    return {
        ...create("position", positions, 3),
        ...create("plane", kind === "faces" ? FaceNormals(positions) : null, 3),
        ...create("normal", SceneViewShader.IsLit(batch) ? normals : null, 3),
        ...create("color", colors, 4),
        ...create("uv", appearance.baseTexture ? baseUvs : null, 2),
        ...create("uv2", appearance.emissiveTexture ? emissiveUvs : null, 2),
        ...CreateBuffer(engine, "element", elementOfVertex, 1),
    };
}

/** Creates the vertex buffer of an attribute, [n, size]; none without data. */
export function CreateBuffer(
    engine: WebGPUEngine,
    attribute: string,
    data: Float32Array | null,
    size: number,
): PieceBuffers {
    if (data === null) {
        return {};
    }
    const label = `scene view ${attribute}`;
    return { [attribute]: new VertexBuffer(engine, data, attribute, { updatable: false, stride: size, size, label }) };
}

/** Releases vertex buffers and the draw states that used them, but not the shared effects. */
export function DisposeDraw(buffers: PieceBuffers, ...wrappers: DrawWrapper[]): void {
    for (const buffer of Object.values(buffers)) {
        buffer.dispose();
    }
    for (const wrapper of wrappers) {
        wrapper.drawContext?.dispose();
    }
}

/** Repeats each element [n, size] three times. */
function tripled(data: Float32Array, size: number): Float32Array {
    const all = new Float32Array(3 * data.length);
    for (let from = 0, to = 0; from < data.length; from += size) {
        for (let copy = 0; copy < 3; copy++) {
            for (let i = 0; i < size; i++) {
                all[to++] = data[from + i];
            }
        }
    }
    return all;
}
