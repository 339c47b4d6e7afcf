/** A file of weights. */
export interface WeightsFile {
    readonly name: string;
    /** The size in bytes. */
    readonly bytes: number;
    /** The SHA-256, 64 hexadecimal digits. */
    readonly sha256: string;
}

/**
 * The weights of MobileSAM (Apache-2.0). The npm package `package` has both files, and exports them as
 * `mobileSamFiles`; `address` is its folder on a public server, for pages without a bundler.
 */
export const MOBILE_SAM_FILES: {
    readonly package: string;
    readonly address: string;
    readonly encoder: WeightsFile;
    readonly decoder: WeightsFile;
} = {
    package: "babylon-ultrametric-mobilesam",
    address: "https://cdn.jsdelivr.net/npm/babylon-ultrametric-mobilesam@0.2/files/models",
    encoder: {
        name: "mobilesam_encoder_1024_w16.onnx",
        bytes: 14_111_002,
        sha256: "070aa5b7a582cefb9ff2042fccd04e3d098d56f3fe2380099e6aad3b9acbc9fa",
    },
    decoder: {
        name: "sam_decoder_fast_w16.onnx",
        bytes: 7_953_785,
        sha256: "093b4d98e8a2a205eac10da96325a26bcea57f1378475322c8eb94fd63b23859",
    },
};
