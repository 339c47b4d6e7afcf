import { UltrametricError } from "../../../compute/base/ultrametricError";

/** The most bytes of all files of a bundle, unpacked. */
const MAX_BYTES = 2 ** 29;
/** Deflate cannot compress to less than one part in 1032 (RFC 1951: 258 bytes in two bits). */
const MAX_DEFLATE_RATIO = 1032;
/** The most files of a bundle; a SOG has 8. */
const MAX_FILES = 1000;

/** Returns true for a .zip, as a bundled SOG is. */
export function IsZip(bytes: Uint8Array): boolean {
    return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/**
 * Unpacks a bundled SOG.
 *
 * @param file name of the file, for messages
 * @returns bytes by name without folders
 * @throws UltrametricError "input" for a damaged or oversized bundle
 */
export async function UnpackSogAsync(bytes: Uint8Array, file: string): Promise<ReadonlyMap<string, Uint8Array>> {
    const { unzip } = await import("fflate");
    let total = 0;
    let files = 0;
    const unpacked = await new Promise<Record<string, Uint8Array>>((resolve, reject) => {
        const fail = (cause: unknown): void =>
            reject(
                cause instanceof UltrametricError
                    ? cause
                    : new UltrametricError(
                          "input",
                          `${file} is a damaged archive: ${(cause as Error).message}. Copy or export it again.`,
                          { cause },
                      ),
            );
        const filter = ({
            originalSize,
            size,
            name,
        }: {
            originalSize: number;
            size: number;
            name: string;
        }): boolean => {
            total += originalSize;
            files++;
            if (size > bytes.length || originalSize > MAX_DEFLATE_RATIO * (size + 1)) {
                throw new Error(`${size} bytes of ${name.slice(0, 80)} cannot unpack to ${originalSize}`);
            }
            if (total > MAX_BYTES || files > MAX_FILES) {
                throw new UltrametricError(
                    "input",
                    `${file} unpacks to ${files} files with ${total} bytes at ${name.slice(0, 80)}, which is no SOG.`,
                );
            }
            return !name.endsWith("/");
        };
        try {
            unzip(bytes, { filter }, (error, result) => (error ? fail(error) : resolve(result)));
        } catch (error) {
            fail(error);
        }
    });
    return new Map(Object.entries(unpacked).map(([path, data]) => [path.slice(path.lastIndexOf("/") + 1), data]));
}
