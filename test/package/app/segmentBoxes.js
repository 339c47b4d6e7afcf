// What an application does, given Babylon's names and the plugin's, wherever they come from.

/**
 * Two boxes that touch, captured and segmented by preview, shown as two parts.
 * @param {Record<string, any>} babylon
 * @param {Record<string, any>} plugin
 */
export async function SegmentBoxesAsync(babylon, plugin) {
    const canvas = document.querySelector("canvas");
    const engine = new babylon.WebGPUEngine(canvas, { antialias: false });
    await engine.initAsync();
    const scene = new babylon.Scene(engine);
    scene.clearColor = new babylon.Color4(0, 0, 0, 1);
    const camera = new babylon.FreeCamera("camera", new babylon.Vector3(0, 0, -3), scene);
    camera.minZ = 0.1;
    camera.setTarget(babylon.Vector3.Zero());
    const boxes = [-0.5, 0.5].map((x) => {
        const box = babylon.CreateBox(`box ${x}`, { size: 1 }, scene);
        box.position.x = x;
        box.material = new babylon.StandardMaterial(box.name, scene);
        box.material.diffuseColor = x < 0 ? babylon.Color3.Red() : babylon.Color3.Green();
        return box;
    });
    const segmentation = new plugin.UltrametricSegmentation(scene, { display: "meshes" });
    const texture = babylon.AdvancedDynamicTexture.CreateFullscreenUI("panels", true, scene);
    const panel = new plugin.GranularityPanel(segmentation, texture);
    const capture = await segmentation.captureSceneAsync(boxes, { views: 6, size: 48, samples: 1500 });
    const masks = await segmentation.generateMasksAsync(capture);
    await segmentation.segmentAsync(capture, masks, { preview: true });
    segmentation.partCount = 2;
    panel.control.isVisible = false;
    engine.runRenderLoop(() => scene.render());
    await scene.whenReadyAsync();
    const { width, height } = engine.getRenderingCanvasClientRect();
    const [left, right] = [0.35, 0.65].map((x) => segmentation.pick(x * width, height / 2));
    /** @type {any} */ (window).outcome = {
        leaves: segmentation.hierarchy.leafCount,
        parts: segmentation.partCount,
        areApart: !left.equals(right),
        sizes: [left.size, right.size],
    };
}
