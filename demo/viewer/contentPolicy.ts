import type { Plugin } from "vite";

/**
 * The content security policy of the built viewer: code comes from its own server alone, and nothing evaluates text.
 * WebAssembly runs decoders and models; workers start from the package's own text (`blob:`); addresses of saved
 * segmentations (`?hierarchy=`) may be on other servers.
 */
const CONTENT_POLICY = [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self' blob:",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "connect-src 'self' blob: data: https:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
].join("; ");

/**
 * Writes the policy into the built page, so that every server serves it, and sends it with the page in the preview. The
 * development server injects styles. Workers from files have the policy of their own response: that of KTX2 evaluates
 * text, which the page may not.
 */
export function WriteContentPolicy(): Plugin {
    return {
        name: "content-policy",
        configurePreviewServer(server) {
            server.middlewares.use((request, response, next) => {
                if (/^[^?]*(\/|\.html)(\?|$)/.test(request.url ?? "")) {
                    response.setHeader("Content-Security-Policy", `${CONTENT_POLICY}; frame-ancestors 'none'`);
                }
                next();
            });
        },
        transformIndexHtml: (_, { server }) =>
            server
                ? []
                : [
                      {
                          tag: "meta",
                          attrs: { "http-equiv": "Content-Security-Policy", content: CONTENT_POLICY },
                          injectTo: "head-prepend",
                      },
                  ],
    };
}
