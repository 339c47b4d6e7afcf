import { type BasisModule, TranscodeKtx2 } from "./transcodeKtx2";

/** The messages of Babylon's KhronosTextureContainer2, and a first one with the transcoder. */
type Ktx2Message =
    | { readonly action: "init"; readonly scriptUrl: string; readonly wasmBinary: ArrayBuffer }
    | { readonly action: "setDefaultDecoderOptions" }
    | {
          readonly action: "decode";
          readonly data: Uint8Array;
          readonly caps: Readonly<Record<string, boolean>>;
          readonly options?: { readonly forceRGBA?: boolean };
      };

let starting: Promise<BasisModule> | null = null;

async function startAsync(scriptUrl: string, wasmBinary: ArrayBuffer): Promise<BasisModule> {
    const { default: createAsync } = (await import(/* @vite-ignore */ scriptUrl)) as {
        default: (options: object) => Promise<BasisModule>;
    };
    const basis = await createAsync({ wasmBinary });
    basis.initializeBasis();
    return basis;
}

self.onmessage = async ({ data: message }: MessageEvent<Ktx2Message>) => {
    if (message.action === "init") {
        starting = startAsync(message.scriptUrl, message.wasmBinary);
        starting.catch(() => {}); // told when an image is to be decoded
    } else if (message.action === "decode") {
        try {
            const decodedData = TranscodeKtx2(await starting!, message.data, message.caps, message.options?.forceRGBA);
            const buffers = decodedData.mipmaps.map(({ data }) => data.buffer);
            self.postMessage({ action: "decoded", success: true, decodedData }, { transfer: buffers });
        } catch (error) {
            self.postMessage({ action: "decoded", success: false, msg: (error as Error).message });
        }
    }
};
