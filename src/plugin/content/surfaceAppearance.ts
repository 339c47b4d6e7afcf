import type { Material } from "@babylonjs/core/Materials/material";
import type { OpenPBRMaterial } from "@babylonjs/core/Materials/PBR/openpbrMaterial";
import type { PBRMaterial } from "@babylonjs/core/Materials/PBR/pbrMaterial";
import type { PBRMetallicRoughnessMaterial } from "@babylonjs/core/Materials/PBR/pbrMetallicRoughnessMaterial";
import type { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import type { BaseTexture } from "@babylonjs/core/Materials/Textures/baseTexture";

/**
 * The unlit color of a surface: base x base texture x vertex color + emissive x emissive texture, all in linear space.
 */
export interface SurfaceAppearance {
    /** Linear RGB, 0..1. */
    readonly base: readonly [number, number, number];
    readonly baseTexture: BaseTexture | null;
    /** Linear RGB of the emitted light. */
    readonly emissive: readonly [number, number, number];
    readonly emissiveTexture: BaseTexture | null;
    /** True if vertex colors are linear (PBR) instead of sRGB. */
    readonly hasLinearVertexColors: boolean;
    /** True if lights have no effect. */
    readonly isUnlit: boolean;
    /** Opacity, 0..1. */
    readonly opacity: number;
    /** True if the base texture's alpha multiplies the opacity. */
    readonly usesTextureAlpha: boolean;
    /** Alpha test threshold: less opaque fragments are discarded; null without an alpha test. */
    readonly alphaCutOff: number | null;
}

/**
 * The appearance of a mesh without a material or with a material of an unknown class: white, with its vertex colors.
 */
export const DEFAULT_APPEARANCE: SurfaceAppearance = {
    base: [1, 1, 1],
    baseTexture: null,
    emissive: [0, 0, 0],
    emissiveTexture: null,
    hasLinearVertexColors: false,
    isUnlit: false,
    opacity: 1,
    usesTextureAlpha: false,
    alphaCutOff: null,
};

type Color = Pick<StandardMaterial["diffuseColor"], "r" | "g" | "b">;

/**
 * Reads the appearance that a material gives to a surface. Supports StandardMaterial, PBRMaterial (glTF's),
 * PBRMetallicRoughnessMaterial, PBRSpecularGlossinessMaterial and OpenPBRMaterial; other materials have the
 * {@link DEFAULT_APPEARANCE} with their opacity. Class names are compared, so that no material class is bundled.
 */
export function ReadSurfaceAppearance(material: Material | null): SurfaceAppearance {
    if (!material) {
        return DEFAULT_APPEARANCE;
    }
    switch (material.getClassName()) {
        case "StandardMaterial": {
            const { diffuseColor, emissiveColor, diffuseTexture, emissiveTexture, disableLighting, alphaCutOff } =
                material as StandardMaterial;
            // Texture and vertex colors multiply the emissive color, too.
            const base = [0, 1, 2].map((c) =>
                Math.min(1, (disableLighting ? 0 : channel(diffuseColor, c)) + channel(emissiveColor, c)),
            );
            return {
                ...alphaOf(material, diffuseTexture, alphaCutOff),
                base: [ToLinearSpace(base[0]), ToLinearSpace(base[1]), ToLinearSpace(base[2])],
                baseTexture: diffuseTexture,
                emissive: emissiveTexture ? [1, 1, 1] : [0, 0, 0],
                emissiveTexture,
                hasLinearVertexColors: false,
                isUnlit: disableLighting,
            };
        }
        case "PBRMaterial": {
            const m = material as PBRMaterial;
            return {
                ...alphaOf(m, m.albedoTexture, m.alphaCutOff),
                base: scaled(m.albedoColor, 1),
                baseTexture: m.albedoTexture,
                emissive: scaled(m.emissiveColor, m.unlit ? 0 : m.emissiveIntensity),
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
            return { ...DEFAULT_APPEARANCE, opacity: material.alpha };
    }
}

/** Converts sRGB 0..1 to linear space with the gamma of 2.2 that Babylon's shaders use. */
export function ToLinearSpace(value: number): number {
    return Math.max(value, 0) ** 2.2;
}

function alphaOf(
    material: Material,
    baseTexture: BaseTexture | null,
    alphaCutOff: number | null,
): Pick<SurfaceAppearance, "opacity" | "usesTextureAlpha" | "alphaCutOff"> {
    const isAlphaTested = material.needAlphaTesting();
    return {
        opacity: material.alpha,
        usesTextureAlpha: (isAlphaTested || material.needAlphaBlending()) && !!baseTexture?.hasAlpha,
        alphaCutOff: isAlphaTested ? alphaCutOff : null,
    };
}

function channel(color: Color, index: number): number {
    return index === 0 ? color.r : index === 1 ? color.g : color.b;
}

function scaled(color: Color | undefined, scale: number): [number, number, number] {
    return color ? [color.r * scale, color.g * scale, color.b * scale] : [1, 1, 1];
}
