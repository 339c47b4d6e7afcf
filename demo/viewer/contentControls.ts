import type { AnimationGroup } from "@babylonjs/core/Animations/animationGroup";
import type { AssetContainer } from "@babylonjs/core/assetContainer";
import type { Observer } from "@babylonjs/core/Misc/observable";
import type { Scene } from "@babylonjs/core/scene";
import type { KHR_materials_variants } from "@babylonjs/loaders/glTF/2.0/Extensions/KHR_materials_variants";
import { PageElement } from "./elements";
import type { ViewerScene } from "./viewerScene";

/** The scenes of an open file. */
export interface FileScenes {
    readonly names: readonly string[];
    readonly shown: number;
}

/**
 * The controls for what a model file holds beside its surface: animations, scenes, cameras, lights and variants of its
 * materials; and a switch that turns splats over.
 */
export class ContentControls {
    private readonly _root = PageElement("fileControls", HTMLElement);
    private readonly _play = PageElement("play", HTMLButtonElement);
    private readonly _animation = PageElement("fileAnimation", HTMLSelectElement);
    private readonly _camera = PageElement("fileCamera", HTMLSelectElement);
    private readonly _variant = PageElement("fileVariant", HTMLSelectElement);
    private readonly _scene = PageElement("fileScene", HTMLSelectElement);
    private readonly _lights = PageElement("fileLights", HTMLButtonElement);
    private readonly _flip = PageElement("flip", HTMLButtonElement);
    private _content: AssetContainer | null = null;
    private _playing: AnimationGroup | null = null;
    private _observer: Observer<Scene> | null = null;

    /**
     * @param onFlip called to turn the content over
     * @param onScene called to show another scene of the file
     */
    public constructor(
        private readonly _viewer: ViewerScene,
        onFlip: () => void,
        onScene: (scene: number) => void,
    ) {
        this._scene.onchange = () => onScene(this._scene.selectedIndex);
        this._lights.onclick = () => this._setLights(this._lights.getAttribute("aria-pressed") !== "true");
        this._flip.onclick = onFlip;
        this._play.onclick = () => (this._playing?.isPlaying ? this._pause() : this._start());
        this._animation.onchange = () => {
            this._stop();
            this._start();
        };
        this._camera.onchange = () => this._look();
        this._variant.onchange = () => void this._selectVariantAsync();
    }

    /**
     * Shows the controls of other content; null hides them.
     *
     * @param isFlipped true for content that is turned over
     * @param scenes of its file, of which one is shown
     */
    public show(content: AssetContainer | null, isFlipped = false, scenes: FileScenes | null = null): void {
        this._stop();
        this._content = content;
        this._setLights(false);
        this._lights.hidden = (content?.lights.length ?? 0) === 0;
        fill(this._scene, scenes?.names ?? []);
        this._scene.selectedIndex = scenes?.shown ?? -1;
        this._scene.hidden = (scenes?.names.length ?? 0) < 2;
        const animations = content?.animationGroups ?? [];
        fill(this._animation, named(animations, "Animation"));
        fill(this._camera, ["Cameras", ...named(content?.cameras ?? [], "Camera")]);
        this._play.hidden = animations.length === 0;
        this._animation.hidden = animations.length < 2;
        this._camera.hidden = (content?.cameras.length ?? 0) === 0;
        this._variant.hidden = true;
        this._flip.hidden = !content?.meshes.some((mesh) => mesh.getClassName() === "GaussianSplattingMesh");
        this._flip.setAttribute("aria-pressed", String(isFlipped));
        this._hideIfEmpty();
        void this._showVariantsAsync(content);
    }

    private async _showVariantsAsync(content: AssetContainer | null): Promise<void> {
        const root = content?.meshes[0];
        const variants = root ? (await variantsAsync()).GetAvailableVariants(root) : [];
        if (content === this._content) {
            fill(this._variant, variants);
            this._variant.hidden = variants.length < 2;
            this._hideIfEmpty();
        }
    }

    private _hideIfEmpty(): void {
        const controls = [this._play, this._scene, this._camera, this._variant, this._lights, this._flip];
        this._root.hidden = controls.every(({ hidden }) => hidden);
    }

    /** Turns the lights of the file on, and that of the page off, or the other way around. */
    private _setLights(isOn: boolean): void {
        const lights = this._content?.lights ?? [];
        for (const light of lights) {
            light.setEnabled(isOn);
        }
        this._viewer.sky.setEnabled(!isOn);
        this._lights.setAttribute("aria-pressed", String(isOn));
        this._viewer.requestFrame();
    }

    private _start(): void {
        const group = this._content?.animationGroups[this._animation.selectedIndex];
        if (!group) {
            return;
        }
        this._playing = group;
        group.play(true);
        // Frames are drawn on demand: each one asks for the next.
        this._observer ??= this._viewer.scene.onAfterRenderObservable.add(() => this._viewer.requestFrame());
        this._viewer.requestFrame();
        this._mark();
    }

    private _pause(): void {
        this._playing?.pause();
        this._observer?.remove();
        this._observer = null;
        this._mark();
    }

    private _stop(): void {
        this._pause();
        this._playing?.stop();
        this._playing = null;
    }

    private _mark(): void {
        const isPlaying = this._playing?.isPlaying ?? false;
        this._play.textContent = isPlaying ? "Pause" : "Play";
    }

    /** Looks from the chosen camera of the file; the list can be used again at once. */
    private _look(): void {
        const camera = this._content?.cameras[this._camera.selectedIndex - 1];
        if (camera) {
            this._viewer.stopTurning();
            this._viewer.view.lookLike(camera);
            this._viewer.requestFrame();
        }
        this._camera.selectedIndex = 0;
    }

    private async _selectVariantAsync(): Promise<void> {
        const root = this._content?.meshes[0];
        if (root) {
            (await variantsAsync()).SelectVariant(root, this._variant.value);
            this._viewer.requestFrame();
        }
    }
}

/** Loads Babylon's variants with its glTF loader, which the page does not need before. */
async function variantsAsync(): Promise<typeof KHR_materials_variants> {
    return (await import("@babylonjs/loaders/glTF/2.0/Extensions/KHR_materials_variants")).KHR_materials_variants;
}

/** Returns the names of things, numbered where they have none. */
function named(things: readonly { readonly name: string }[], kind: string): string[] {
    return things.map(({ name }, i) => name || `${kind} ${i + 1}`);
}

function fill(list: HTMLSelectElement, names: readonly string[]): void {
    list.replaceChildren(...names.map((name) => new Option(name)));
}
