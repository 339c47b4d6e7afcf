import type { IKeyboardEvent } from "@babylonjs/core/Events/deviceInputEvents";
import { PartPrompt, type PromptTarget } from "../../plugin/parts/prompt/partPrompt";
import type { ViewPromptSource } from "../../plugin/parts/prompt/viewPromptSource";
import type { UltrametricSegmentation } from "../../plugin/session/ultrametricSegmentation";
import type { PanelTheme } from "../controls/panelTheme";
import { PromptControls } from "./promptControls";
import { PromptTool } from "./promptTool";

/** The radius of a brush at first, and its smallest and largest one, in pixels. */
const BRUSH = { first: 18, least: 4, most: 80, step: 1.25 } as const;

/** The clicks or strokes that make a part, while their tool is chosen: pointer, keys, controls, and what is shown. */
export class PromptMode {
    public readonly controls: PromptControls;
    private readonly _prompt: PartPrompt;
    private readonly _tool: PromptTool;
    private readonly _observers: { remove(): void }[];
    /** True if a click takes away, for pointers without an alt key. */
    private _takesAway = false;

    /**
     * @param _source answers by views; null for the tree alone
     * @param _attempt runs an action and shows the error that it throws, now or later
     * @param _onChanged called when there is something else to show
     */
    public constructor(
        private readonly _segmentation: UltrametricSegmentation,
        kind: "click" | "brush",
        theme: PanelTheme,
        private readonly _source: ViewPromptSource | null,
        private readonly _attempt: (action: () => unknown) => void,
        private readonly _onChanged: () => void,
    ) {
        this._prompt = new PartPrompt(_segmentation);
        this._prompt.source = _source;
        this.controls = new PromptControls(theme, kind === "brush" ? [BRUSH.least, BRUSH.most] : null, {
            switchSign: () => this._switchSign(),
            step: (direction) => this._step(direction),
            commit: () => this._attempt(() => this._commitAsync()),
            drop: () => this._prompt.clear(),
            loadModel: () => this._loadModel(),
            setRadius: (radius) => this._setRadius(radius),
        });
        this._tool = new PromptTool(_segmentation.scene, kind === "brush" ? BRUSH.first : 0, theme.accent, {
            onClick: (at, isOther) => this._attempt(() => this._click("origin" in at ? at : { ...at }, isOther)),
            onHover: (at, isOther) => this._attempt(() => this._preview(at, isOther)),
            onStroke: (path, isOther) =>
                this._attempt(() => {
                    const leaves = _segmentation.selectionTools!.leavesUnder(path, this._tool.radius);
                    this._prompt.addStroke(leaves, this._isPositive(isOther));
                }),
            onWheel: (direction) => this._isOverContent() && this._step(direction),
        });
        this._observers = [
            this._prompt.onAnswerObservable.add((answer) => {
                _segmentation.selection.replace(answer?.intervals ?? []);
                this._show();
            }),
            this._prompt.onSourceFailedObservable.add(() => this._show()),
        ];
        if (_source) {
            this._observers.push(_source.onStatusChangedObservable.add(() => this._show()));
            _source.isWatching = true;
        }
        this.controls.radius = this._tool.radius;
        this._show();
    }

    /** Handles a key of the tool. @returns whether it did */
    public handleKey({ key }: IKeyboardEvent): boolean {
        switch (key) {
            case "Enter":
                if (this._prompt.answer) {
                    this._attempt(() => this._commitAsync());
                }
                return this._prompt.answer !== null;
            case "Escape":
                if (this._prompt.isEmpty) {
                    return false;
                }
                this._prompt.clear();
                return true;
            case "Backspace":
                return this._prompt.removeLast();
            case "PageUp":
            case "PageDown":
                return this._step(key === "PageUp" ? 1 : -1);
            case "[":
            case "]":
                this._setRadius(this._tool.radius * (key === "]" ? BRUSH.step : 1 / BRUSH.step));
                return this._tool.radius > 0;
            default:
                return false;
        }
    }

    /** Drops the clicks, and gives pointer and view back. */
    public dispose(): void {
        for (const observer of this._observers) {
            observer.remove();
        }
        if (this._source) {
            this._source.isWatching = false;
        }
        if (!this._prompt.isEmpty && this._segmentation.hierarchy) {
            this._segmentation.selection.clear();
        }
        this._prompt.dispose();
        this._tool.dispose();
        this.controls.control.dispose();
        if (this._segmentation.hierarchy) {
            this._segmentation.hoveredPart = null;
        }
    }

    private _click(at: PromptTarget, isOther: boolean): void {
        this._segmentation.hoveredPart = null;
        this._prompt.addPoint(at, this._isPositive(isOther));
        this._show();
    }

    /** Shows the largest part that a click would add or take away. */
    private _preview(at: PromptTarget | null, isOther: boolean): void {
        const { parts } = this._segmentation;
        const shown = this._prompt.answer?.intervals ?? [];
        const preview = at === null ? null : this._prompt.preview(at, this._isPositive(isOther));
        const isShown = ({ start, end }: { start: number; end: number }): boolean =>
            shown.some((interval) => interval.start === start && interval.end === end);
        const [largest] = (preview?.intervals ?? [])
            .filter((interval) => !isShown(interval))
            .sort((a, b) => b.end - b.start - (a.end - a.start));
        this._segmentation.hoveredPart = (largest && parts?.partOfInterval(largest)) ?? null;
    }

    private _isPositive(isOther: boolean): boolean {
        return isOther === this._takesAway;
    }

    private _switchSign(): void {
        this._takesAway = !this._takesAway;
        this._show();
    }

    private _step(direction: 1 | -1): boolean {
        // Beside the content, the wheel is the camera's; over it, it is the tool's even without a further alternative.
        return this._prompt.answer !== null && (this._prompt.step(direction) || true);
    }

    private _isOverContent(): boolean {
        const { scene, selectionTools } = this._segmentation;
        return (selectionTools?.leafAt({ x: scene.pointerX, y: scene.pointerY }) ?? -1) >= 0;
    }

    private async _commitAsync(): Promise<void> {
        const part = await this._prompt.commitAsync();
        if (part.tree === this._segmentation.parts) {
            this._segmentation.selectedPart = part;
        }
        this._show();
    }

    private _loadModel(): void {
        const source = this._source;
        if (source?.status.step === "loading") {
            source.cancel();
        } else if (source) {
            void source.loadModelAsync().catch(() => {}); // the status tells
        }
    }

    private _setRadius(radius: number): void {
        if (this._tool.radius > 0) {
            this._tool.radius = Math.min(Math.max(radius, BRUSH.least), BRUSH.most);
            this.controls.radius = this._tool.radius;
            this._onChanged();
        }
    }

    private _show(): void {
        this.controls.show(this._prompt, this._source, this._takesAway);
        this._onChanged();
    }
}
