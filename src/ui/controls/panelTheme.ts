/** Colors and font of the panels, as CSS values. */
export interface PanelTheme {
    /** Background of a panel. */
    readonly background: string;
    readonly border: string;
    readonly text: string;
    /** Color of secondary text. */
    readonly quietText: string;
    /** Background of buttons, text fields and slider tracks. */
    readonly surface: string;
    readonly accent: string;
    /** Color of text on the accent. */
    readonly accentText: string;
    readonly fontFamily: string;
}

/** The theme for dark pages, and the default of every panel. */
export const DEFAULT_PANEL_THEME: PanelTheme = {
    background: "#14181fe6",
    border: "#ffffff1f",
    text: "#eef1f6",
    quietText: "#97a1b3",
    surface: "#2a313d",
    accent: "#6ea8fe",
    accentText: "#0c1220",
    fontFamily: "Inter, 'Segoe UI', 'Open Sans', system-ui, sans-serif",
};

/** The theme for bright pages. */
export const LIGHT_PANEL_THEME: PanelTheme = {
    background: "#f8f9fbf0",
    border: "#0000002e",
    text: "#161b24",
    quietText: "#4f5a6b",
    surface: "#dfe4ec",
    accent: "#1c62d1",
    accentText: "#ffffff",
    fontFamily: DEFAULT_PANEL_THEME.fontFamily,
};
