import { Ciede2000, PackedToLab } from "../../compute/base/colorDifference";
import type { InsertedPart } from "../../compute/hierarchy/prompt/insertPart";
import { FIRST_HUE, MIN_DIFFERENCE, PaletteColors, type PartPalette } from "./partPalette";

/** The hue of an inserted part beside that of one like it, in degrees: the golden angle. */
const HUE_STEP = 137.508;

/**
 * Returns the colors of the parts of a dendrogram with an inserted part. All others keep their colors; the inserted one
 * differs from the part that it joins.
 *
 * @param before [n] the colors of the dendrogram before, see CreatePartStartColors
 */
export function CarryPartStartColors(
    before: Uint32Array,
    { orderIndexOf, joined, start }: InsertedPart,
    palette: PartPalette,
): Uint32Array<ArrayBuffer> {
    const colors = new Uint32Array(before.length);
    for (let i = 0; i < before.length; i++) {
        colors[orderIndexOf[i]] = before[i];
    }
    if (joined) {
        const beside = PackedToLab(colors[besideStart(orderIndexOf, joined.start, start)]);
        if (Ciede2000(PackedToLab(colors[start]), beside) < MIN_DIFFERENCE) {
            const paletteColors = new PaletteColors(palette);
            const [hue, step] = paletteColors.nearest(FIRST_HUE + HUE_STEP * (start % 360), start % 5, -1, [beside]);
            colors[start] = paletteColors.packed(step, hue);
        }
    }
    return colors;
}

/** Returns the first new order index of the part that an inserted one joins, which is before that. */
function besideStart(orderIndexOf: Uint32Array, from: number, start: number): number {
    let i = from;
    while (orderIndexOf[i] >= start) {
        i++;
    }
    return orderIndexOf[i];
}
