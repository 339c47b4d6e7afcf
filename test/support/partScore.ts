import { FolderFileSource } from "../../demo/headless/folderFileSource";
import type { SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { EvaluateHierarchyAsync } from "../../src/plugin/evaluation/evaluateHierarchy";
import { LoadGroundTruthAsync } from "../../src/plugin/formats/captures/groundTruth";
import { LoadNerfCaptureAsync } from "../../src/plugin/formats/captures/nerfCapture";
import { LoadMaskFilesAsync } from "../../src/plugin/formats/masks/maskFiles";
import { SegmentCaptureAsync } from "../../src/plugin/pipeline/segmentCapture";

/**
 * Segments a capture by its masks alone, without training, and scores the parts.
 * @param path of the capture's folder
 * @param folder of the masks, inside of `path`
 * @returns the hierarchy, and its mean NC over the levels of the ground truth, 0..100
 */
export async function SegmentAndScoreAsync(
    path: string,
    folder: string,
): Promise<{ hierarchy: SegmentationHierarchy; score: number }> {
    const source = new FolderFileSource(path);
    const capture = await LoadNerfCaptureAsync(source);
    const masks = await LoadMaskFilesAsync(source, capture, { folder });
    const truth = await LoadGroundTruthAsync(source, capture);
    const hierarchy = await SegmentCaptureAsync(null, capture, masks);
    const { nc } = await EvaluateHierarchyAsync(capture, hierarchy, truth!, { samples: 1 });
    return { hierarchy, score: nc.queried.mean };
}
