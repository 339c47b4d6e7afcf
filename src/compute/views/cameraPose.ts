import { UltrametricError } from "../base/ultrametricError";

/** Largest deviation of a rotation from orthonormal: poses written with 4 digits pass, a scale or a shear does not. */
const TOLERANCE = 1e-3;

/**
 * Checks that a matrix is a rigid camera pose: a rotation without mirroring, and a translation.
 *
 * @param m 16 numbers, row-major 4x4, camera to world
 * @param owner name of what the pose belongs to, for messages
 * @throws UltrametricError "input" that names the defect
 */
export function CheckCameraPose(m: ArrayLike<number>, owner: string): void {
    for (let i = 0; i < 16; i++) {
        if (!Number.isFinite(m[i])) {
            throw wrongPose(owner, `element [${i >> 2}][${i & 3}] is ${String(m[i])}`);
        }
    }
    if (Math.max(Math.abs(m[12]), Math.abs(m[13]), Math.abs(m[14]), Math.abs(m[15] - 1)) > TOLERANCE) {
        throw wrongPose(owner, `its last row is [${[m[12], m[13], m[14], m[15]].join(", ")}] instead of [0, 0, 0, 1]`);
    }
    const lengths = [0, 1, 2].map((c) => Math.hypot(m[c], m[c + 4], m[c + 8]));
    const determinant =
        m[0] * (m[5] * m[10] - m[6] * m[9]) - m[1] * (m[4] * m[10] - m[6] * m[8]) + m[2] * (m[4] * m[9] - m[5] * m[8]);
    const volume = lengths[0] * lengths[1] * lengths[2];
    if (!(Math.abs(determinant) > 1e-6 * volume) || volume === 0) {
        throw wrongPose(owner, "its rotation is singular (its columns lie in one plane)");
    }
    if (lengths.some((length) => Math.abs(length - 1) > TOLERANCE)) {
        const text = lengths.map((length) => length.toPrecision(5)).join(", ");
        throw wrongPose(owner, `its columns have the lengths ${text} instead of 1; remove the scale from the poses`);
    }
    if (determinant < 0) {
        throw wrongPose(owner, "it mirrors (determinant -1); negate one column, as its axis convention requires");
    }
    for (const [a, b] of [
        [0, 1],
        [0, 2],
        [1, 2],
    ]) {
        const dot = m[a] * m[b] + m[a + 4] * m[b + 4] + m[a + 8] * m[b + 8];
        if (Math.abs(dot) > TOLERANCE) {
            throw wrongPose(
                owner,
                `its columns ${a} and ${b} are not at right angles (dot product ${dot.toPrecision(3)})`,
            );
        }
    }
}

function wrongPose(owner: string, problem: string): UltrametricError {
    return new UltrametricError(
        "input",
        `${owner} is not a camera pose: ${problem}. A pose is a camera-to-world matrix of rotation and translation, ` +
            "with OpenGL camera axes (x right, y up, looking along -z).",
    );
}
