import type { JsonNode } from "../../../compute/base/jsonNode";
import { HarmonicValues, MAX_HARMONIC_DEGREE, SH_C0, ToByte } from "../../../compute/splats/splatCloud";

/** Entries of a table that bytes refer to. */
const ENTRIES = 256;

/** The content of a SOG's meta.json: files, and tables from stored bytes to values. */
export interface SogMeta {
    readonly count: number;
    readonly isAntialiased: boolean;
    readonly means: { readonly low: string; readonly high: string; readonly ranges: readonly (readonly number[])[] };
    /** Standard deviations of each axis by byte. */
    readonly scales: { readonly file: string; readonly tables: readonly Float32Array[] };
    readonly rotations: string;
    /** Bytes of sRGB and opacity by byte. */
    readonly colors: { readonly file: string; readonly tables: readonly Uint8Array[] };
    /** Null without harmonics. */
    readonly harmonics: {
        readonly degree: number;
        readonly centroids: string;
        readonly labels: string;
        /** Bytes 127.5 (value + 1) by byte. */
        readonly table: Uint8Array;
    } | null;
}

/** Returns true if a JSON file describes a SOG. */
export function IsSogMeta(meta: JsonNode): boolean {
    return ["means", "scales", "quats", "sh0"].every((key) => meta.has(key));
}

/** Reads the meta.json of a SOG of version 1 or 2. @throws UltrametricError "input" that names the wrong value */
export function ReadSogMeta(meta: JsonNode): SogMeta {
    const version = meta.has("version") ? meta.at("version").number() : 1;
    if (version !== 1 && version !== 2) {
        throw meta.at("version").error(`is ${version}; SOG files of versions 1 and 2 can be read.`);
    }
    const count = meta.has("count") ? meta.at("count") : meta.at("means").at("shape").items()[0];
    if (!Number.isSafeInteger(count?.number()) || count.number() < 1) {
        throw meta.error("does not state a number of splats.");
    }
    const [low, high] = fileNames(meta.at("means"), 2);
    const [scaleFile] = fileNames(meta.at("scales"), 1);
    const [rotations] = fileNames(meta.at("quats"), 1);
    const [colorFile] = fileNames(meta.at("sh0"), 1);
    const scaleTables = tables(meta.at("scales"), 3).map((table) => Float32Array.from(table, Math.exp));
    const colorTables = tables(meta.at("sh0"), version === 1 ? 4 : 3).map((table, channel) =>
        Uint8Array.from(table, (value) =>
            ToByte(255 * (channel < 3 ? 0.5 + SH_C0 * value : 1 / (1 + Math.exp(-value)))),
        ),
    );
    if (version === 2) {
        colorTables.push(Uint8Array.from({ length: ENTRIES }, (_, byte) => byte));
    }
    return {
        count: count.number(),
        isAntialiased: meta.has("antialias") && meta.at("antialias").value === true,
        means: { low, high, ranges: ranges(meta.at("means"), 3) },
        scales: { file: scaleFile, tables: scaleTables },
        rotations,
        colors: { file: colorFile, tables: colorTables },
        harmonics: meta.has("shN") ? readHarmonics(meta.at("shN")) : null,
    };
}

function readHarmonics(node: JsonNode): SogMeta["harmonics"] {
    const [centroids, labels] = fileNames(node, 2);
    const degree = node.has("bands")
        ? node.at("bands").number()
        : Math.sqrt(node.at("shape").items(2)[1].number() / 3 + 1) - 1;
    if (!Number.isInteger(degree) || degree < 1 || degree > MAX_HARMONIC_DEGREE) {
        throw node.error(`has ${HarmonicValues(degree) / 3} harmonics; there must be 3, 8, 15 or 24.`);
    }
    const [values] = tables(node, 1);
    return { degree, centroids, labels, table: Uint8Array.from(values, (value) => ToByte(127.5 * (1 + value))) };
}

/** Returns names of files without folders. */
function fileNames(node: JsonNode, count: number): string[] {
    return node
        .at("files")
        .items(count)
        .map((item) => {
            const name = item.string();
            if (!/^[^/\\:?#]+$/.test(name) || name.startsWith("..")) {
                throw item.error(`is ${JSON.stringify(name.slice(0, 40))}; it must be the name of a file beside it.`);
            }
            return name;
        });
}

/** Returns the value of each byte for each channel: a codebook for all, or a range each or for all. */
function tables(node: JsonNode, channels: number): number[][] {
    if (node.has("codebook")) {
        const codebook = node.at("codebook");
        const entries = codebook.items().map((item) => item.number());
        if (entries.length === 0 || entries.length > ENTRIES) {
            throw codebook.error(`has ${entries.length} entries; it must have 1 to ${ENTRIES}.`);
        }
        const all = Array.from({ length: ENTRIES }, (_, byte) => entries[Math.min(byte, entries.length - 1)]);
        return new Array<number[]>(channels).fill(all);
    }
    return ranges(node, channels).map(([low, high]) =>
        Array.from({ length: ENTRIES }, (_, byte) => low + ((high - low) * byte) / (ENTRIES - 1)),
    );
}

function ranges(node: JsonNode, channels: number): (readonly number[])[] {
    const [lows, highs] = ["mins", "maxs"].map((key) => {
        const values = node.at(key);
        return Array.isArray(values.value)
            ? values.items(channels).map((item) => item.number())
            : new Array<number>(channels).fill(values.number());
    });
    return lows.map((low, channel) => [low, highs[channel]]);
}
