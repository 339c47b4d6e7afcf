import { PBRMaterial } from "@babylonjs/core/Materials/PBR/pbrMaterial";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { CreateCylinder } from "@babylonjs/core/Meshes/Builders/cylinderBuilder";
import { CreateSphere } from "@babylonjs/core/Meshes/Builders/sphereBuilder";
import { CreateTorus } from "@babylonjs/core/Meshes/Builders/torusBuilder";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import { Scene } from "@babylonjs/core/scene";
import { GLTF2Export } from "@babylonjs/serializers/glTF/2.0/index";
import { CreateRandom } from "../../src/compute/base/random";
import { CreateDendrogram, type Dendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { type Criterion, SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";

/** Creates a GLB of balls, rings, pillars and a board: 28 meshes of six materials, 100,000 triangles. */
export async function CreateModelAsync(from: Scene): Promise<{ glb: Uint8Array<ArrayBuffer>; triangles: number }> {
    const scene = new Scene(from.getEngine());
    const materials = ["#c0392b", "#2980b9", "#27ae60", "#f1c40f", "#8e44ad", "#95a5a6"].map((color, m) => {
        const material = new PBRMaterial(`paint ${m}`, scene);
        material.albedoColor = Color3.FromHexString(color).toLinearSpace();
        material.metallic = 0.1;
        material.roughness = 0.7;
        return material;
    });
    const meshes: Mesh[] = [];
    const put = (mesh: Mesh, x: number, y: number, z: number): void => {
        mesh.position.set(x, y, z);
        mesh.material = materials[meshes.length % materials.length];
        meshes.push(mesh);
    };
    for (let i = 0; i < 9; i++) {
        const [x, z] = [1.4 * ((i % 3) - 1), 1.4 * (Math.floor(i / 3) - 1)];
        put(
            CreateCylinder(`pillar ${i}`, { diameter: 0.35, height: 0.8, tessellation: 64, subdivisions: 10 }, scene),
            x,
            0.5,
            z,
        );
        put(CreateSphere(`ball ${i}`, { diameter: 0.7, segments: 46 }, scene), x, 1.2, z);
        put(CreateTorus(`ring ${i}`, { diameter: 0.7, thickness: 0.12, tessellation: 32 }, scene), x, 0.75, z);
    }
    put(CreateBox("board", { width: 4.2, height: 0.2, depth: 4.2 }, scene), 0, 0, 0);
    const triangles = meshes.reduce((sum, mesh) => sum + mesh.getTotalIndices() / 3, 0);
    const { files } = await GLTF2Export.GLBAsync(scene, "model");
    const glb = new Uint8Array(await (files["model.glb"] as Blob).arrayBuffer());
    scene.dispose();
    return { glb, triangles };
}

/** Creates merges of the leaves one after the other in a random order. */
function createRandomDendrogram(count: number, random: () => number): Dendrogram {
    const first = new Uint32Array(count - 1);
    const second = new Uint32Array(count - 1);
    const heads = Uint32Array.from({ length: count }, (_, i) => i);
    for (let left = count, m = 0; left > 1; left--, m++) {
        const a = Math.floor(random() * left);
        [heads[a], heads[left - 1]] = [heads[left - 1], heads[a]];
        const b = Math.floor(random() * (left - 1));
        first[m] = heads[b];
        second[m] = heads[left - 1];
    }
    const height = Float64Array.from({ length: count - 1 }, (_, m) => m / count);
    return CreateDendrogram({ leafCount: count, first, second, height });
}

/** Creates random points with random merges, for two criteria. */
export function CreateCloudHierarchy(count: number, seed: number): SegmentationHierarchy {
    const random = CreateRandom(seed);
    const positions = Float32Array.from({ length: 3 * count }, () => 2 * random() - 1);
    const colors = Uint8Array.from({ length: 3 * count }, () => 256 * random());
    const dendrograms = new Map<Criterion, Dendrogram>([
        ["consensus", createRandomDendrogram(count, random)],
        ["volume", createRandomDendrogram(count, random)],
    ]);
    return new SegmentationHierarchy("cloud", positions, colors, dendrograms);
}
