import type { Material } from "@babylonjs/core/Materials/material";
import type { OpenPBRMaterial } from "@babylonjs/core/Materials/PBR/openpbrMaterial";
import type { PBRMaterial } from "@babylonjs/core/Materials/PBR/pbrMaterial";
import type { PBRMetallicRoughnessMaterial } from "@babylonjs/core/Materials/PBR/pbrMetallicRoughnessMaterial";
import type { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import type { BaseTexture } from "@babylonjs/core/Materials/Textures/baseTexture";

/** A surface's own color, apart from light: base x base texture x vertex color + emissive x emissive texture, all linear. */
export interface SurfaceLook {
    /** Linear RGB, 0..1. */
    readonly base: readonly [number, number, number];
    readonly baseTexture: BaseTexture | null;
    /** Linear RGB of the light that it sends out. */
    readonly emissive: readonly [number, number, number];
    readonly emissiveTexture: BaseTexture | null;
    /** Whether vertex colors are linear (PBR) instead of sRGB. */
    readonly hasLinearVertexColors: boolean;
    /** Whether light leaves it unchanged. */
    readonly isUnlit: boolean;
    readonly opacity: number;
    /** Whether the base texture's alpha counts. */
    readonly usesTextureAlpha: boolean;
    /** Below this opacity it is cut out; null where the material does not cut. */
    readonly cutOff: number | null;
}

/** The look of a mesh without a material, and of materials whose color is not known here: white, with its vertex colors. */
export const PLAIN_LOOK: SurfaceLook = {
    base: [1, 1, 1],
    baseTexture: null,
    emissive: [0, 0, 0],
    emissiveTexture: null,
    hasLinearVertexColors: false,
    isUnlit: false,
    opacity: 1,
    usesTextureAlpha: false,
    cutOff: null,
};

type Color = Pick<StandardMaterial["diffuseColor"], "r" | "g" | "b">;

/**
 * Reads what color a material gives to a surface. It knows StandardMaterial, PBRMaterial (glTF's), PBRMetallicRoughnessMaterial,
 * PBRSpecularGlossinessMaterial and OpenPBRMaterial by their class names, so that none of them has to be imported; others have the
 * {@link PLAIN_LOOK}.
 */
export function ReadSurfaceLook(material: Material | null): SurfaceLook {
    if (!material) {
        return PLAIN_LOOK;
    }
    switch (material.getClassName()) {
        case "StandardMaterial": {
            const { diffuseColor, emissiveColor, diffuseTexture, emissiveTexture, disableLighting, alphaCutOff } =
                material as StandardMaterial;
            // What it emits is colored by its texture and vertices, too.
            const base = [0, 1, 2].map((c) =>
                Math.min(1, (disableLighting ? 0 : channel(diffuseColor, c)) + channel(emissiveColor, c)),
            );
            return {
                ...alphaOf(material, diffuseTexture, alphaCutOff),
                base: [toLinear(base[0]), toLinear(base[1]), toLinear(base[2])],
                baseTexture: diffuseTexture,
                emissive: emissiveTexture ? [1, 1, 1] : [0, 0, 0],
                emissiveTexture: emissiveTexture,
                hasLinearVertexColors: false,
                isUnlit: disableLighting,
            };
        }
        case "PBRMaterial": {
            const m = material as PBRMaterial;
            const emissive = m.unlit ? 0 : m.emissiveIntensity;
            return {
                ...alphaOf(m, m.albedoTexture, m.alphaCutOff),
                base: scaled(m.albedoColor, 1),
                baseTexture: m.albedoTexture,
                emissive: scaled(m.emissiveColor, emissive),
                emissiveTexture: m.unlit ? null : m.emissiveTexture,
                hasLinearVertexColors: true,
                isUnlit: m.unlit,
            };
        }
        case "PBRMetallicRoughnessMaterial":
        case "PBRSpecularGlossinessMaterial": {
            const m = material as PBRMetallicRoughnessMaterial & { diffuseColor?: Color; diffuseTexture?: BaseTexture };
            const baseTexture = m.baseTexture ?? m.diffuseTexture ?? null;
            return {
                ...alphaOf(m, baseTexture, m.alphaCutOff),
                base: scaled(m.baseColor ?? m.diffuseColor, 1),
                baseTexture,
                emissive: scaled(m.emissiveColor, 1),
                emissiveTexture: m.emissiveTexture,
                hasLinearVertexColors: true,
                isUnlit: m.disableLighting,
            };
        }
        case "OpenPBRMaterial": {
            const m = material as OpenPBRMaterial;
            return {
                ...alphaOf(m, m.baseColorTexture, null),
                opacity: m.alpha * m.geometryOpacity,
                base: scaled(m.baseColor, 1),
                baseTexture: m.baseColorTexture,
                emissive: scaled(m.emissionColor, m.emissionLuminance),
                emissiveTexture: m.emissionColorTexture,
                hasLinearVertexColors: true,
                isUnlit: m.unlit,
            };
        }
        default:
            return { ...PLAIN_LOOK, opacity: material.alpha };
    }
}

/** sRGB 0..1 to linear, by the power that Babylon's shaders use. */
export function toLinear(value: number): number {
    return Math.max(value, 0) ** 2.2;
}

function alphaOf(
    material: Material,
    baseTexture: BaseTexture | null,
    alphaCutOff: number | null,
): Pick<SurfaceLook, "opacity" | "usesTextureAlpha" | "cutOff"> {
    const isCut = material.needAlphaTesting();
    return {
        opacity: material.alpha,
        usesTextureAlpha: (isCut || material.needAlphaBlending()) && !!baseTexture?.hasAlpha,
        cutOff: isCut ? alphaCutOff : null,
    };
}

function channel(color: Color, index: number): number {
    return index === 0 ? color.r : index === 1 ? color.g : color.b;
}

function scaled(color: Color | undefined, scale: number): [number, number, number] {
    return color ? [color.r * scale, color.g * scale, color.b * scale] : [1, 1, 1];
}
