import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera.js";
import { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine.js";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial.js";
import { Color3, Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder.js";
import { Scene } from "@babylonjs/core/scene.js";
import { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture.js";
import { UltrametricSegmentation } from "babylon-ultrametric";
import { GranularityPanel } from "babylon-ultrametric/ui";
import { SegmentBoxesAsync } from "./segmentBoxes.js";

await SegmentBoxesAsync(
    { AdvancedDynamicTexture, Color3, Color4, CreateBox, FreeCamera, Scene, StandardMaterial, Vector3, WebGPUEngine },
    { UltrametricSegmentation, GranularityPanel },
);
