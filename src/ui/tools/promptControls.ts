import type { Button } from "@babylonjs/gui/2D/controls/button";
import { Container } from "@babylonjs/gui/2D/controls/container";
import { Control } from "@babylonjs/gui/2D/controls/control";
import type { Slider } from "@babylonjs/gui/2D/controls/sliders/slider";
import type { TextBlock } from "@babylonjs/gui/2D/controls/textBlock";
import type { PartPrompt } from "../../plugin/parts/prompt/partPrompt";
import type { ViewPromptSource } from "../../plugin/parts/prompt/viewPromptSource";
import {
    AlignTopLeft,
    CreateButton,
    CreateIconButton,
    CreateSlider,
    CreateText,
    EnableButton,
    PressButton,
} from "../controls/panelControls";
import type { PanelTheme } from "../controls/panelTheme";

/** The actions of {@link PromptControls}. */
export interface PromptActions {
    switchSign(): void;
    step(direction: 1 | -1): void;
    commit(): void;
    drop(): void;
    /** Loads the model, or cancels that. */
    loadModel(): void;
    setRadius(radius: number): void;
}

const GAP = 4;
const BUTTON = 40;
const LINE = 48;
const SLIDER = 28;
const MODEL_WIDTH = 88;

/** The buttons of the tools Click and Brush, the size of the brush, and a line that tells how the answer was found. */
export class PromptControls {
    public readonly control = new Container("prompt");
    private readonly _buttons: readonly Button[];
    private readonly _sign: Button;
    private readonly _smaller: Button;
    private readonly _larger: Button;
    private readonly _commit: Button;
    private readonly _drop: Button;
    private readonly _model: Button;
    private readonly _line: TextBlock;
    private readonly _size: Slider | null;

    /** @param _sizes the smallest and the largest radius of the brush in pixels; null without a brush */
    public constructor(
        private readonly _theme: PanelTheme,
        private readonly _sizes: readonly [least: number, most: number] | null,
        actions: PromptActions,
    ) {
        this._sign = this._add(CreateIconButton("promptSign", _theme, "minus", "Minus", () => actions.switchSign()));
        this._smaller = this._add(
            CreateIconButton("promptSmaller", _theme, "shrink", "Smaller", () => actions.step(-1)),
        );
        this._larger = this._add(CreateIconButton("promptLarger", _theme, "grow", "Larger", () => actions.step(1)));
        this._drop = this._add(CreateIconButton("promptDrop", _theme, "close", "Drop", () => actions.drop()));
        this._commit = this._add(CreateIconButton("promptCommit", _theme, "check", "Make", () => actions.commit()));
        this._buttons = [this._sign, this._smaller, this._larger, this._drop, this._commit];
        this._model = this._add(CreateButton("promptModel", _theme, "", () => actions.loadModel()));
        this._model.fontSizeInPixels = 12;
        this._line = this._add(CreateText("promptLine", _theme, "", 12));
        this._line.color = _theme.quietText;
        this._line.textWrapping = true;
        this._line.textVerticalAlignment = Control.VERTICAL_ALIGNMENT_CENTER;
        this._line.isHitTestVisible = false;
        this._size = _sizes && this._add(CreateSlider("promptSize", _theme));
        this._size?.onValueChangedObservable.add((share) => {
            const [least, most] = _sizes!;
            actions.setRadius(least + share * (most - least));
        });
        AlignTopLeft(this.control);
    }

    /** The height in pixels. */
    public get height(): number {
        return BUTTON + GAP + LINE + (this._size ? SLIDER : 0);
    }

    public set radius(value: number) {
        if (this._size && this._sizes) {
            const [least, most] = this._sizes;
            this._size.value = (value - least) / (most - least);
        }
    }

    /** Places the controls. Sizes in pixels. */
    public layout(left: number, top: number, width: number): void {
        this.control.leftInPixels = left;
        this.control.topInPixels = top;
        this.control.widthInPixels = width;
        this.control.heightInPixels = this.height;
        const column = (width - (this._buttons.length - 1) * GAP) / this._buttons.length;
        this._buttons.forEach((button, i) => {
            button.leftInPixels = i * (column + GAP);
            button.widthInPixels = column;
            button.heightInPixels = BUTTON;
        });
        const model = this._model.isVisible ? MODEL_WIDTH + GAP : 0;
        this._line.topInPixels = this._model.topInPixels = BUTTON + GAP;
        this._line.widthInPixels = width - model;
        this._line.heightInPixels = LINE;
        this._model.leftInPixels = width - MODEL_WIDTH;
        this._model.widthInPixels = MODEL_WIDTH;
        this._model.heightInPixels = LINE;
        if (this._size) {
            this._size.topInPixels = BUTTON + GAP + LINE + (SLIDER - this._size.heightInPixels) / 2;
            this._size.widthInPixels = width;
        }
    }

    /** Shows the answer, how it was found, and what the source is doing. */
    public show(prompt: PartPrompt, source: ViewPromptSource | null, takesAway: boolean): void {
        const { answer } = prompt;
        PressButton(this._sign, this._theme, takesAway);
        EnableButton(this._smaller, (answer?.smaller ?? null) !== null);
        EnableButton(this._larger, (answer?.larger ?? null) !== null);
        EnableButton(this._drop, !prompt.isEmpty);
        EnableButton(this._commit, answer !== null);
        this._line.text = [describeAnswer(prompt), source ? describeSource(source) : ""].filter(Boolean).join("; ");
        const isLoading = source?.status.step === "loading";
        const wasVisible = this._model.isVisible;
        this._model.isVisible = isLoading || (source !== null && source.model !== null && !source.hasModel);
        if (this._model.textBlock) {
            this._model.textBlock.text = isLoading ? "Cancel" : offerOf(source?.model?.byteCount);
        }
        if (wasVisible !== this._model.isVisible) {
            const { leftInPixels, topInPixels, widthInPixels } = this.control;
            this.layout(leftInPixels, topInPixels, widthInPixels);
        }
    }

    private _add<T extends Control>(control: T): T {
        AlignTopLeft(control);
        this.control.addControl(control);
        return control;
    }
}

function describeAnswer({ answer, isAsking }: PartPrompt): string {
    return answer ? `${answer.source}${isAsking ? "..." : ""}` : "";
}

function describeSource({ status, hasModel }: ViewPromptSource): string {
    const { step, progress, error } = status;
    if (step === "failed") {
        return error?.message ?? "";
    }
    if (progress) {
        const percent = progress.fraction > 0 ? ` ${Math.round(100 * progress.fraction)} %` : "";
        return `${progress.stage}${progress.detail ? `, ${progress.detail}` : ""}${percent}`;
    }
    return step === "ready" && hasModel ? "Segment Anything is ready" : "";
}

function offerOf(byteCount: number | undefined): string {
    return byteCount === undefined ? "Get model" : `Model, ${Math.round(byteCount / 1e6)} MB`;
}
