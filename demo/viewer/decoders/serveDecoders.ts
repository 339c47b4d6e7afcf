import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { DECODER_FILES } from "./decoderFiles";

const modulesFolder = join(import.meta.dirname, "../../../node_modules");

/**
 * The content security policy of the worker that decodes textures, whose library makes functions from text. The page's
 * own policy, which forbids that, does not hold in a worker that has an address.
 */
const TEXTURE_WORKER_POLICY = "default-src 'none'; script-src 'self' 'unsafe-eval'";
const TEXTURE_WORKER = /\/ktx2Worker-[\w-]+\.js$/;

/** Serves the decoders of DECODER_FILES below decoders/, and copies them into the build. */
export function ServeDecoders(): Plugin {
    const read = (path: string): Buffer => readFileSync(join(modulesFolder, path));
    return {
        name: "decoders",
        configureServer(server) {
            server.middlewares.use("/decoders", (request, response, next) => {
                const name = (request.url ?? "").split("?")[0].slice(1);
                if (!Object.hasOwn(DECODER_FILES, name)) {
                    next();
                    return;
                }
                response.setHeader("Content-Type", name.endsWith(".js") ? "text/javascript" : "application/wasm");
                response.end(read(DECODER_FILES[name as keyof typeof DECODER_FILES]));
            });
        },
        configurePreviewServer(server) {
            server.middlewares.use((request, response, next) => {
                if (TEXTURE_WORKER.test((request.url ?? "").split("?")[0])) {
                    const setHeader = response.setHeader.bind(response);
                    response.setHeader = (name, value) =>
                        setHeader(name, /^content-security-policy$/i.test(name) ? TEXTURE_WORKER_POLICY : value);
                }
                next();
            });
        },
        generateBundle() {
            for (const [name, path] of Object.entries(DECODER_FILES)) {
                this.emitFile({ type: "asset", fileName: `decoders/${name}`, source: read(path) });
            }
        },
    };
}
