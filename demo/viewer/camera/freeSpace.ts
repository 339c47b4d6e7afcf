import { type Box, FitBox, type OrbitLens, type PageRectangle, type PageSize } from "./fitBox";

/** Pixels between content and the cards and edges of the page. */
const MARGIN = 14;
/** The weight of a rectangle's distance from the middle, as a share of the page, against the size of the content. */
const MIDDLE_WEIGHT = 2;

/**
 * Returns the rectangle between cards in which a box is largest. Rectangles in the middle of the page are preferred.
 *
 * @param cards rectangles that cover the page
 */
export function FindFreeSpace(
    box: Box,
    lens: OrbitLens,
    page: PageSize,
    cards: readonly PageRectangle[],
): PageRectangle {
    const { width, height } = page;
    const whole = { left: 0, top: 0, right: width, bottom: height };
    let best = inset(whole, Math.min(MARGIN, width / 4, height / 4));
    let bestRadius = Infinity;
    const taken = cards.map((card) => inset(card, -MARGIN));
    for (const free of emptyRectangles(best, taken)) {
        const offset =
            Math.abs((free.left + free.right) / 2 / width - 0.5) +
            Math.abs((free.top + free.bottom) / 2 / height - 0.5);
        const radius = FitBox(box, lens, page, free).radius * (1 + MIDDLE_WEIGHT * offset);
        if (radius < bestRadius * (1 - 1e-9)) {
            best = free;
            bestRadius = radius;
        }
    }
    return best;
}

function inset({ left, top, right, bottom }: PageRectangle, by: number): PageRectangle {
    return { left: left + by, top: top + by, right: right - by, bottom: bottom - by };
}

/** Yields the empty rectangles that no other empty one contains, and some that others contain. */
function* emptyRectangles(page: PageRectangle, taken: readonly PageRectangle[]): Generator<PageRectangle> {
    const lefts = [page.left, ...taken.map(({ right }) => right)].filter((x) => x >= page.left && x < page.right);
    const rights = [page.right, ...taken.map(({ left }) => left)].filter((x) => x > page.left && x <= page.right);
    for (const left of new Set(lefts)) {
        for (const right of new Set(rights)) {
            if (left >= right) {
                continue;
            }
            // Cards above each other in this column leave gaps between them.
            const inColumn = taken.filter((card) => card.left < right && card.right > left);
            inColumn.sort((a, b) => a.top - b.top);
            let { top } = page;
            for (const card of [...inColumn, { top: page.bottom, bottom: page.bottom }]) {
                const bottom = Math.min(card.top, page.bottom);
                if (bottom > top) {
                    yield { left, top, right, bottom };
                }
                top = Math.max(top, card.bottom);
            }
        }
    }
}
