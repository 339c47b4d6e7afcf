import type { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import { Texture } from "@babylonjs/core/Materials/Textures/texture";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import type { Scene } from "@babylonjs/core/scene";
import { type MtlMaterial, type MtlTexture, ReadMtl } from "../formats/models/mtlFile";
import type { ObjFile } from "../formats/models/objFile";
import type { ModelReading } from "./loadedModel";
import { CreateModelTextureAsync, CreateSurfaceMaterial } from "./modelMeshes";

/** The most names in a sentence. */
const MAX_NAMED = 5;

/** The materials of an OBJ file. */
export class ObjMaterials {
    private readonly _created = new Map<string, StandardMaterial>();
    private readonly _textures = new Map<string, Texture | null>();
    private readonly _missing = new Set<string>();
    private readonly _invisible = new Set<string>();

    private constructor(
        private readonly _materials: ReadonlyMap<string, MtlMaterial>,
        private readonly _reading: ModelReading,
        private readonly _scene: Scene,
    ) {}

    /** Reads the MTL files that an OBJ file names; those that are missing are told. */
    public static async ReadAsync(obj: ObjFile, reading: ModelReading, scene: Scene): Promise<ObjMaterials> {
        const { readFileAsync } = reading.options;
        const materials = new Map<string, MtlMaterial>();
        for (const library of obj.libraries) {
            // A line may name several files, or one with blanks. Renamed files have the name of the OBJ file.
            const names = [[library], library.split(/\s+/), [reading.name.replace(/\.obj$/i, ".mtl")]];
            let isFound = false;
            for (const group of readFileAsync ? names : []) {
                const files = await Promise.all(group.map((name) => readFileAsync!(name)));
                if (!files.includes(null)) {
                    for (const [name, material] of files.flatMap((bytes) => [...ReadMtl(bytes!)])) {
                        materials.set(name, material);
                    }
                    isFound = true;
                    break;
                }
            }
            if (!isFound) {
                const name = library.slice(0, 200);
                reading.leftOut.push(`The materials of ${name} are left out, because it is not among the files.`);
            }
        }
        return new ObjMaterials(materials, reading, scene);
    }

    /**
     * Creates a material, or returns the one with the same name.
     *
     * @param name the name in the file; empty for none
     * @param hasColors true if the vertices have colors
     * @param hasUvs true if the vertices have texture coordinates
     */
    public async createAsync(name: string, hasColors: boolean, hasUvs: boolean): Promise<StandardMaterial> {
        const key = JSON.stringify([name, hasColors, hasUvs]);
        const known = this._created.get(key);
        if (known) {
            return known;
        }
        const definition = this._materials.get(name);
        const created = CreateSurfaceMaterial(name || this._reading.name, hasColors, this._scene);
        this._created.set(key, created);
        if (definition) {
            await this._applyAsync(definition, created, hasUvs);
        } else if (name !== "" && this._materials.size > 0) {
            this._missing.add(name);
        }
        return created;
    }

    /** Tells which materials are in no file, and which are shown although they are fully transparent. */
    public tellMissing(): void {
        const sentences: [ReadonlySet<string>, string][] = [
            [this._missing, "in no file; their surfaces are gray"],
            [this._invisible, "fully transparent in the file; they are shown opaque"],
        ];
        for (const [names, problem] of sentences.filter(([names]) => names.size > 0)) {
            const shown = [...names].slice(0, MAX_NAMED).map((name) => name.slice(0, 60));
            const more = names.size > MAX_NAMED ? ` and ${names.size - MAX_NAMED} more` : "";
            this._reading.leftOut.push(`Materials that are ${problem}: ${shown.join(", ")}${more}.`);
        }
    }

    /** Disposes all materials and textures that were created. */
    public dispose(): void {
        for (const material of this._created.values()) {
            material.dispose();
        }
        for (const texture of this._textures.values()) {
            texture?.dispose();
        }
    }

    private async _applyAsync(from: MtlMaterial, to: StandardMaterial, hasUvs: boolean): Promise<void> {
        const textureOfAsync = async (texture: MtlTexture | null): Promise<Texture | null> =>
            texture && hasUvs ? this._textureAsync(texture) : null;
        to.diffuseTexture = await textureOfAsync(from.diffuseTexture);
        to.emissiveTexture = await textureOfAsync(from.emissiveTexture);
        to.opacityTexture = await textureOfAsync(from.opacityTexture);
        to.bumpTexture = await textureOfAsync(from.bumpTexture);
        // Writers that mean the texture alone leave the color black.
        const isBlack = from.diffuse.every((value) => value === 0) && to.diffuseTexture !== null;
        to.diffuseColor = isBlack ? Color3.White() : Color3.FromArray(from.diffuse);
        to.emissiveColor = Color3.FromArray(from.emissive);
        if (to.opacityTexture) {
            // The map is gray where it has no opacity of its own.
            to.opacityTexture.getAlphaFromRGB = true;
        }
        if (from.opacity > 0) {
            to.alpha = from.opacity;
        } else {
            this._invisible.add(to.name);
        }
    }

    private async _textureAsync(texture: MtlTexture): Promise<Texture | null> {
        const key = JSON.stringify(texture);
        let created = this._textures.get(key);
        if (created === undefined) {
            created = await CreateModelTextureAsync(this._reading, texture.file, this._scene);
            this._textures.set(key, created);
            if (created) {
                [created.uScale, created.vScale] = texture.scale;
                [created.uOffset, created.vOffset] = texture.offset;
                created.level = texture.strength;
                created.wrapU = created.wrapV = texture.isClamped
                    ? Texture.CLAMP_ADDRESSMODE
                    : Texture.WRAP_ADDRESSMODE;
            }
        }
        return created;
    }
}
