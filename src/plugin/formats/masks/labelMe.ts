import type { Coroutine } from "../../../compute/base/coroutine";
import type { JsonNode } from "../../../compute/base/jsonNode";
import type { Mask } from "../../../compute/masks/maskSet";
import { RunLengthMask } from "../../../compute/masks/runLengthMask";
import { ReadBinaryImage } from "./maskImages";
import type { MaskPlacement } from "./maskPlacement";
import { InMask, KeyOf, type ParsedMasks } from "./parsedMasks";

/** Corners of a circle's polygon. */
const CIRCLE_CORNERS = 64;

/** A shape of labelme. */
interface Shape {
    readonly node: JsonNode;
    readonly index: number;
    readonly type: string;
    readonly points: number[];
}

/**
 * Reads labelme's shapes in time slices: polygons, rectangles, circles and masks. Shapes of one label and group are one
 * mask, as labelme means them. Points and lines have no area; they are left out and counted.
 *
 * @throws UltrametricError "input", with file and shape
 */
export function* LabelMeCoroutine(root: JsonNode, placement: MaskPlacement): Coroutine<ParsedMasks> {
    const sizeOf = (key: string, own: number): number => (root.has(key) ? root.at(key).number() : own);
    const width = sizeOf("imageWidth", placement.width);
    const height = sizeOf("imageHeight", placement.height);
    const groups = new Map<string, Shape[]>();
    root.at("shapes")
        .items()
        .forEach((node, index) => {
            const shape = readShape(node, index);
            const group = node.has("group_id")
                ? `${KeyOf(node.at("group_id"))} ${KeyOf(node.at("label"))}`
                : `${index}`;
            const others = groups.get(group);
            if (others) {
                others.push(shape);
            } else {
                groups.set(group, [shape]);
            }
        });
    let leftOut = 0;
    const masks: Mask[] = [];
    for (const shapes of groups.values()) {
        const bitmaps = shapes.filter(({ type }) => type === "mask");
        const polygons = shapes.flatMap((shape) => polygonOf(shape) ?? []);
        const { node, index } = shapes[0];
        const region = InMask(node, index, () => {
            const drawn = placement.placePolygons(polygons, width, height);
            return bitmaps.reduce((all, shape) => union(all, placement.place(maskOf(shape, width, height))), drawn);
        });
        if (region.area === 0) {
            leftOut += shapes.length;
        } else {
            masks.push({ region, predictedIou: 1, stability: 1 });
        }
        yield;
    }
    return { masks, leftOut };
}

function readShape(node: JsonNode, index: number): Shape {
    const points = node
        .at("points")
        .items()
        .flatMap((point) => point.items(2).map((value) => value.number()));
    return { node, index, type: node.has("shape_type") ? node.at("shape_type").string() : "polygon", points };
}

/** Returns the polygon of a shape; null for one without area. */
function polygonOf({ type, points }: Shape): number[][] | null {
    const [x0, y0, x1, y1] = points;
    if (type === "polygon" && points.length >= 6) {
        return [points];
    }
    if (type === "rectangle" && points.length === 4) {
        return [[x0, y0, x1, y0, x1, y1, x0, y1]];
    }
    if (type === "rectangle" && points.length === 8) {
        return [points];
    }
    if (type === "circle" && points.length === 4) {
        const radius = Math.hypot(x1 - x0, y1 - y0);
        const corners = Array.from({ length: CIRCLE_CORNERS }, (_, i) => (2 * Math.PI * i) / CIRCLE_CORNERS);
        return [corners.flatMap((angle) => [x0 + radius * Math.cos(angle), y0 + radius * Math.sin(angle)])];
    }
    return null;
}

/** Reads a shape's mask: a PNG in base64, whose top left pixel is the first point. */
function maskOf({ node, index, points }: Shape, width: number, height: number): RunLengthMask {
    const text = node.at("mask").string();
    let bytes: Uint8Array;
    try {
        bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    } catch {
        throw node.at("mask").error("is not base64.");
    }
    const patch = ReadBinaryImage(bytes, `${node.file}: mask ${index}`);
    const inside = patch.toBitmap();
    const [left, top] = [Math.round(points[0] ?? 0), Math.round(points[1] ?? 0)];
    const counts = [0];
    const addRun = (isInside: boolean, length: number): void => {
        if (isInside === (counts.length % 2 === 0)) {
            counts[counts.length - 1] += length;
        } else {
            counts.push(length);
        }
    };
    addRun(false, Math.min(Math.max(left, 0), width) * height);
    const last = Math.min(left + patch.width, width);
    for (let column = Math.max(left, 0); column < last; column++) {
        addRun(false, Math.min(Math.max(top, 0), height));
        for (let row = Math.max(top, 0); row < Math.min(top + patch.height, height); row++) {
            addRun(inside[(row - top) * patch.width + column - left] === 1, 1);
        }
        addRun(false, height - Math.min(Math.max(top + patch.height, Math.max(top, 0)), height));
    }
    addRun(false, (width - Math.max(last, Math.min(Math.max(left, 0), width))) * height);
    return RunLengthMask.FromCounts(counts, width, height);
}

function union(a: RunLengthMask, b: RunLengthMask): RunLengthMask {
    const bitmap = a.toBitmap();
    b.toBitmap().forEach((inside, p) => {
        bitmap[p] |= inside;
    });
    return RunLengthMask.FromBitmap(bitmap, a.width, a.height);
}
