import { Matrix, Quaternion, Vector3 } from "@babylonjs/core/Maths/math.vector";

/** Returns true if a matrix is a translation, rotation and scaling, without shear. */
export function IsComposed(matrix: Matrix): boolean {
    const scaling = new Vector3();
    const rotation = new Quaternion();
    const translation = new Vector3();
    if (!matrix.decompose(scaling, rotation, translation)) {
        return false;
    }
    const recomposed = Matrix.Compose(scaling, rotation, translation);
    const largest = Math.max(...matrix.asArray().map(Math.abs));
    return recomposed.asArray().every((value, i) => Math.abs(value - matrix.m[i]) <= 1e-5 * largest);
}
