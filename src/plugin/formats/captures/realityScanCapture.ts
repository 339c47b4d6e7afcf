import { UltrametricError } from "../../../compute/base/ultrametricError";
import { CheckCameraPose } from "../../../compute/views/cameraPose";
import type { Capture } from "../../../compute/views/capture";
import type { Lens } from "../../../compute/views/lens";
import { CreateDistortion } from "../../../compute/views/lensDistortion";
import type { FileSource } from "../../sources/fileSource";
import { WithoutFoundExtension } from "../base/imageExtensions";
import { type CaptureFileOptions, ResolveCaptureFileOptions } from "./captureFileOptions";
import { LoadPosedCaptureAsync } from "./posedCapture";
import type { PosedImage } from "./posedImage";

/** Columns that every table of cameras has. */
const REQUIRED = ["name", "x", "y", "alt", "heading", "pitch", "roll", "f"] as const;
/** The width of 35 mm film, the unit of focal lengths. */
const FILM_WIDTH = 36;
/** Tables that are looked at. */
const MAX_TABLES = 8;
/** Coordinates beyond this lose precision in single floats. */
const FAR = 10_000;

/** A table of cameras. */
interface CameraTable {
    readonly file: string;
    readonly columns: ReadonlyMap<string, number>;
    readonly rows: readonly { readonly fields: readonly string[]; readonly line: number }[];
}

/** Reads the first table of cameras that RealityScan exported; null if there is none. */
export async function FindRealityScanTableAsync(source: FileSource, signal?: AbortSignal): Promise<CameraTable | null> {
    const files = (await source.listAllAsync?.(signal)) ?? [];
    const tables = files.filter((path) => path.toLowerCase().endsWith(".csv"));
    tables.sort((a, b) => a.split("/").length - b.split("/").length);
    for (const path of tables.slice(0, MAX_TABLES)) {
        const lines = new TextDecoder().decode(await source.readBytesAsync(path, signal)).split(/\r?\n/);
        const start = lines.findIndex((line) => line.trim() !== "" && !line.startsWith("#cameras"));
        const names = (lines[start] ?? "").split(",").map((name) => name.trim().replace(/^#/, "").toLowerCase());
        const columns = new Map(names.map((name, i) => [name, i]));
        if (REQUIRED.every((name) => columns.has(name))) {
            const rows = lines.map((line, i) => ({ fields: line.split(",").map((f) => f.trim()), line: i + 1 }));
            const used = rows.slice(start + 1).filter(({ fields }) => fields.length > 1);
            return { file: `${source.name}/${path}`, columns, rows: used };
        }
    }
    return null;
}

/**
 * Reads a capture by the table "Internal/External camera parameters" of RealityScan (RealityCapture), beside the
 * images: name, x, y, alt, heading, pitch, roll (degrees), f (for film 36 mm wide), and optionally px, py (parts of the
 * larger side), k1 to k4, t1, t2. The table's world has z up. Positions far from 0 are moved to their first camera.
 *
 * RealityScan's export to COLMAP has the sparse points, too: see LoadColmapCaptureAsync.
 *
 * @throws UltrametricError "input", with file and line, when the table is missing or malformed; "aborted"
 */
export async function LoadRealityScanCaptureAsync(
    source: FileSource,
    options: Partial<CaptureFileOptions> = {},
): Promise<Capture> {
    const settings = ResolveCaptureFileOptions(source, options);
    const table = await FindRealityScanTableAsync(source, settings.signal);
    if (table === null || table.rows.length === 0) {
        throw new UltrametricError(
            "input",
            `${source.name} has no table of cameras; export it from RealityScan (Registration > Internal/External ` +
                "camera parameters), or export to COLMAP.",
        );
    }
    const first = ["x", "y", "alt"].map((name) => numberOf(table, 0, name));
    const origin = first.some((value) => Math.abs(value) > FAR) ? first.map(Math.round) : [0, 0, 0];
    const images = table.rows.map((_, row) => readImage(table, row, origin));
    const notes = origin.some((value) => value !== 0)
        ? [`The world was moved by (${origin.map((value) => -value).join(", ")}), to be near 0.`]
        : [];
    return await LoadPosedCaptureAsync(source, images, settings, { isUpright: true, notes });
}

function readImage(table: CameraTable, row: number, origin: readonly number[]): PosedImage {
    const { fields, line } = table.rows[row];
    const name = fields[table.columns.get("name")!];
    const location = `${table.file}, line ${line}: ${name.slice(0, 80)}`;
    const of = (column: string): number => numberOf(table, row, column);
    const [heading, pitch, roll] = ["heading", "pitch", "roll"].map((column) => (of(column) * Math.PI) / 180);
    const [ch, sh] = [Math.cos(-heading), Math.sin(-heading)];
    const [cp, sp] = [Math.cos(pitch), Math.sin(pitch)];
    const [cr, sr] = [Math.cos(roll), Math.sin(roll)];
    // Rotations about z by the heading, then about x by the pitch, then about y by the roll.
    const pose = Float64Array.from([
        ...[ch * cr - sh * sp * sr, -sh * cp, ch * sr + sh * sp * cr, of("x") - origin[0]],
        ...[sh * cr + ch * sp * sr, ch * cp, sh * sr - ch * sp * cr, of("y") - origin[1]],
        ...[-cp * sr, sp, cp * cr, of("alt") - origin[2]],
        ...[0, 0, 0, 1],
    ]);
    CheckCameraPose(pose, location);
    const focal = of("f");
    if (!(focal > 0)) {
        throw new UltrametricError("input", `${location}: f is ${focal}; it must be positive. Export the table again.`);
    }
    const [px, py] = [of("px"), of("py")];
    const [k1, k2, k3, k4, p1, p2] = ["k1", "k2", "k3", "k4", "t1", "t2"].map(of);
    const distortion = CreateDistortion({ k1, k2, k3, k4, p1, p2 });
    return {
        name: WithoutFoundExtension(name),
        path: name,
        pose,
        location,
        lensOf: (width, height): Lens => {
            const side = Math.max(width, height);
            const pixels = (focal * side) / FILM_WIDTH;
            const [centerX, centerY] = [width / 2 + px * side, height / 2 + py * side];
            return { width, height, focalX: pixels, focalY: pixels, centerX, centerY, distortion };
        },
        depthPath: null,
        depthMapPath: null,
        depthRange: null,
    };
}

/** Returns a number of a row; 0 for an optional column that the table lacks. */
function numberOf({ file, columns, rows }: CameraTable, row: number, name: string): number {
    const column = columns.get(name);
    if (column === undefined) {
        return 0;
    }
    const text = rows[row].fields[column] ?? "";
    const value = Number(text);
    if (text === "" || !Number.isFinite(value)) {
        throw new UltrametricError(
            "input",
            `${file}, line ${rows[row].line}: ${name} is "${text.slice(0, 40)}"; it must be a number. Export the ` +
                "table again.",
        );
    }
    return value;
}
