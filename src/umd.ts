// Everything in one global, `BABYLON_ULTRAMETRIC`, for pages and playgrounds that load Babylon by script tags.
export * from "./index";
export * from "./ui/index";
