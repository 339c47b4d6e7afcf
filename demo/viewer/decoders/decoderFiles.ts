/**
 * The decoders that the page serves, below decoders/: files of npm packages by the name under which they are fetched.
 * Babylon would fetch its own copies from another server.
 */
export const DECODER_FILES = {
    "draco_decoder_gltf.js": "draco3dgltf/draco_decoder_gltf_nodejs.js",
    "draco_decoder_gltf.wasm": "draco3dgltf/draco_decoder_gltf.wasm",
    "meshopt_decoder.js": "meshoptimizer/meshopt_decoder.cjs",
    "basis_encoder.js": "ktx2-encoder/dist/basis/basis_encoder.js", // decodes, too
    "basis_encoder.wasm": "ktx2-encoder/dist/basis/basis_encoder.wasm",
} as const;

/** The name of a decoder's file. */
export type DecoderFile = keyof typeof DECODER_FILES;
