// Everything in one global, `BABYLON_ULTRAMETRIC`, for pages and playgrounds that load Babylon by script tags.
export * from "./compute";
export * from "./evaluation";
export * from "./fields";
export * from "./formats";
export * from "./index";
export * from "./masks";
export * from "./ui/index";
