import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { DECODER_FILES } from "./decoderFiles";

const modulesFolder = join(import.meta.dirname, "../../../node_modules");

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
        generateBundle() {
            for (const [name, path] of Object.entries(DECODER_FILES)) {
                this.emitFile({ type: "asset", fileName: `decoders/${name}`, source: read(path) });
            }
        },
    };
}
