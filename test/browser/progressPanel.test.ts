import { Observable } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";
import { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import type { Button } from "@babylonjs/gui/2D/controls/button";
import { beforeEach, describe, expect, it } from "vitest";
import type { RadianceCurvePoint, RadianceTrainingSession } from "../../src/plugin/radiance/radianceTrainingSession";
import { DEFAULT_PANEL_THEME } from "../../src/ui/controls/panelTheme";
import { type FollowedTraining, ProgressPanel } from "../../src/ui/progress/progressPanel";
import { CreateBlackScene, DrawAsync, UseBrowserEngine } from "../support/browserScene";
import { GuiPointer, MiddleOf } from "../support/guiPointer";

const engine = UseBrowserEngine(640, 400);
let scene: Scene;
let texture: AdvancedDynamicTexture;
let pointer: GuiPointer;

beforeEach(() => {
    scene = CreateBlackScene(engine());
    texture = AdvancedDynamicTexture.CreateFullscreenUI("panels", true, scene);
    scene.attachControl();
    pointer = new GuiPointer(engine().getRenderingCanvas()!);
});

/** A fake training that only reacts to its buttons. */
class FakeLearning implements FollowedTraining {
    public points: RadianceCurvePoint[] = [];
    public stepCount = 200;
    public isPaused = false;
    public isEnded = false;
    public readonly onChangedObservable = new Observable<RadianceTrainingSession>();

    public pause(): void {
        this.isPaused = true;
        this.tell();
    }

    public resume(): void {
        this.isPaused = false;
        this.tell();
    }

    public end(): void {
        this.isEnded = true;
        this.tell();
    }

    public report(loss: number, heldOutPsnr: number | null): void {
        const step = 50 * (this.points.length + 1);
        this.points = [...this.points, { step, loss, psnr: 10 + step / 10, heldOutPsnr, rays: 100 }];
        this.tell();
    }

    public tell(): void {
        this.onChangedObservable.notifyObservers(this as unknown as RadianceTrainingSession);
    }
}

/** Returns true if the panels' texture has a color, "#rrggbb", around a position. */
function HasColor(x: number, y: number, color: string): boolean {
    const wanted = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
    const { data } = (texture.getContext() as CanvasRenderingContext2D).getImageData(x - 3, y - 3, 7, 7);
    return Array.from({ length: 49 }, (_, i) =>
        wanted.every((value, c) => Math.abs(data[4 * i + c] - value) < 25),
    ).some(Boolean);
}

describe("ProgressPanel.follow", () => {
    it("plots the loss and the held-out quality, and controls the training by its buttons", async () => {
        const panel = new ProgressPanel(texture);
        panel.onProgress({ stage: "Training", fraction: 0.1 });
        const { heightInPixels: lowHeight } = panel.control;
        const learning = new FakeLearning();
        let saves = 0;
        const stop = panel.follow(learning, () => saves++);
        await DrawAsync(scene);
        const curve = texture.getControlByName("learningCurve")!;
        const [left, width] = [curve.centerX - curve.widthInPixels / 2, curve.widthInPixels];
        const bottom = curve.centerY + curve.heightInPixels / 2;
        const top = bottom - curve.heightInPixels + 18; // below the text
        const { accent, quietText } = DEFAULT_PANEL_THEME;
        const xOf = (step: number): number => Math.round(left + (width * step) / 200);
        expect(HasColor(xOf(50), bottom - 3, accent)).toBe(false);

        learning.report(0.1, 12);
        learning.report(0.01, null);
        learning.report(0.001, 24);
        await DrawAsync(scene);
        // Held-out quality rises from the lower left to the upper right, across the unmeasured step; log losses fall.
        expect(HasColor(xOf(50) + 1, bottom - 3, accent)).toBe(true);
        expect(HasColor(xOf(100), (top + bottom) / 2, accent)).toBe(true);
        expect(HasColor(xOf(150) - 2, top + 3, accent)).toBe(true);
        expect(HasColor(xOf(50) + 1, top + 3, quietText)).toBe(true);
        expect(HasColor(xOf(75), top + (bottom - top) / 4, quietText)).toBe(true);
        expect(HasColor(xOf(180), (top + bottom) / 2, accent)).toBe(false);

        pointer.click(MiddleOf(texture, "pause"));
        expect(learning.isPaused).toBe(true);
        expect((texture.getControlByName("pause") as Button).textBlock!.text).toBe("Resume");
        pointer.click(MiddleOf(texture, "pause"));
        expect(learning.isPaused).toBe(false);
        pointer.click(MiddleOf(texture, "saveTraining"));
        expect(saves).toBe(1);
        pointer.click(MiddleOf(texture, "endTraining"));
        expect(learning.isEnded).toBe(true);
        expect(texture.getControlByName("pause")!.isEnabled).toBe(false);
        expect(panel.signal.aborted).toBe(false);
        pointer.click(MiddleOf(texture, "cancel"));
        expect(panel.signal.aborted).toBe(true);

        stop();
        expect(panel.control.heightInPixels).toBe(lowHeight);
        expect(texture.getControlByName("learningCurve")).toBeNull();
        await new Promise((resolve) => setTimeout(resolve)); // observers are removed later
        expect(learning.onChangedObservable.observers).toEqual([]);
        panel.dispose();
        stop();
    });

    it("plots the quality of training rays when no view is held out, and fits a narrow texture", async () => {
        engine().setSize(300, 400);
        const panel = new ProgressPanel(texture);
        const learning = new FakeLearning();
        panel.follow(learning, () => {});
        learning.report(0.1, null);
        learning.report(0.05, null);
        await DrawAsync(scene);
        const curve = texture.getControlByName("learningCurve")!;
        expect(curve.widthInPixels).toBe(300 - 2 * 12 - 2 * 20);
        const end = curve.centerX;
        expect(
            HasColor(Math.round(end), curve.centerY - curve.heightInPixels / 2 + 21, DEFAULT_PANEL_THEME.accent),
        ).toBe(true);
        const last = texture.getControlByName("endTraining")!;
        expect(last.centerX + last.widthInPixels / 2).toBeLessThanOrEqual(300 - 12 - 20 + 1);
        engine().setSize(640, 400);
        panel.dispose();
    });
});
