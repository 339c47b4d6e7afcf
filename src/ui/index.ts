/**
 * Panels in Babylon GUI for an application's own scene.
 *
 * @module babylon-ultrametric/ui
 */

export { BasePanel, type BasePanelOptions, type PanelOptions } from "./basePanel";
export { DEFAULT_GRANULARITY_PANEL_OPTIONS, GranularityPanel, type GranularityPanelOptions } from "./granularityPanel";
export { DEFAULT_PANEL_THEME, LIGHT_PANEL_THEME, type PanelTheme } from "./panelTheme";
export { DEFAULT_PARTS_PANEL_OPTIONS, PartsPanel, type PartsPanelOptions } from "./partsPanel";
export {
    DEFAULT_PROGRESS_PANEL_OPTIONS,
    type FollowedTraining,
    ProgressPanel,
    type ProgressPanelOptions,
} from "./progressPanel";
export { type RegionShape, RegionTool, type RegionToolEvents } from "./regionTool";
export { SidePanel } from "./sidePanel";
export type { ToolName } from "./toolList";
export { DEFAULT_TOOLS_PANEL_OPTIONS, ToolsPanel, type ToolsPanelOptions } from "./toolsPanel";
export { DEFAULT_VIEWS_PANEL_OPTIONS, ViewsPanel, type ViewsPanelOptions } from "./viewsPanel";
