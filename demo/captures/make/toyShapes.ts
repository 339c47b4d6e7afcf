import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import { Quaternion, Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreateCapsule } from "@babylonjs/core/Meshes/Builders/capsuleBuilder";
import { CreateCylinder } from "@babylonjs/core/Meshes/Builders/cylinderBuilder";
import { CreateSphere } from "@babylonjs/core/Meshes/Builders/sphereBuilder";
import { CreateTube } from "@babylonjs/core/Meshes/Builders/tubeBuilder";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { VertexData } from "@babylonjs/core/Meshes/mesh.vertexData";
import type { Scene } from "@babylonjs/core/scene";

/** A point of an outline: x forward, y up. */
export type OutlinePoint = readonly [number, number];

/** Options of a slab. */
export interface SlabOptions {
    /** The length along z; the slab is centered on z = 0. */
    readonly width: number;
    /** The chamfer between sides and caps. */
    readonly bevel?: number;
    /** True for a closed outline (a belt, a ring): the last pair joins the first. */
    readonly closed?: boolean;
}

/** The cosine of the angle up to which neighboring sides are shaded as one curved surface. */
const SMOOTH_COSINE = 0.75;

/**
 * Extrudes a ribbon of outline pairs along z. Pair i is `lower[i]`, `upper[i]`; the caps are the quads between
 * neighboring pairs, so the outline may be concave (a boom, an arc) without a triangulation.
 */
export function CreateSlab(
    name: string,
    lower: readonly OutlinePoint[],
    upper: readonly OutlinePoint[],
    options: SlabOptions,
    scene: Scene,
): Mesh {
    const bevel = options.bevel ?? 0;
    const half = options.width / 2;
    const count = lower.length;
    const positions: number[] = [];
    const normals: number[] = [];
    const indices: number[] = [];
    const addQuad = (corners: number[][], cornerNormals: number[][]): void => {
        const first = positions.length / 3;
        for (let i = 0; i < 4; i++) {
            positions.push(...corners[i]);
            normals.push(...cornerNormals[i]);
        }
        indices.push(first, first + 1, first + 2, first, first + 2, first + 3);
    };

    const loops = options.closed ? [[...lower], [...upper].reverse()] : [[...lower, ...[...upper].reverse()]];
    const insetOf = new Map<OutlinePoint, OutlinePoint>();
    // With a counterclockwise outline the normals of all loops point outward.
    const turn = Math.sign(loops.reduce((sum, loop) => sum + signedArea(loop), 0)) || 1;
    for (const loop of loops) {
        const n = loop.length;
        const edgeNormals = loop.map((p, i): OutlinePoint => {
            const q = loop[(i + 1) % n];
            const length = Math.hypot(q[0] - p[0], q[1] - p[1]);
            return [(turn * (q[1] - p[1])) / length, (-turn * (q[0] - p[0])) / length];
        });
        loop.forEach((p, i) => {
            const a = edgeNormals[(i + n - 1) % n];
            const b = edgeNormals[i];
            const scale = bevel / Math.max(1 + a[0] * b[0] + a[1] * b[1], 0.3);
            insetOf.set(p, [p[0] - scale * (a[0] + b[0]), p[1] - scale * (a[1] + b[1])]);
        });
        for (let i = 0; i < n; i++) {
            const p = loop[i];
            const q = loop[(i + 1) % n];
            const own = edgeNormals[i];
            const normalAt = (other: OutlinePoint): OutlinePoint => {
                const smooth = own[0] * other[0] + own[1] * other[1] > SMOOTH_COSINE;
                const sum: OutlinePoint = smooth ? [own[0] + other[0], own[1] + other[1]] : own;
                const length = Math.hypot(sum[0], sum[1]);
                return [sum[0] / length, sum[1] / length];
            };
            const np = normalAt(edgeNormals[(i + n - 1) % n]);
            const nq = normalAt(edgeNormals[(i + 1) % n]);
            const z = half - bevel;
            addQuad(
                [
                    [p[0], p[1], -z],
                    [q[0], q[1], -z],
                    [q[0], q[1], z],
                    [p[0], p[1], z],
                ],
                [
                    [np[0], np[1], 0],
                    [nq[0], nq[1], 0],
                    [nq[0], nq[1], 0],
                    [np[0], np[1], 0],
                ],
            );
            for (const side of bevel > 0 ? [-1, 1] : []) {
                const pi = insetOf.get(p)!;
                const qi = insetOf.get(q)!;
                const slant = Math.SQRT1_2;
                addQuad(
                    [
                        [p[0], p[1], side * z],
                        [q[0], q[1], side * z],
                        [qi[0], qi[1], side * half],
                        [pi[0], pi[1], side * half],
                    ],
                    [
                        [np[0] * slant, np[1] * slant, side * slant],
                        [nq[0] * slant, nq[1] * slant, side * slant],
                        [nq[0] * slant, nq[1] * slant, side * slant],
                        [np[0] * slant, np[1] * slant, side * slant],
                    ],
                );
            }
        }
    }
    for (let i = 0; i + 1 < count + (options.closed ? 1 : 0); i++) {
        const j = (i + 1) % count;
        const corners = [lower[i], lower[j], upper[j], upper[i]].map((p) => insetOf.get(p)!);
        for (const side of [-1, 1]) {
            addQuad(
                corners.map((p) => [p[0], p[1], side * half]),
                corners.map(() => [0, 0, side]),
            );
        }
    }
    const data = new VertexData();
    data.positions = positions;
    data.normals = normals;
    data.indices = indices;
    const mesh = new Mesh(name, scene);
    data.applyToMesh(mesh);
    return mesh;
}

