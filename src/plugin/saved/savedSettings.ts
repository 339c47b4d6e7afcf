import type { JsonNode } from "../../compute/base/jsonNode";
import type { Criterion, SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import type { LeafInterval } from "../parts/model/leafInterval";
import type { PartTransform } from "../parts/model/partTransform";
import { ReadInterval } from "./savedInterval";
import { ReadTransform } from "./savedTransform";
import type { UltrametricSegmentationOptions } from "./segmentationOptions";

/** The allowed values of options that are strings. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
    display: ["points", "meshes", "both"],
    colorMode: ["parts", "tint", "original"],
    palette: ["full", "colorBlindSafe"],
    upAxis: ["y", "z"],
};

/** The settings of a saved segmentation that an open one can take over. */
export interface SavedSettings extends Pick<UltrametricSegmentationOptions, "colorMode"> {
    /** 0..1 */
    readonly granularity: number;
    readonly criterion: Criterion;
    /** The transform that the leaves' points were given; null if they were not moved. */
    readonly transform: PartTransform | null;
}

/**
 * Reads the options of a saved segmentation.
 *
 * @param defaults the options to read, with the values that replace missing and invalid ones
 */
export function ReadOptions<T extends Partial<UltrametricSegmentationOptions>>(
    saved: JsonNode,
    defaults: Readonly<T>,
): T {
    const values = saved.at("options").value as Record<string, unknown>;
    return Object.fromEntries(
        Object.entries(defaults).map(([key, known]) => {
            const value = values?.[key];
            const fits = Array.isArray(known)
                ? Array.isArray(value) && value.length === known.length && value.every(Number.isFinite)
                : typeof value === typeof known && value !== null && !Number.isNaN(value);
            return [key, fits && (ALLOWED[key]?.includes(value as string) ?? true) ? value : known];
        }),
    ) as T;
}

/**
 * Reads the settings of a saved segmentation.
 *
 * @param hierarchy of the same file
 * @param defaults the values that replace missing and invalid ones
 * @throws UltrametricError "input" if they are damaged
 */
export function ReadSettings(
    saved: JsonNode,
    hierarchy: SegmentationHierarchy,
    { granularity, colorMode }: Pick<SavedSettings, "granularity" | "colorMode">,
): SavedSettings {
    const criterion = saved.at("criterion").string() as Criterion;
    if (!hierarchy.dendrograms.has(criterion)) {
        throw saved.at("criterion").error(`is "${criterion}"; it must be one of ${hierarchy.criteria.join(", ")}.`);
    }
    const options = ReadOptions(saved, { granularity, colorMode });
    return {
        ...options,
        granularity: Math.min(Math.max(options.granularity, 0), 1),
        criterion,
        transform: saved.has("place") ? ReadTransform(saved.at("place")) : null,
    };
}

/** Reads the selected intervals of a saved segmentation. @throws UltrametricError "input" if they are damaged */
export function ReadSelection(saved: JsonNode, leafCount: number): LeafInterval[] {
    const intervals = saved.has("selection") ? saved.at("selection").items() : []; // older files have none
    return intervals.map((interval) => ReadInterval(interval, 2, leafCount));
}
