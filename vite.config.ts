import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";

const ENTRIES = ["index", "ui/index", "compute", "fields", "masks", "formats", "parts", "evaluation"];
/** Workers as files, for pages that allow none from the package's text, see WorkerUrls. */
const WORKERS = ["plugin/pipeline/hierarchyWorker", "plugin/masks/imageMaskWorker", "plugin/sam/samWorker"];
const sourceFolder = join(import.meta.dirname, "src");

/**
 * Babylon's deep paths get their file ending: bundlers find them without, but a page with an import map and Node, which
 * take the address as it is, do not. They, and the other packages, stay imports.
 */
function Peers(): Plugin {
    return {
        name: "peers",
        enforce: "pre",
        resolveId(id) {
            if (id.startsWith("@babylonjs/")) {
                return { id: id.endsWith(".js") ? id : `${id}.js`, external: true };
            }
            return /^(onnxruntime-web|earcut|fast-png|fflate|fzstd)(\/|$)/.test(id)
                ? { id, external: true }
                : undefined;
        },
    };
}

/**
 * The library: a module for each module of src, so that an application's bundler keeps what it uses and loads later what
 * is imported later, with the shaders and the workers inside. The declarations come from tsc (tsconfig.build.json).
 */
export default defineConfig({
    plugins: [Peers()],
    build: {
        target: "es2022",
        minify: false, // an application's build does that; so the code can be read as it is, without source maps
        lib: {
            entry: Object.fromEntries([...ENTRIES, ...WORKERS].map((name) => [name, join(sourceFolder, `${name}.ts`)])),
            formats: ["es"],
        },
        rolldownOptions: {
            checks: { pluginTimings: false },
            output: {
                preserveModules: true,
                preserveModulesRoot: sourceFolder,
                entryFileNames: "[name].js",
                comments: { jsdoc: false }, // the declarations have them
            },
        },
    },
    // Nobody's bundler makes a text smaller.
    worker: { rolldownOptions: { output: { minify: true } } },
});
