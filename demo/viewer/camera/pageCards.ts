import type { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import { Control } from "@babylonjs/gui/2D/controls/control";
import type { PageRectangle, PageSize } from "./fitBox";

/** The elements that lie over the scene for longer than a moment. */
const CARDS = "#header, #tools, #photos, #part, #hints, #stats, #welcome";
/** The space of the slider, which appears with the parts, in pixels. */
const SLIDER = { width: 480, height: 130 };
/** The panels in the scene that go away by themselves. */
const PASSING_PANELS: readonly (string | undefined)[] = ["progressPanel"];

/** Returns the rectangles of the cards and panels over the scene. The space of the slider is always among them. */
export function PageCards(panels: AdvancedDynamicTexture | null, { width, height }: PageSize): PageRectangle[] {
    const sliderWidth = Math.min(SLIDER.width, width);
    const slider = {
        left: (width - sliderWidth) / 2,
        top: height - SLIDER.height,
        right: (width + sliderWidth) / 2,
        bottom: height,
    };
    const cards = [...document.querySelectorAll(CARDS)].map((card) => card.getBoundingClientRect());
    const controls = panels?.rootContainer.children.filter(
        ({ isVisible, name }) => isVisible && !PASSING_PANELS.includes(name),
    );
    return [
        slider,
        ...cards.filter((card) => card.width > 0 && card.height > 0),
        ...(controls ?? []).map((control) => rectangleOfControl(control, panels!.idealRatio, { width, height })),
    ];
}

/** Returns the rectangle of an outermost control by its settings; its layout may be older. */
function rectangleOfControl(control: Control, ratio: number, page: PageSize): PageRectangle {
    const width = Math.min(control.widthInPixels / ratio, page.width);
    const height = Math.min(control.heightInPixels / ratio, page.height);
    const { horizontalAlignment, verticalAlignment } = control;
    const { HORIZONTAL_ALIGNMENT_LEFT, HORIZONTAL_ALIGNMENT_RIGHT } = Control;
    const { VERTICAL_ALIGNMENT_TOP, VERTICAL_ALIGNMENT_BOTTOM } = Control;
    const beside = shareBefore(horizontalAlignment, HORIZONTAL_ALIGNMENT_LEFT, HORIZONTAL_ALIGNMENT_RIGHT);
    const above = shareBefore(verticalAlignment, VERTICAL_ALIGNMENT_TOP, VERTICAL_ALIGNMENT_BOTTOM);
    const left = control.leftInPixels / ratio + (page.width - width) * beside;
    const top = control.topInPixels / ratio + (page.height - height) * above;
    return { left, top, right: left + width, bottom: top + height };
}

/** Returns the share of the free space that an alignment leaves before a control: to the left of it, or above it. */
function shareBefore(alignment: number, start: number, end: number): number {
    return alignment === start ? 0 : alignment === end ? 1 : 0.5;
}
