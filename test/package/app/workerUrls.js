import { WorkerUrls } from "babylon-ultrametric";

const folder = new URL("node_modules/babylon-ultrametric/dist/plugin/", document.baseURI);
WorkerUrls.hierarchy = new URL("pipeline/hierarchyWorker.js", folder);
WorkerUrls.imageMasks = new URL("masks/imageMaskWorker.js", folder);
await import("./main.js");
