import type { WayNode } from "./nodeWays";

// Costs are negative logarithms of odds. The values fit people's parts of the odd Princeton shapes.

/** The cost of any border. */
const BORDER = 3;
/** The cost that a border loses per unit of height between the last merge inside and the next one outside. */
const STABILITY = 4;
/** The largest height that counts. */
const HIGHEST = 1.1;
/** The cost of taking a whole component. */
const WHOLE = 3;
/** The usual share of the leaves of a part, and the spread of its logarithm. */
const USUAL_SHARE = 0.12;
const SHARE_SPREAD = 1.2;
/** The weight of the usual share after the first click, when the answer tells more. */
const LATER_SHARE_WEIGHT = 0.1;
/** The distance of a click from the centroid up to which it is in the middle, in units of the spread. */
const MIDDLE = 1.2;
/** The depth from which a click is in the middle: that of the middle of a limb, whose tip is deepest. */
const MIDDLE_DEPTH = 0.6;
/** The costs of a click at the border of what changes, in place of its middle: by the first click, and by later ones. */
const FIRST_SHALLOW = 8;
const LATER_SHALLOW = 40;
/** The cost of a change of all leaves by a later click, by its share of the answer and the change. */
const CHANGE = 4;

/** The cost of giving cells to the nearest mark, beside that of the borders there are. */
export const DIVISION_COST = 2;

/** Returns the cost of a border around a part: the less, the more the part is a thing of its own. */
export function BorderCost({ born, merged }: WayNode): number {
    const isWhole = merged === Number.POSITIVE_INFINITY;
    return BORDER - STABILITY * (Math.min(merged, HIGHEST) - born) + (isWhole ? WHOLE : 0);
}

/** A change of an answer by a click. */
export interface AnswerChange {
    /** The share of all leaves in the new answer. */
    readonly share: number;
    /** The share of all leaves that change. */
    readonly changedShare: number;
    /** The distance of the click from the centroid of what changes, in units of its spread. */
    readonly distance: number;
    /** The depth of the click in what changes: from near 0 at its border to 1 in its middle. */
    readonly depth: number;
    /** True for the first click. */
    readonly isFirst: boolean;
}

/** Returns the cost of a change of an answer, beside that of its borders. */
export function ChangeCost({ share, changedShare, distance, depth, isFirst }: AnswerChange): number {
    const unusual = Math.log(Math.max(share, 1e-6) / USUAL_SHARE) / SHARE_SPREAD;
    const offCenter = Math.max(0, distance - MIDDLE);
    const later = isFirst ? 0 : (CHANGE * changedShare) / (share + changedShare);
    const shallow = (isFirst ? FIRST_SHALLOW : LATER_SHALLOW) * Math.max(0, 1 - depth / MIDDLE_DEPTH) ** 2;
    return (isFirst ? 1 : LATER_SHARE_WEIGHT) * unusual ** 2 + offCenter ** 2 + shallow + later;
}
