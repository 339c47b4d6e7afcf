/**
 * Segments the demo's capture by its masks alone, and writes the segmentation that the viewer opens first.
 *
 *     node demo/headless/run.mjs demo/captures/make/segmentExcavator.ts [folder]
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { LoadMaskFilesAsync, SegmentCaptureAsync } from "babylon-ultrametric";
import { LoadNerfCaptureAsync } from "babylon-ultrametric/formats";
import { FolderFileSource } from "../../headless/folderFileSource";

const folder = process.argv[2] ?? "demo/captures/excavator";
const source = new FolderFileSource(folder);
const capture = await LoadNerfCaptureAsync(source, { name: "Excavator" });
const masks = await LoadMaskFilesAsync(source, capture);
const hierarchy = await SegmentCaptureAsync(null, capture, masks, { preview: true });
const bytes = await hierarchy.serializeAsync();
writeFileSync(join(folder, "segmentation.bumh"), bytes);
console.log(`${hierarchy.leafCount} points, ${(bytes.length / 1e6).toFixed(1)} MB in ${folder}/segmentation.bumh`);
process.exit(0);
