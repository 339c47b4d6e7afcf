import { Observable } from "@babylonjs/core/Misc/observable";
import { DEFAULT_PANEL_THEME, LIGHT_PANEL_THEME, type PanelTheme } from "babylon-ultrametric/ui";
import { PageElement } from "./elements";

const KEY = "babylon-ultrametric.theme";

/** The dark or light theme: the user's last choice, else the system's setting. */
export class Theme {
    public readonly onChangedObservable = new Observable<PanelTheme>();
    private _isLight: boolean;

    public constructor() {
        const chosen = localStorage.getItem(KEY);
        this._isLight = chosen === null ? matchMedia("(prefers-color-scheme: light)").matches : chosen === "light";
        PageElement("theme", HTMLButtonElement).onclick = () => {
            this._isLight = !this._isLight;
            localStorage.setItem(KEY, this._isLight ? "light" : "dark");
            this._show();
            this.onChangedObservable.notifyObservers(this.panels);
        };
        this._show();
    }

    /** The theme of the panels in the scene. */
    public get panels(): PanelTheme {
        return this._isLight ? LIGHT_PANEL_THEME : DEFAULT_PANEL_THEME;
    }

    private _show(): void {
        document.documentElement.dataset.theme = this._isLight ? "light" : "dark";
    }
}
