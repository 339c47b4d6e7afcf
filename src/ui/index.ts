/**
 * Panels in Babylon GUI for an application's own scene.
 *
 * @module babylon-ultrametric/ui
 */

export { DEFAULT_PANEL_THEME, LIGHT_PANEL_THEME, type PanelTheme } from "./controls/panelTheme";
export {
    DEFAULT_GRANULARITY_PANEL_OPTIONS,
    GranularityPanel,
    type GranularityPanelOptions,
} from "./granularity/granularityPanel";
export { BasePanel, type BasePanelOptions, type PanelOptions } from "./panel/basePanel";
export { SidePanel } from "./panel/sidePanel";
export { DEFAULT_PARTS_PANEL_OPTIONS, PartsPanel, type PartsPanelOptions } from "./parts/partsPanel";
export {
    DEFAULT_PROGRESS_PANEL_OPTIONS,
    type FollowedTraining,
    ProgressPanel,
    type ProgressPanelOptions,
} from "./progress/progressPanel";
export { type RegionShape, RegionTool, type RegionToolEvents } from "./tools/regionTool";
export type { ToolName } from "./tools/toolList";
export { DEFAULT_TOOLS_PANEL_OPTIONS, ToolsPanel, type ToolsPanelOptions } from "./tools/toolsPanel";
export { DEFAULT_VIEWS_PANEL_OPTIONS, ViewsPanel, type ViewsPanelOptions } from "./views/viewsPanel";
