import { Engine } from "@babylonjs/core/Engines/engine";
import { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import type { Observable } from "@babylonjs/core/Misc/observable";
import { AdvancedDynamicTexture } from "@babylonjs/gui/2D/advancedDynamicTexture";
import {
    type ColorMode,
    type PickedFileSource,
    UltrametricError,
    UltrametricSegmentation,
    UrlFileSource,
} from "babylon-ultrametric";
import { SavedTraining } from "babylon-ultrametric/fields";
import { GranularityPanel, type PanelTheme } from "babylon-ultrametric/ui";
import { AboutCard } from "./aboutCard";
import { BindViewInputs } from "./camera/viewInputs";
import { ContentControls } from "./contentControls";
import { PageElement } from "./elements";
import { BindExplodeSlider } from "./explodeSlider";
import { ExportMenu } from "./export/exportMenu";
import { BindFileInputs, SaveSegmentationAsync } from "./fileInputs";
import { BindKeyboard } from "./keyboard";
import { ShowError, ShowMessage } from "./message";
import { type OpenedFiles, OpenFilesAsync } from "./open/openFiles";
import { PageState } from "./pageState";
import { PanelButtons } from "./panelButtons";
import { BindPartCard } from "./partCard";
import { CreatePromptSource } from "./promptSource";
import { SegmentMenu } from "./segmentMenu";
import { SegmentSession } from "./segmentSession";
import { StatsOverlay } from "./statsOverlay";
import { FilesSubject, SceneSubject, type Subject } from "./subject";
import { Theme } from "./theme";
import { ViewerScene } from "./viewerScene";
import { ViewsButton } from "./viewsButton";
import { HideWelcome, ShowWelcome } from "./welcome";

/** The viewer: opens content, and connects the scene, the panels and the page. */
class Viewer {
    private readonly _state = new PageState();
    private readonly _theme = new Theme();
    private readonly _advancedTexture: AdvancedDynamicTexture;
    private readonly _session: SegmentSession;
    private readonly _menu: SegmentMenu;
    private readonly _views: ViewsButton;
    private readonly _panels: PanelButtons;
    private readonly _about: AboutCard;
    private readonly _contentControls: ContentControls;
    private readonly _setColorMode: (mode: ColorMode) => void;
    private _granularity: GranularityPanel;
    /** Settles with the opening in progress; never rejects. */
    private _opening: Promise<unknown> = Promise.resolve();

    public constructor(
        private readonly _scene: ViewerScene,
        private readonly _segmentation: UltrametricSegmentation,
    ) {
        this._advancedTexture = AdvancedDynamicTexture.CreateFullscreenUI("panels", true, _scene.scene);
        _scene.panels = this._advancedTexture;
        // Sizes of panels are CSS pixels, at any device pixel ratio.
        const fitPanels = (): void => {
            this._advancedTexture.idealWidth = window.innerWidth;
        };
        fitPanels();
        _scene.engine.onResizeObservable.add(fitPanels);
        const requestFrame = (): void => _scene.requestFrame();
        this._session = new SegmentSession(
            _segmentation,
            this._advancedTexture,
            () => this._theme.panels,
            requestFrame,
            () => _scene.requestProgressFrame(),
        );
        this._granularity = this._createGranularity();
        this._views = new ViewsButton(this._session, _scene, this._advancedTexture, () => this._theme.panels);
        const theme = (): PanelTheme => this._theme.panels;
        const promptSource = CreatePromptSource(_segmentation, this._session);
        promptSource.onStatusChangedObservable.add(requestFrame);
        this._panels = new PanelButtons(_segmentation, _scene, this._advancedTexture, theme, promptSource, () =>
            this._views.close(),
        );
        this._views.onOpen = () => this._panels.setOpen("parts", false);
        this._menu = new SegmentMenu(this._session, _scene.engine.isWebGPU, () => {
            _scene.stopTurning();
            HideWelcome();
        });
        this._theme.onChangedObservable.add(() => {
            this._granularity.control.dispose();
            this._granularity = this._createGranularity();
            this._views.reset();
            this._panels.reset();
            requestFrame();
        });
        this._setColorMode = bindColorButtons(_segmentation, () => this._state.follow(_segmentation));
        BindPartCard(_segmentation);
        this._about = new AboutCard(_segmentation);
        this._contentControls = new ContentControls(
            _scene,
            () => void this._flipAsync(),
            (scene) =>
                this._showSceneAsync(scene).catch((error: unknown) =>
                    ShowError("The scene could not be opened", error),
                ),
        );
        new ExportMenu(_segmentation, this._session, _scene);
        BindExplodeSlider(_segmentation, _scene);
        new StatsOverlay(_scene);
        BindKeyboard(_segmentation, this._setColorMode);
        BindViewInputs(_scene, _segmentation);
        this._followSegmentation(requestFrame);
        PageElement("save", HTMLButtonElement).onclick = () => {
            if (_segmentation.hierarchy) {
                void SaveSegmentationAsync(_segmentation);
            }
        };
        BindFileInputs((files) => {
            this._openPickedAsync(files).catch((error: unknown) => {
                if (!(error instanceof UltrametricError && error.kind === "aborted")) {
                    ShowError("The files could not be opened", error);
                }
            });
        });
        PageElement("tools", HTMLElement).hidden = false;
    }

    /** Opens the segmentation named in the page's address, or else the bundled capture with its segmentation. */
    public async startAsync(): Promise<void> {
        this._scene.start();
        this._segmentation.onHierarchyChangedObservable.addOnce(() => {
            this._state.apply(this._segmentation, this._setColorMode);
        });
        await this._enqueueAsync(() => this._openFirstAsync());
    }

    /** Opens one thing after the other, so that the last one stays. */
    private _enqueueAsync<T>(openAsync: () => Promise<T>): Promise<T> {
        const canvas = PageElement("canvas", HTMLCanvasElement);
        const opening = this._opening.then(async () => {
            canvas.ariaBusy = "true";
            try {
                return await openAsync();
            } finally {
                canvas.ariaBusy = "false";
            }
        });
        this._opening = opening.catch(() => {});
        return opening;
    }

    private async _openFirstAsync(): Promise<void> {
        const address = this._state.hierarchy;
        if (address !== null) {
            try {
                await this._openSavedAsync(new URL(address, document.baseURI));
                return;
            } catch (error) {
                ShowError("The segmentation of the address could not be opened", error); // the bundled one opens instead
            }
        }
        const capture = new URL("captures/excavator/", document.baseURI);
        await this._segmentation.loadAsync(new URL("segmentation.bumh", capture));
        this._scene.frame(this._segmentation);
        this._scene.startTurning();
        await this._openSubjectAsync(
            await FilesSubject.CreateAsync(new UrlFileSource(capture), "Excavator", this._segmentation, this._scene),
        );
        ShowWelcome();
        if (!this._scene.engine.isWebGPU) {
            PageElement("subtitle", HTMLElement).textContent = "Without WebGPU: points only, no training";
        }
    }

    private async _openPickedAsync(picked: Promise<PickedFileSource>): Promise<void> {
        const source = await picked;
        const opened = await this._enqueueAsync(() => this._openSourceAsync(source));
        const isOpen = opened.kind === "subject" && this._session.subject === opened.subject;
        if (isOpen && this._state.segmentsAtOnce) {
            await this._menu.startAsync();
            if (this._segmentation.hierarchy) {
                this._scene.frameAgain(this._segmentation);
            }
        }
    }

    private async _openSourceAsync(source: PickedFileSource): Promise<OpenedFiles> {
        const found = await this._session.prepareAsync((run) =>
            OpenFilesAsync(source, this._segmentation, this._scene, this._session.subject, run),
        );
        const opened: Exclude<OpenedFiles, { kind: "training" }> =
            found.kind === "training" ? { kind: "subject", subject: await this._resumeAsync(found) } : found;
        if (opened.kind === "subject") {
            await this._session.prepareAsync((run) => opened.subject.readAsync(run));
        }
        HideWelcome();
        this._scene.stopTurning();
        await this._session.cancelAsync();
        if (opened.kind === "saved") {
            await this._openSavedAsync(opened.bytes);
        } else {
            await this._openUnsegmentedAsync(opened.subject);
        }
        return opened;
    }

    private async _openUnsegmentedAsync(subject: Subject): Promise<void> {
        await this._segmentation.setHierarchyAsync(null);
        await this._openSubjectAsync(subject);
        PageElement("title", HTMLElement).textContent = subject.name;
        PageElement("subtitle", HTMLElement).textContent = "not segmented yet";
        this._scene.frame(this._segmentation);
    }

    /** Turns the open content over, and finds its parts anew. */
    private async _flipAsync(): Promise<void> {
        await this._session.cancelAsync();
        await this._enqueueAsync(async () => {
            const { subject } = this._session;
            if (subject instanceof SceneSubject) {
                await this._segmentation.setHierarchyAsync(null); // it shows parts where the content was
                subject.flip();
                await this._openUnsegmentedAsync(subject);
            }
        });
        if (this._state.segmentsAtOnce) {
            await this._menu.startAsync();
        }
    }

    /** Opens another scene of the open file, and finds its parts. */
    private async _showSceneAsync(scene: number): Promise<void> {
        await this._session.cancelAsync();
        await this._enqueueAsync(async () => {
            const { subject } = this._session;
            if (subject instanceof SceneSubject) {
                await this._openUnsegmentedAsync(
                    await this._session.prepareAsync((run) => subject.reopenAsync(run, scene)),
                );
            }
        });
        if (this._state.segmentsAtOnce) {
            await this._menu.startAsync();
        }
    }

    /**
     * Returns the photos of a saved radiance field training, from its folder or already open, with that training.
     * @throws UltrametricError "input" for a training of another capture, before the open content is closed
     */
    private async _resumeAsync({ bytes, photos }: Extract<OpenedFiles, { kind: "training" }>): Promise<FilesSubject> {
        const saved = new SavedTraining(bytes);
        const subject = photos ?? this._session.subject;
        if (!(subject instanceof FilesSubject)) {
            throw new UltrametricError(
                "input",
                `This radiance field belongs to the capture "${saved.captureName}", which is not open. ` +
                    "Open the folder of its photos first, then this file.",
            );
        }
        return await this._session.prepareAsync((run) => subject.withTrainingAsync(bytes, run));
    }

    private async _openSavedAsync(source: URL | Uint8Array<ArrayBuffer>): Promise<void> {
        await this._segmentation.loadAsync(source);
        await this._openSubjectAsync(null);
        this._setColorMode(this._segmentation.colorMode);
        this._scene.frame(this._segmentation);
    }

    /** Opens content that is in the scene; null for that of a saved segmentation. */
    private async _openSubjectAsync(subject: Subject | null): Promise<void> {
        await this._session.openAsync(subject);
        this._menu.refresh();
        this._views.reset();
        this._about.show(subject?.name ?? "", subject?.report ?? null);
        const model = subject instanceof SceneSubject ? subject : null;
        this._contentControls.show(model?.content ?? null, model?.isFlipped, model?.report.scenes);
    }

    private _createGranularity(): GranularityPanel {
        return new GranularityPanel(this._segmentation, this._advancedTexture, {
            width: 480,
            theme: this._theme.panels,
        });
    }

    private _followSegmentation(requestFrame: () => void): void {
        const { _segmentation: segmentation } = this;
        segmentation.onHierarchyChangedObservable.add((hierarchy) => {
            PageElement("hints", HTMLElement).hidden = hierarchy === null;
            PageElement("save", HTMLButtonElement).disabled = hierarchy === null;
            if (hierarchy) {
                PageElement("title", HTMLElement).textContent = hierarchy.name;
                PageElement("subtitle", HTMLElement).textContent = `${hierarchy.leafCount.toLocaleString("en")} points`;
            }
        });
        for (const observable of [
            segmentation.onHierarchyChangedObservable,
            segmentation.onGranularityChangedObservable,
            segmentation.onSelectionChangedObservable,
        ]) {
            // The types of the observables' values differ, and none is used.
            (observable as Observable<unknown>).add(requestFrame);
        }
        segmentation.onGranularityChangedObservable.add(() => this._state.follow(segmentation));
    }
}

/** Binds the color buttons. @returns a function that sets the mode and marks its button */
function bindColorButtons(segmentation: UltrametricSegmentation, onChanged: () => void): (mode: ColorMode) => void {
    const buttons = [...PageElement("colors", HTMLElement).querySelectorAll("button")];
    const set = (mode: ColorMode): void => {
        segmentation.colorMode = mode;
        for (const button of buttons) {
            button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
        }
        onChanged();
    };
    for (const button of buttons) {
        button.onclick = () => set(button.dataset.mode as ColorMode);
    }
    set(segmentation.colorMode);
    return set;
}

async function startViewerAsync(): Promise<void> {
    const hasWebGpu = await WebGPUEngine.IsSupportedAsync;
    if (!hasWebGpu && !Engine.IsSupported) {
        ShowMessage(
            "This page needs WebGPU or WebGL2",
            "Your browser or graphics driver supports neither. " +
                "Current versions of Chrome, Edge, Safari and Firefox do; " +
                "on Linux, WebGPU may have to be enabled.",
        );
        return;
    }
    const scene = await ViewerScene.CreateAsync(PageElement("canvas", HTMLCanvasElement), hasWebGpu);
    const segmentation = new UltrametricSegmentation(scene.scene, { shading: 0.85, display: "meshes" });
    await new Viewer(scene, segmentation).startAsync();
}

startViewerAsync().catch((error: unknown) => {
    ShowError("The viewer could not start", error);
});
