/** The two files of MobileSAM, as `samModels.mobileSam` of babylon-ultrametric takes them. */
export interface MobileSamFiles {
    /** The address of the image encoder, 14.1 MB. */
    readonly encoder: URL;
    /** The address of the mask decoder, 8.0 MB. */
    readonly decoder: URL;
    /** The sizes of the files in bytes. */
    readonly bytes: { readonly encoder: number; readonly decoder: number };
    /** The SHA-256 of the files, 64 hexadecimal digits. */
    readonly sha256: { readonly encoder: string; readonly decoder: string };
}

export declare const mobileSamFiles: MobileSamFiles;
