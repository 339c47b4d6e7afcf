import { join } from "node:path";
import { defineConfig } from "vite";

/** The panels on a generated hierarchy, each alone or all together. */
export default defineConfig({
    root: import.meta.dirname,
    base: "./",
    resolve: { tsconfigPaths: true }, // the package by its name is its sources
    server: { fs: { allow: [join(import.meta.dirname, "../..")] } },
    build: { target: "es2022", outDir: "dist", emptyOutDir: true, chunkSizeWarningLimit: 4000 },
});
