// Bundlers find the files by these expressions, copy them beside the application, and put in their addresses.
/** @type {import("./index.js").MobileSamFiles} */
export const mobileSamFiles = {
    encoder: new URL("./files/models/mobilesam_encoder_1024_w16.onnx", import.meta.url),
    decoder: new URL("./files/models/sam_decoder_fast_w16.onnx", import.meta.url),
    bytes: { encoder: 14111002, decoder: 7953785 },
    sha256: {
        encoder: "070aa5b7a582cefb9ff2042fccd04e3d098d56f3fe2380099e6aad3b9acbc9fa",
        decoder: "093b4d98e8a2a205eac10da96325a26bcea57f1378475322c8eb94fd63b23859",
    },
};
