import { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { Observable } from "@babylonjs/core/Misc/observable";
import { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { ColorMode } from "../../src/plugin/materials/leafDisplay";
import {
    CreateUltrametricSegmentationAsync,
    type UltrametricSegmentation,
} from "../../src/plugin/ultrametricSegmentation";
import { GranularityPanel } from "../../src/ui/granularityPanel";
import { CaptureSession } from "./captureSession";
import { PageElement } from "./elements";
import { BindFileInputs, SaveSegmentationAsync } from "./hierarchyFiles";
import { BindKeyboard } from "./keyboard";
import { ShowError, ShowMessage } from "./message";
import { BindPartCard } from "./partCard";
import { ViewerScene } from "./viewerScene";
import { ViewsButton } from "./viewsButton";

/** Query of the page: ?hierarchy=<address of a saved hierarchy> opens that instead of the bundled capture, &parts=<number> cuts it so. */
const query = new URLSearchParams(location.search);

async function StartAsync(): Promise<void> {
    if (!(await WebGPUEngine.IsSupportedAsync)) {
        ShowMessage(
            "This page needs WebGPU",
            "Your browser, or this machine's graphics driver, does not offer it. Current versions of Chrome, Edge, Safari and Firefox do; " +
                "on Linux it may have to be switched on.",
        );
        return;
    }
    const canvas = PageElement("canvas", HTMLCanvasElement);
    const viewer = await ViewerScene.CreateAsync(canvas);
    const segmentation = await CreateUltrametricSegmentationAsync(viewer.scene, { shading: 0.85 });
    const advancedTexture = AdvancedDynamicTexture.CreateFullscreenUI("panels", true, viewer.scene);
    // Sizes of the panels are the page's pixels, however many the screen has for one.
    const fitPanels = (): void => {
        advancedTexture.idealWidth = window.innerWidth;
    };
    fitPanels();
    viewer.engine.onResizeObservable.add(fitPanels);
    new GranularityPanel(segmentation, advancedTexture, { width: 480 });
    BindPartCard(segmentation);
    const setColorMode = BindColorButtons(segmentation);
    BindKeyboard(segmentation, setColorMode);
    segmentation.onHierarchyChangedObservable.add((hierarchy) => {
        PageElement("tools", HTMLElement).hidden = false;
        PageElement("hints", HTMLElement).hidden = hierarchy === null;
        if (hierarchy) {
            PageElement("title", HTMLElement).textContent = hierarchy.name;
            PageElement("subtitle", HTMLElement).textContent = `${hierarchy.leafCount.toLocaleString("en")} points`;
        }
    });
    segmentation.onHierarchyChangedObservable.addOnce(() => {
        const parts = Number(query.get("parts") ?? 12);
        segmentation.partCount = Number.isFinite(parts) ? parts : 12;
    });
    PageElement("save", HTMLButtonElement).onclick = () => {
        if (segmentation.hierarchy) {
            void SaveSegmentationAsync(segmentation);
        }
    };
    let views: ViewsButton | null = null;
    BindFileInputs(async (file) => {
        if (await OpenAsync(viewer, segmentation, setColorMode, file)) {
            views?.hide();
        }
    });
    for (const observable of [
        segmentation.onHierarchyChangedObservable,
        segmentation.onGranularityChangedObservable,
        segmentation.onSelectionChangedObservable,
    ]) {
        // Each observable has a type of its own, none of which matters here.
        (observable as Observable<unknown>).add(() => viewer.requestFrame());
    }
    viewer.start();

    const address = query.get("hierarchy");
    if (address) {
        await OpenAsync(viewer, segmentation, setColorMode, new URL(address, document.baseURI));
        return;
    }
    const capture = new URL("captures/excavator", document.baseURI);
    const session = new CaptureSession(capture, "Excavator", segmentation, advancedTexture, () =>
        viewer.requestFrame(),
    );
    BindTrainButton(session);
    views = new ViewsButton(session, viewer, advancedTexture);
    await session.previewAsync();
    viewer.frame(segmentation);
}

/** @returns whether it is shown */
async function OpenAsync(
    viewer: ViewerScene,
    segmentation: UltrametricSegmentation,
    setColorMode: (mode: ColorMode) => void,
    source: File | URL,
): Promise<boolean> {
    try {
        await segmentation.loadAsync(source);
        setColorMode(segmentation.colorMode);
        viewer.frame(segmentation);
        PageElement("train", HTMLButtonElement).hidden = true;
        return true;
    } catch (error) {
        ShowError("The hierarchy could not be opened", error);
        return false;
    }
}

function BindTrainButton(session: CaptureSession): void {
    const button = PageElement("train", HTMLButtonElement);
    button.hidden = false;
    button.onclick = async () => {
        if (session.isBusy) {
            return;
        }
        button.disabled = true;
        try {
            if (await session.trainAsync()) {
                button.hidden = true;
            }
        } catch (error) {
            ShowError("The training failed", error);
        } finally {
            button.disabled = false;
        }
    };
}

/** @returns a function that sets the mode and marks its button */
function BindColorButtons(segmentation: UltrametricSegmentation): (mode: ColorMode) => void {
    const buttons = [...PageElement("colors", HTMLElement).querySelectorAll("button")];
    const set = (mode: ColorMode): void => {
        segmentation.colorMode = mode;
        for (const button of buttons) {
            button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
        }
    };
    for (const button of buttons) {
        button.onclick = () => set(button.dataset.mode as ColorMode);
    }
    set(segmentation.colorMode);
    return set;
}

StartAsync().catch((error: unknown) => {
    ShowError("The viewer could not start", error);
});
