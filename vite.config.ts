import { join } from "node:path";
import { defineConfig } from "vite";

/** The library: ES modules for bundlers, with the shaders inside. The declarations come from tsc (tsconfig.build.json). */
export default defineConfig({
    build: {
        target: "es2022",
        minify: false,
        sourcemap: true,
        lib: {
            entry: {
                index: join(import.meta.dirname, "src/index.ts"),
                ui: join(import.meta.dirname, "src/ui/index.ts"),
            },
            formats: ["es"],
        },
        rolldownOptions: {
            external: [/^@babylonjs\//, /^onnxruntime-web(\/|$)/, /^fast-png(\/|$)/],
        },
    },
});
