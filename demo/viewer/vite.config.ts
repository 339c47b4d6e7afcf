import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, normalize, relative } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { WriteContentPolicy } from "./contentPolicy";
import { ServeDecoders } from "./decoders/serveDecoders";

const capturesFolder = join(import.meta.dirname, "../captures");
const CAPTURES = ["excavator"];
/** The files of a capture that the viewer reads; the ground truth is left out. */
const FILES = /^(transforms_(train|val)\.json|segmentation\.bumh|(train|val|masks|depth)\/[^/]+)$/;

/** Serves the demo's captures below captures/, and copies them into the build. */
function serveCaptures(): Plugin {
    return {
        name: "captures",
        configureServer(server) {
            server.middlewares.use("/captures", (request, response, next) => {
                const path = join(capturesFolder, normalize(decodeURIComponent((request.url ?? "").split("?")[0])));
                if (!path.startsWith(capturesFolder) || !existsSync(path) || !statSync(path).isFile()) {
                    next();
                    return;
                }
                // Gzipped depth is data: no Content-Encoding.
                response.setHeader(
                    "Content-Type",
                    path.endsWith(".json") ? "application/json" : "application/octet-stream",
                );
                if (request.method === "HEAD") {
                    response.end();
                    return;
                }
                createReadStream(path).pipe(response);
            });
        },
        generateBundle() {
            for (const capture of CAPTURES) {
                const folder = join(capturesFolder, capture);
                for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
                    const file = join(entry.parentPath, entry.name);
                    const path = relative(folder, file).replaceAll("\\", "/");
                    if (entry.isFile() && FILES.test(path)) {
                        this.emitFile({
                            type: "asset",
                            fileName: `captures/${capture}/${path}`,
                            source: readFileSync(file),
                        });
                    }
                }
            }
        },
    };
}

/** Threads of WebAssembly (onnxruntime) need a cross-origin isolated page. */
const headers = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
};

/** The viewer: a page that works from any folder of any web server. */
export default defineConfig({
    root: import.meta.dirname,
    base: "./",
    publicDir: join(import.meta.dirname, "../../packages/mobilesam/files"), // the masks' model
    plugins: [serveCaptures(), ServeDecoders(), WriteContentPolicy()],
    resolve: { tsconfigPaths: true }, // the package by its name is its sources
    server: { headers, fs: { allow: [join(import.meta.dirname, "../..")] } },
    preview: { headers },
    worker: { format: "es" },
    optimizeDeps: { exclude: ["onnxruntime-web"] },
    build: { target: "es2022", outDir: "dist", emptyOutDir: true, chunkSizeWarningLimit: 4000 },
});
