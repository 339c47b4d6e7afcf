import { writeFileSync } from "node:fs";
import { FolderFileSource } from "./demo/headless/folderFileSource";
import { LoadFolderCaptureAsync } from "./demo/headless/loadFolderCapture";
import { CreateNodeEngineAsync } from "./demo/headless/nodeWebGpu";
import { RadianceLearning } from "./src/plugin/radiance/radianceLearning";
const capture = await LoadFolderCaptureAsync(new FolderFileSource(process.argv[2]));
const engine = await CreateNodeEngineAsync();
const learning = await RadianceLearning.CreateAsync(engine, capture, { preset: "fast", training: { steps: 1000 } });
learning.onChangedObservable.add(() => {
    const p = learning.points.at(-1);
    console.log(new Date().toISOString(), JSON.stringify(p));
    if (p && p.step % 250 === 0) void learning.saveAsync().then((bytes) => writeFileSync(`/tmp/h6bg/chair-${p.step}.umrt`, bytes));
});
await learning.runAsync();
writeFileSync("/tmp/h6bg/chair.umrt", await learning.saveAsync());
process.exit(0);
