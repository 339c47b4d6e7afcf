import type { Material } from "@babylonjs/core/Materials/material";
import type { ExtractedPart } from "../model/extractedPart";
import { EditBatch } from "./editBatch";
import { PropertyEdit } from "./propertyEdit";

/** Gives the meshes of an extracted part a material. */
export class MaterialEdit extends EditBatch {
    public constructor(part: ExtractedPart, material: Material) {
        super(
            "Set material",
            part.meshes.map((mesh) => new PropertyEdit("Set material", mesh, "material", material)),
        );
    }
}
