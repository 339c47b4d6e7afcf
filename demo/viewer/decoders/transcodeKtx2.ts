/** A KTX2 file in the transcoder of Basis Universal. */
interface Ktx2File {
    isValid(): boolean;
    getWidth(): number;
    getHeight(): number;
    getLevels(): number;
    getHasAlpha(): boolean;
    getDFDTransferFunc(): number;
    getImageLevelInfo(level: number, layer: number, face: number): { origWidth: number; origHeight: number };
    getImageTranscodedSizeInBytes(level: number, layer: number, face: number, format: number): number;
    startTranscoding(): number;
    transcodeImage(
        target: Uint8Array,
        level: number,
        layer: number,
        face: number,
        format: number,
        getAlphaForOpaqueFormats: number,
        channel0: number,
        channel1: number,
    ): number;
    close(): void;
    delete(): void;
}

/** The module of Basis Universal. */
export interface BasisModule {
    readonly KTX2File: new (data: Uint8Array) => Ktx2File;
    initializeBasis(): void;
}

/** A decoded texture, as Babylon's KhronosTextureContainer2 takes it. */
export interface DecodedTexture {
    readonly width: number;
    readonly height: number;
    readonly transcodedFormat: number;
    readonly isInGammaSpace: boolean;
    readonly hasAlpha: boolean;
    readonly transcoderName: string;
    readonly mipmaps: readonly {
        readonly data: Uint8Array<ArrayBuffer>;
        readonly width: number;
        readonly height: number;
    }[];
}

/** The transfer function of sRGB in the data format descriptor of KTX2. */
const SRGB = 2;
/** Pixels of a block of every compressed format, along each side. */
const BLOCK = 4;

/** Formats by preference: the engine's capability, the transcoder's number and the engine's number (WebGL). */
const FORMATS = [
    { cap: "astc", basis: 10, engine: 0x93b0 },
    { cap: "bptc", basis: 6, engine: 0x8e8c },
    { cap: "etc2", basis: 1, engine: 0x9278 },
    { cap: "s3tc", basis: 3, engine: 0x83f3 },
];
const RGBA = { basis: 13, engine: 0x8058 };

/**
 * Transcodes a KTX2 file (ETC1S or UASTC) into the best format that the GPU has.
 *
 * @param caps compressed formats by the engine's names
 * @throws Error for a file that is damaged, or is no 2D texture of Basis Universal
 */
export function TranscodeKtx2(
    { KTX2File }: BasisModule,
    data: Uint8Array,
    caps: Readonly<Record<string, boolean>>,
    forceRgba = false,
): DecodedTexture {
    const file = new KTX2File(data);
    try {
        if (!file.isValid() || !file.startTranscoding()) {
            throw new Error("The KTX2 file is damaged, or not of Basis Universal (ETC1S or UASTC).");
        }
        const [width, height] = [file.getWidth(), file.getHeight()];
        // A compressed texture whose sides are not of whole blocks is an error in WebGPU.
        const isWhole = width % BLOCK === 0 && height % BLOCK === 0;
        const format = (!forceRgba && isWhole && FORMATS.find(({ cap }) => caps[cap])) || RGBA;
        const mipmaps = Array.from({ length: Math.max(1, file.getLevels()) }, (_, level) => {
            const { origWidth, origHeight } = file.getImageLevelInfo(level, 0, 0);
            const target = new Uint8Array(file.getImageTranscodedSizeInBytes(level, 0, 0, format.basis));
            if (!file.transcodeImage(target, level, 0, 0, format.basis, 0, -1, -1)) {
                throw new Error(`Level ${level} of the KTX2 file cannot be transcoded.`);
            }
            return { data: target, width: origWidth, height: origHeight };
        });
        return {
            ...{ width, height, mipmaps },
            transcodedFormat: format.engine,
            isInGammaSpace: file.getDFDTransferFunc() === SRGB,
            hasAlpha: file.getHasAlpha(),
            transcoderName: "Basis Universal",
        };
    } finally {
        file.close();
        file.delete();
    }
}
