import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import { SubMesh } from "@babylonjs/core/Meshes/subMesh";
import { FitRigidMotion, type RigidMotion } from "../../../compute/algorithms/rigidFit";
import { IsSplatMesh } from "../../content/splatData";
import { IsComposed } from "./composedMatrix";

/** The largest difference of two vertices, as a share of the mesh's size, and of values such as texture coordinates. */
const TOLERANCE = 1e-4;
/** The number of numbers of a vertex that turn with it; the fourth one of a tangent is a sign. */
const DIRECTIONS: ReadonlyMap<string, number> = new Map([
    [VertexBuffer.NormalKind, 3],
    [VertexBuffer.TangentKind, 4],
]);

/**
 * Makes meshes that are copies of each other instances: they share their vertex data, in memory and in files, and
 * differ in their transform. Copies have the same faces and the same vertices up to a rotation and a shift. They stay
 * meshes of their own, each with its material, and each can be disposed. Splats, points and skinned meshes stay as they
 * are, and so do mirror images.
 *
 * @returns the number of meshes that took the vertex data of another one
 */
export function ShareCopies(meshes: readonly Mesh[]): number {
    const originals: Mesh[] = [];
    let shared = 0;
    for (const mesh of meshes) {
        if (IsSplatMesh(mesh) || mesh.skeleton || mesh.morphTargetManager || !mesh.geometry || !mesh.getIndices()) {
            continue;
        }
        if (originals.some((original) => original.geometry === mesh.geometry || share(original, mesh))) {
            shared++;
        } else {
            originals.push(mesh);
        }
    }
    return shared;
}

/** Gives a mesh the vertex data of another one, if it is a copy. @returns true if it is one */
function share(original: Mesh, copy: Mesh): boolean {
    if (!hasSameFaces(original, copy)) {
        return false;
    }
    const motion = motionOf(original, copy);
    if (!motion) {
        return false;
    }
    const [r, t] = [motion.rotation, motion.translation];
    // Babylon's vectors are rows.
    const local = Matrix.FromValues(
        ...([r[0], r[3], r[6], 0, r[1], r[4], r[7], 0, r[2], r[5], r[8], 0, t[0], t[1], t[2], 1] as const),
    ).multiply(copy.computeWorldMatrix(true).multiply(Matrix.Invert(copy.parent!.computeWorldMatrix(true))));
    if (!IsComposed(local)) {
        return false; // a rotation below an uneven scaling
    }
    const groups = original.subMeshes.map(({ materialIndex, indexStart, indexCount }) => {
        return { materialIndex, indexStart, indexCount };
    });
    original.geometry!.applyToMesh(copy);
    copy.releaseSubMeshes();
    for (const { materialIndex, indexStart, indexCount } of groups) {
        new SubMesh(materialIndex, 0, original.getTotalVertices(), indexStart, indexCount, copy);
    }
    local.decomposeToTransformNode(copy);
    copy.computeWorldMatrix(true);
    return true;
}

function hasSameFaces(a: Mesh, b: Mesh): boolean {
    const [first, second] = [a.getIndices()!, b.getIndices()!];
    const kinds = a.getVerticesDataKinds();
    return (
        first.length === second.length &&
        a.getTotalVertices() === b.getTotalVertices() &&
        kinds.length === b.getVerticesDataKinds().length &&
        kinds.every((kind) => b.isVerticesDataPresent(kind)) &&
        a.overrideRenderingFillMode === b.overrideRenderingFillMode &&
        a.sideOrientation === b.sideOrientation &&
        a.subMeshes.length === b.subMeshes.length &&
        a.subMeshes.every(({ materialIndex, indexStart }, i) => {
            return materialIndex === b.subMeshes[i].materialIndex && indexStart === b.subMeshes[i].indexStart;
        }) &&
        // Typed arrays and arrays have it, but not their union.
        Array.prototype.every.call(first, (index: number, i: number) => index === second[i])
    );
}

/** Returns the motion of a mesh's vertices onto those of its copy; null if it is none. */
function motionOf(original: Mesh, copy: Mesh): RigidMotion | null {
    const from = original.getVerticesData(VertexBuffer.PositionKind);
    const to = copy.getVerticesData(VertexBuffer.PositionKind);
    if (!from || !to || from.length === 0) {
        return null;
    }
    const motion = isNear(from, to, 0) ? IDENTITY : FitRigidMotion(from, to, false);
    const { minimum, maximum } = original.getBoundingInfo();
    const size = maximum.subtract(minimum).length();
    if (!isNear(turn(from, motion, 3), to, TOLERANCE * size)) {
        return null;
    }
    const isSame = original.getVerticesDataKinds().every((kind) => {
        if (kind === VertexBuffer.PositionKind) {
            return true;
        }
        const [a, b] = [original.getVerticesData(kind), copy.getVerticesData(kind)];
        const stride = DIRECTIONS.get(kind);
        const turned = a && stride ? turn(a, { ...motion, translation: new Float64Array(3) }, stride) : a;
        // Normals are often stored with few bits.
        return turned && b && isNear(turned, b, stride ? 100 * TOLERANCE : TOLERANCE);
    });
    return isSame ? motion : null;
}

const IDENTITY: RigidMotion = {
    rotation: Float64Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1]),
    translation: new Float64Array(3),
};

function isNear(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): boolean {
    if (a.length !== b.length) {
        return false;
    }
    for (let i = 0; i < a.length; i++) {
        if (!(Math.abs(a[i] - b[i]) <= tolerance)) {
            return false;
        }
    }
    return true;
}

/** Moves vectors of a buffer with some numbers for each. */
function turn(data: ArrayLike<number>, { rotation: r, translation: t }: RigidMotion, stride: number): Float32Array {
    const moved = Float32Array.from(data);
    for (let p = 0; p < data.length; p += stride) {
        const [x, y, z] = [data[p], data[p + 1], data[p + 2]];
        moved[p] = r[0] * x + r[1] * y + r[2] * z + t[0];
        moved[p + 1] = r[3] * x + r[4] * y + r[5] * z + t[1];
        moved[p + 2] = r[6] * x + r[7] * y + r[8] * z + t[2];
    }
    return moved;
}
