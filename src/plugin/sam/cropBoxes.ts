import type { PixelBox } from "./resizeImage";

/** A crop of an image that is segmented separately. */
export interface CropBox {
    readonly box: PixelBox;
    /** 0 for the whole image; layer i has 2^i x 2^i crops. */
    readonly layer: number;
}

/**
 * Creates the crop of the whole image and, for each further layer, overlapping crops. Source: segment-anything,
 * generate_crop_boxes.
 *
 * @param overlapRatio overlap of the first layer's crops, as a share of the image's shorter side; each further layer
 * has half of it
 */
export function CreateCropBoxes(width: number, height: number, layers: number, overlapRatio: number): CropBox[] {
    const crops: CropBox[] = [{ box: [0, 0, width, height], layer: 0 }];
    for (let layer = 1; layer <= layers; layer++) {
        const perSide = 2 ** layer;
        const overlap = Math.trunc((overlapRatio * Math.min(width, height) * 2) / perSide);
        const sideOf = (size: number): number => Math.ceil((overlap * (perSide - 1) + size) / perSide);
        const cropWidth = sideOf(width);
        const cropHeight = sideOf(height);
        for (let column = 0; column < perSide; column++) {
            for (let row = 0; row < perSide; row++) {
                const left = (cropWidth - overlap) * column;
                const top = (cropHeight - overlap) * row;
                crops.push({
                    box: [left, top, Math.min(cropWidth, width - left), Math.min(cropHeight, height - top)],
                    layer,
                });
            }
        }
    }
    return crops;
}

/** Returns true if the crop cuts the mask: its box ends at the border of the crop, but not at that of the image. */
export function IsCutByCrop(box: PixelBox, crop: PixelBox, width: number, height: number, tolerance = 20): boolean {
    const near = (a: number, b: number): boolean => Math.abs(a - b) <= tolerance;
    const edges = ([left, top, w, h]: PixelBox): number[] => [left, top, left + w, top + h];
    const boxEdges = edges([box[0], box[1], box[2] - 1, box[3] - 1]);
    const imageEdges = [0, 0, width, height];
    return edges(crop).some((edge, i) => near(boxEdges[i], edge) && !near(boxEdges[i], imageEdges[i]));
}
