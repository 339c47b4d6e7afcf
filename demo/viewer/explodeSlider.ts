import type { UltrametricSegmentation } from "babylon-ultrametric";
import { ExplodeView } from "babylon-ultrametric/parts";
import { PageElement } from "./elements";
import { ShowError } from "./message";
import type { ViewerScene } from "./viewerScene";

/** The slider that moves the parts apart; disabled without a hierarchy, whose next one starts in place. */
export function BindExplodeSlider(segmentation: UltrametricSegmentation, viewer: ViewerScene): void {
    const slider = PageElement("explode", HTMLInputElement);
    const explode = new ExplodeView(segmentation);
    const fail = (error: unknown): void => {
        slider.value = "0";
        ShowError("The parts could not be moved apart", error);
    };
    const drawWhenReady = (): void => {
        viewer.requestFrame();
        void explode.whenReadyAsync().then(() => viewer.requestFrame());
    };
    explode.onErrorObservable.add(fail);
    slider.oninput = () => {
        try {
            explode.amount = slider.valueAsNumber;
        } catch (error) {
            fail(error);
        }
        drawWhenReady();
    };
    segmentation.onGranularityChangedObservable.add(drawWhenReady);
    segmentation.onHierarchyChangedObservable.add((hierarchy) => {
        slider.disabled = hierarchy === null;
        if (hierarchy === null) {
            slider.value = "0";
            explode.amount = 0;
        }
    });
}