/** Creates a box with rounded edges along z and chamfered edges around the caps; size along x, y, z. */
export function CreateBevelledBox(
    name: string,
    size: readonly [number, number, number],
    radius: number,
    scene: Scene,
): Mesh {
    const [x, y] = [size[0] / 2 - radius, size[1] / 2 - radius];
    const lower: OutlinePoint[] = [];
    const upper: OutlinePoint[] = [];
    const steps = 3;
    for (let i = 0; i <= 2 * steps + 1; i++) {
        const left = i <= steps;
        const angle = ((left ? i : i - 1) / steps) * (Math.PI / 2);
        const px = (left ? -x : x) - radius * Math.cos(angle);
        const py = y + radius * Math.sin(angle);
        lower.push([px, -py]);
        upper.push([px, py]);
    }
    return CreateSlab(name, lower, upper, { width: size[2], bevel: radius * 0.7 }, scene);
}

/** Creates a round rod between two points. */
export function CreateRod(name: string, from: Vector3, to: Vector3, diameter: number, scene: Scene): Mesh {
    const mesh = CreateCylinder(name, { height: Vector3.Distance(from, to), diameter, tessellation: 24 }, scene);
    return span(mesh, from, to);
}

/** Creates a rod with round ends: an arm, a leg, a finger. */
export function CreateLimb(name: string, from: Vector3, to: Vector3, radius: number, scene: Scene): Mesh {
    const height = Vector3.Distance(from, to) + 2 * radius;
    return span(CreateCapsule(name, { height, radius, tessellation: 16, capSubdivisions: 6 }, scene), from, to);
}

/** Creates a round bar along points. */
export function CreateRail(name: string, path: readonly Vector3[], radius: number, scene: Scene): Mesh {
    return CreateTube(name, { path: [...path], radius, tessellation: 12, cap: Mesh.CAP_ALL }, scene);
}

/** Creates an ellipsoid with three diameters. */
export function CreateBall(name: string, diameters: readonly [number, number, number], scene: Scene): Mesh {
    const [diameterX, diameterY, diameterZ] = diameters;
    return CreateSphere(name, { diameterX, diameterY, diameterZ, segments: 12 }, scene);
}

/** Moves a mesh to (x, y, z) and returns it. */
export function At<T extends Mesh>(mesh: T, x: number, y: number, z: number): T {
    mesh.position.set(x, y, z);
    return mesh;
}

/** Paints a mesh in one color (sRGB hex), as linear vertex colors, which survive merging. */
export function Paint(mesh: Mesh, hex: string): Mesh {
    const color = Color3.FromHexString(hex).toLinearSpace();
    const count = mesh.getTotalVertices();
    const colors = new Float32Array(count * 4);
    for (let i = 0; i < count; i++) {
        colors.set([color.r, color.g, color.b, 1], i * 4);
    }
    mesh.setVerticesData(VertexBuffer.ColorKind, colors);
    // Only some builders create texture coordinates, and meshes with different attributes cannot be merged.
    mesh.removeVerticesData(VertexBuffer.UVKind);
    return mesh;
}

function span(mesh: Mesh, from: Vector3, to: Vector3): Mesh {
    const direction = to.subtract(from).normalize();
    mesh.position = from.add(to).scale(0.5);
    mesh.rotationQuaternion = Quaternion.FromUnitVectorsToRef(Vector3.UpReadOnly, direction, new Quaternion());
    return mesh;
}

function signedArea(loop: readonly OutlinePoint[]): number {
    return loop.reduce((sum, p, i) => {
        const q = loop[(i + 1) % loop.length];
        return sum + p[0] * q[1] - q[0] * p[1];
    }, 0);
}
