import { RunLengthMask } from "../../../src/compute/masks/runLengthMask";
import { AncestorsAt, type ModelNode } from "./labeledSurface";

/** A mask as in files: COCO's uncompressed run lengths, column-major, the first run is background. */
export interface SimulatedMask {
    readonly segmentation: { readonly size: readonly [number, number]; readonly counts: readonly number[] };
    readonly area: number;
    /** x, y, width, height in pixels. */
    readonly bbox: readonly [number, number, number, number];
}

const ROOT_CHANCE = 0.5;
const DEPTH_CHANCE = 0.65;
const DROP_CHANCE = 0.3;
const MERGE_CHANCE = 0.1;
const MAX_GROWTH = 2;
/** Smaller masks grow or shrink by at most one pixel. */
const SMALL_AREA = 300;
const MIN_AREA = 20;

/**
 * Simulates the masks that a segmentation model might find in a view: overlapping, of different granularity from view
 * to view, some missing, some wrong. The scene has a mask with probability 0.5. Each group (depth 1) draws a non-empty
 * set of depths, and all its nodes at these depths have masks. Each mask is then randomly dropped, merged with an
 * adjacent sibling, grown or shrunk.
 * @param parts [height, width] ids of the parts, 0 = background
 * @param random uniform numbers in [0, 1); equal numbers give equal masks
 */
export function SimulateMasks(
    parts: Uint16Array,
    width: number,
    height: number,
    nodes: readonly ModelNode[],
    random: () => number,
): SimulatedMask[] {
    const maxDepth = Math.max(...nodes.map((node) => node.depth));
    const idsAtDepth = Array.from({ length: maxDepth + 1 }, (_, depth) => {
        const ancestor = AncestorsAt(nodes, depth);
        return parts.map((part) => ancestor[part]);
    });
    const chosen: ModelNode[] = [];
    const root = nodes[0];
    if (random() < ROOT_CHANCE) {
        chosen.push(root);
    }
    for (const group of root.children.map((id) => nodes[id - 1])) {
        const below = nodes.filter((node) => isWithin(nodes, node, group.id));
        const depths = [...new Set(below.map((node) => node.depth))];
        let kept: number[] = [];
        while (kept.length === 0) {
            kept = depths.filter(() => random() < DEPTH_CHANCE);
        }
        chosen.push(...below.filter((node) => kept.includes(node.depth)));
    }

    const masks: SimulatedMask[] = [];
    for (const node of chosen) {
        const ids = idsAtDepth[node.depth];
        if (!ids.includes(node.id) || random() < DROP_CHANCE) {
            continue;
        }
        const members = new Set([node.id]);
        if (random() < MERGE_CHANCE) {
            const siblings = touchingSiblings(ids, width, height, nodes, node);
            if (siblings.length > 0) {
                members.add(siblings[Math.floor(random() * siblings.length)]);
            }
        }
        let mask = Uint8Array.from(ids, (id) => (members.has(id) ? 1 : 0));
        const limit = areaOf(mask) < SMALL_AREA ? 1 : MAX_GROWTH;
        const growth = Math.floor(random() * (2 * MAX_GROWTH + 1)) - MAX_GROWTH;
        for (let step = Math.min(Math.abs(growth), limit); step > 0; step--) {
            mask = spreadMask(mask, width, height, growth > 0 ? 1 : 0);
        }
        if (areaOf(mask) >= MIN_AREA) {
            masks.push(encodeMask(mask, width, height));
        }
    }
    for (let i = masks.length - 1; i > 0; i--) {
        const j = Math.floor(random() * (i + 1));
        [masks[i], masks[j]] = [masks[j], masks[i]];
    }
    return masks;
}

function isWithin(nodes: readonly ModelNode[], node: ModelNode, ancestor: number): boolean {
    return node.id === ancestor || (node.parent !== null && isWithin(nodes, nodes[node.parent - 1], ancestor));
}

/** Returns the ids of the siblings with a pixel adjacent to the node (4-neighborhood). */
function touchingSiblings(
    ids: Uint16Array,
    width: number,
    height: number,
    nodes: readonly ModelNode[],
    node: ModelNode,
): number[] {
    const touching = new Set<number>();
    ids.forEach((id, pixel) => {
        if (id === node.id) {
            forNeighbors(pixel, width, height, (other) => touching.add(ids[other]));
        }
    });
    return nodes.filter((n) => n.id !== node.id && n.parent === node.parent && touching.has(n.id)).map((n) => n.id);
}

/** Spreads pixels with `value` to their 4-neighbors: 1 dilates the mask, 0 erodes it. */
function spreadMask(mask: Uint8Array, width: number, height: number, value: 0 | 1): Uint8Array<ArrayBuffer> {
    const grown = Uint8Array.from(mask);
    for (let pixel = 0; pixel < mask.length; pixel++) {
        if (mask[pixel] === value) {
            forNeighbors(pixel, width, height, (other) => {
                grown[other] = value;
            });
        }
    }
    return grown;
}

function forNeighbors(pixel: number, width: number, height: number, visit: (pixel: number) => void): void {
    const column = pixel % width;
    if (column > 0) {
        visit(pixel - 1);
    }
    if (column + 1 < width) {
        visit(pixel + 1);
    }
    if (pixel >= width) {
        visit(pixel - width);
    }
    if (pixel + width < width * height) {
        visit(pixel + width);
    }
}

function areaOf(mask: Uint8Array): number {
    return mask.reduce((sum, value) => sum + value, 0);
}

function encodeMask(bitmap: Uint8Array, width: number, height: number): SimulatedMask {
    const mask = RunLengthMask.FromBitmap(bitmap, width, height);
    return {
        segmentation: { size: [height, width], counts: [...mask.counts] },
        area: mask.area,
        bbox: mask.bounds,
    };
}
