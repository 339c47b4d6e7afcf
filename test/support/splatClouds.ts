import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { Scene } from "@babylonjs/core/scene";
import { CreateRandom } from "../../src/compute/base/random";
import { HarmonicValues, type SplatCloud, type SplatFrame } from "../../src/compute/splats/splatCloud";
import { CreateSplatMeshAsync } from "../../src/plugin/models/createSplatMesh";
import { WriteSplatBytes } from "./splatBytes";
import { CreateSplatTable } from "./splatScene";

/** Creates the splats of a table, with random harmonics of a degree. */
export function CreateSplatCloud(count: number, harmonicDegree: number, frame: SplatFrame, seed = 7): SplatCloud {
    const random = CreateRandom(seed);
    const rows = WriteSplatBytes(CreateSplatTable(count, 1).splats);
    const harmonics = Uint8Array.from({ length: HarmonicValues(harmonicDegree) * count }, () => 256 * random());
    return { count, rows, harmonicDegree, harmonics, frame, isAntialiased: false };
}

/** Creates a mesh of splats, which stands as a loaded file does. */
export function CreateCloudMeshAsync(cloud: SplatCloud, scene: Scene): Promise<GaussianSplattingMesh> {
    const copy = { ...cloud, rows: cloud.rows.slice(), harmonics: cloud.harmonics.slice() };
    return CreateSplatMeshAsync(copy, scene, { name: "table" });
}

/** The largest differences of splats: centers, logarithms of sizes, and bytes of colors, rotations and harmonics. */
export interface SplatDifference {
    center: number;
    size: number;
    color: number;
    opacity: number;
    /** One minus the cosine of half the angle between the rotations. */
    rotation: number;
    harmonic: number;
}

/** Compares splats in the same order and frame. */
export function CompareSplats(a: SplatCloud, b: SplatCloud): SplatDifference {
    const worst = { center: 0, size: 0, color: 0, opacity: 0, rotation: 0, harmonic: 0 };
    const note = (key: keyof SplatDifference, difference: number): void => {
        worst[key] = Math.max(worst[key], Number.isNaN(difference) ? Infinity : Math.abs(difference));
    };
    const [floatsA, floatsB] = [a, b].map(({ rows }) => new Float32Array(rows.buffer));
    for (let i = 0; i < a.count; i++) {
        for (let axis = 0; axis < 3; axis++) {
            note("center", floatsA[8 * i + axis] - floatsB[8 * i + axis]);
            note("size", Math.log(floatsA[8 * i + 3 + axis] / floatsB[8 * i + 3 + axis]));
            note("color", a.rows[32 * i + 24 + axis] - b.rows[32 * i + 24 + axis]);
        }
        note("opacity", a.rows[32 * i + 27] - b.rows[32 * i + 27]);
        const [p, q] = [a, b].map(({ rows }) => [0, 1, 2, 3].map((c) => rows[32 * i + 28 + c] / 127.5 - 1));
        const dot = p.reduce((sum, value, c) => sum + value * q[c], 0);
        note("rotation", 1 - Math.abs(dot) / (Math.hypot(...p) * Math.hypot(...q))); // q and -q are the same
    }
    for (let k = 0; k < Math.max(a.harmonics.length, b.harmonics.length); k++) {
        note("harmonic", a.harmonics[k] - b.harmonics[k]);
    }
    return worst;
}
