/** A texture of a material, with the part of it that is shown. */
export interface MtlTexture {
    readonly file: string;
    readonly scale: readonly [number, number];
    readonly offset: readonly [number, number];
    readonly isClamped: boolean;
    /** The strength of a bump map. */
    readonly strength: number;
}

/** A material of an MTL file. */
export interface MtlMaterial {
    /** sRGB, 0..1. */
    readonly diffuse: readonly [number, number, number];
    readonly emissive: readonly [number, number, number];
    /** 0..1 */
    readonly opacity: number;
    readonly diffuseTexture: MtlTexture | null;
    readonly emissiveTexture: MtlTexture | null;
    readonly opacityTexture: MtlTexture | null;
    readonly bumpTexture: MtlTexture | null;
}

const DEFAULT_MATERIAL: MtlMaterial = {
    diffuse: [0.8, 0.8, 0.8],
    emissive: [0, 0, 0],
    opacity: 1,
    diffuseTexture: null,
    emissiveTexture: null,
    opacityTexture: null,
    bumpTexture: null,
};

/** Options of textures that take numbers, up to three, and those that take one word. */
const NUMBER_OPTIONS = ["-o", "-s", "-t", "-mm", "-bm", "-boost", "-texres"];
const WORD_OPTIONS = ["-blendu", "-blendv", "-cc", "-clamp", "-imfchan", "-type"];
/** The most materials of a file; more are ignored. */
const MAX_MATERIALS = 10_000;

/** Reads the materials of an MTL file by name. Lines that are not understood are ignored, as other readers do. */
export function ReadMtl(bytes: Uint8Array): Map<string, MtlMaterial> {
    const materials = new Map<string, MtlMaterial>();
    let name: string | null = null;
    for (const line of decodeText(bytes).split(/[\r\n]+/)) {
        const [, key = "", value = ""] = /^\s*(\S+)\s*(.*?)\s*$/.exec(line) ?? [];
        if (key.toLowerCase() === "newmtl") {
            name = materials.size < MAX_MATERIALS ? value : null;
            if (name !== null && !materials.has(name)) {
                materials.set(name, DEFAULT_MATERIAL);
            }
        } else if (name !== null) {
            materials.set(name, { ...materials.get(name)!, ...readProperty(key.toLowerCase(), value) });
        }
    }
    return materials;
}

/** Texts are in UTF-8 or, from old programs, in the code page of Western Windows. */
function decodeText(bytes: Uint8Array): string {
    try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
        return new TextDecoder("windows-1252").decode(bytes);
    }
}

function readProperty(key: string, value: string): Partial<MtlMaterial> {
    switch (key) {
        case "kd":
            return optional("diffuse", readColor(value));
        case "ke":
            return optional("emissive", readColor(value));
        case "d":
            return optional("opacity", readShare(value.replace(/^-halo\s+/, "")));
        case "tr": {
            const transparency = readShare(value);
            return optional("opacity", transparency === null ? null : 1 - transparency);
        }
        case "map_kd":
            return { diffuseTexture: readTexture(value) };
        case "map_ke":
            return { emissiveTexture: readTexture(value) };
        case "map_d":
            return { opacityTexture: readTexture(value) };
        case "bump":
        case "map_bump":
        case "norm":
            return { bumpTexture: readTexture(value) };
        default:
            return {};
    }
}

function optional<K extends keyof MtlMaterial>(key: K, value: MtlMaterial[K] | null): Partial<MtlMaterial> {
    return value === null ? {} : { [key]: value };
}

function readColor(value: string): [number, number, number] | null {
    const [r, g = r, b = r] = value.split(/\s+/).map(Number);
    return [r, g, b].every(Number.isFinite) ? [r, g, b] : null;
}

function readShare(value: string): number | null {
    const share = Number.parseFloat(value);
    return Number.isFinite(share) ? Math.min(Math.max(share, 0), 1) : null;
}

/** Reads options and the name of a file, which may contain blanks. */
function readTexture(value: string): MtlTexture | null {
    let rest = value;
    let scale: [number, number] = [1, 1];
    let offset: [number, number] = [0, 0];
    let isClamped = false;
    let strength = 1;
    for (;;) {
        const [, option = ""] = /^(-\w+)\s+/.exec(rest) ?? [];
        const isWord = WORD_OPTIONS.includes(option);
        if (!isWord && !NUMBER_OPTIONS.includes(option)) {
            break;
        }
        rest = rest.slice(option.length).trimStart();
        const pattern = isWord ? /^\S+\s*/ : /^(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s+){0,3}/i;
        const [matched] = pattern.exec(rest) ?? [""];
        rest = rest.slice(matched.length);
        const [u = 0, v] = matched.split(/\s+/).filter(Boolean).map(Number);
        if (option === "-s") {
            scale = [u, v ?? 1];
        } else if (option === "-o") {
            offset = [u, v ?? 0];
        } else if (option === "-clamp") {
            isClamped = /^on\b/i.test(matched);
        } else if (option === "-bm") {
            strength = u;
        }
    }
    const file = rest.replace(/^"(.*)"$/, "$1");
    return file === "" ? null : { file, scale, offset, isClamped, strength };
}
