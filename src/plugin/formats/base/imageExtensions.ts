/** Extensions of image files, in lower case. */
export const IMAGE_EXTENSIONS: readonly string[] = [".png", ".jpg", ".jpeg", ".webp", ".avif"];

/** Returns whether a path has the extension of an image file. */
export function HasImageExtension(path: string): boolean {
    return IMAGE_EXTENSIONS.some((extension) => path.toLowerCase().endsWith(extension));
}

/** Removes the extension of an image file from a path, if it has one. */
export function WithoutImageExtension(path: string): string {
    const extension = IMAGE_EXTENSIONS.find((e) => path.toLowerCase().endsWith(e)) ?? "";
    return path.slice(0, path.length - extension.length);
}

/** Extensions of image files that are found, so that a format that is not read can be named. */
export const FOUND_EXTENSIONS: readonly string[] = [...IMAGE_EXTENSIONS, ".heic", ".heif", ".tif", ".tiff", ".bmp"];

/** Returns whether a path has the extension of any image file. */
export function HasFoundExtension(path: string): boolean {
    return FOUND_EXTENSIONS.some((extension) => path.toLowerCase().endsWith(extension));
}

/** Removes the extension of any image file from a path, if it has one. */
export function WithoutFoundExtension(path: string): string {
    const extension = FOUND_EXTENSIONS.find((e) => path.toLowerCase().endsWith(e)) ?? "";
    return path.slice(0, path.length - extension.length);
}
