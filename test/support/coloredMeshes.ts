import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { Scene } from "@babylonjs/core/scene";

/** Creates a material that shows one color whatever the light. */
export function CreateEmissiveMaterial(name: string, color: Color3, scene: Scene): StandardMaterial {
    const material = new StandardMaterial(name, scene);
    material.diffuseColor = material.specularColor = Color3.Black();
    material.emissiveColor = color;
    return material;
}

/** Creates a box of side 1 at (x, 0, 0) with a lit material of a color. */
export function CreateColoredBox(x: number, color: Color3, scene: Scene): Mesh {
    const box = CreateBox(`box ${x}`, { size: 1 }, scene);
    box.position.x = x;
    const material = new StandardMaterial(`material ${x}`, scene);
    material.diffuseColor = color;
    box.material = material;
    return box;
}
