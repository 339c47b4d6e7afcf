import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera";
import { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { Color4 } from "@babylonjs/core/Maths/math.color";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { Scene } from "@babylonjs/core/scene";
import { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import { UltrametricSegmentation } from "babylon-ultrametric";
import {
    DEFAULT_PANEL_THEME,
    GranularityPanel,
    LIGHT_PANEL_THEME,
    PartsPanel,
    ToolsPanel,
} from "babylon-ultrametric/ui";
import { CreateBlocks } from "./blocks";

/** The page's query: ?panels=granularity,parts,tools (default: all)&theme=light&blocks=<number>&parts=<number>. */
const query = new URLSearchParams(location.search);
const panels = (query.get("panels") ?? "granularity,parts,tools").split(",");
const isLight = query.get("theme") === "light";
const theme = isLight ? LIGHT_PANEL_THEME : DEFAULT_PANEL_THEME;

const engine = new WebGPUEngine(document.getElementById("canvas") as HTMLCanvasElement, { adaptToDeviceRatio: true });
await engine.initAsync();
const scene = new Scene(engine);
scene.clearColor = isLight ? new Color4(0.92, 0.93, 0.95, 1) : new Color4(0.09, 0.11, 0.15, 1);
const camera = new ArcRotateCamera("camera", 0.9, 1.15, 5, Vector3.Zero(), scene);
camera.attachControl();

const blocks = Number(query.get("blocks") ?? 400);
const segmentation = new UltrametricSegmentation(scene, { minStepShare: 1 / blocks });
await segmentation.setHierarchyAsync(CreateBlocks(blocks, 11));
segmentation.partCount = Number(query.get("parts") ?? 12);

const texture = AdvancedDynamicTexture.CreateFullscreenUI("panels", true, scene);
const fitPanels = (): void => {
    texture.idealWidth = window.innerWidth;
};
fitPanels();
engine.onResizeObservable.add(fitPanels);
window.addEventListener("resize", () => engine.resize());
if (panels.includes("granularity")) {
    new GranularityPanel(segmentation, texture, { theme });
}
if (panels.includes("parts")) {
    new PartsPanel(segmentation, texture, { theme, bottom: 140 });
}
if (panels.includes("tools")) {
    new ToolsPanel(segmentation, texture, { theme, bottom: 140 });
}
engine.runRenderLoop(() => scene.render());
document.documentElement.dataset.ready = "1"; // for the scripts that take screenshots
