import { Quoted, UltrametricError } from "../../../compute/base/ultrametricError";
import type { SparsePoints } from "../../../compute/views/capture";
import { type ColmapCamera, type ColmapImage, ColmapPose, CreateColmapCamera } from "./colmapModel";

/** A line of a text file that is not a comment. */
interface Line {
    readonly text: string;
    /** Line number, from 1. */
    readonly number: number;
}

/**
 * Reads cameras.txt of a COLMAP model: one line per camera with CAMERA_ID, MODEL, WIDTH, HEIGHT, PARAMS[].
 *
 * @param file name of the file, for messages
 * @throws UltrametricError "input", with the line, when the file is malformed
 */
export function ReadColmapCamerasText(text: string, file: string): ColmapCamera[] {
    const cameras = linesOf(text).map((line) => {
        const fields = line.text.split(/\s+/);
        const location = `${file}, line ${line.number}: camera ${fields[0]}`;
        const [id, width, height, ...parameters] = numbersOf([fields[0], ...fields.slice(2)], 3, line, file);
        return CreateColmapCamera(id, fields[1], width, height, parameters, location);
    });
    checkCount(text, "cameras", cameras.length, file);
    return cameras;
}

/**
 * Reads images.txt of a COLMAP model: for each image a line with IMAGE_ID, QW, QX, QY, QZ, TX, TY, TZ, CAMERA_ID, NAME,
 * and a line with the observed points, which is skipped; it may be empty or missing.
 *
 * @param file name of the file, for messages
 * @throws UltrametricError "input", with the line, when the file is malformed or an image has no pose
 */
export function ReadColmapImagesText(text: string, file: string): ColmapImage[] {
    const lines = text.split(/\r?\n/);
    const images: ColmapImage[] = [];
    for (let i = 0; i < lines.length; i++) {
        const line: Line = { text: lines[i].trim(), number: i + 1 };
        if (line.text === "" || line.text.startsWith("#")) {
            continue;
        }
        const fields = line.text.split(/\s+/);
        if (fields.length < 10) {
            throw malformed(file, line, `it has ${fields.length} fields; an image has 10 (id, quaternion, ...)`);
        }
        const values = numbersOf(fields.slice(0, 9), 9, line, file);
        const name = line.text.replace(/^(?:\S+\s+){9}/, ""); // names may contain blanks
        if (isPointLine(lines[i + 1] ?? "")) {
            i++;
        }
        const location = `${file}, line ${line.number}: image "${name}"`;
        const pose = ColmapPose(values.slice(1, 5), values.slice(5, 8), location);
        images.push({ name, cameraId: values[8], pose, location });
    }
    checkCount(text, "images", images.length, file);
    return images;
}

/**
 * Reads points3D.txt of a COLMAP model: one line per point with POINT3D_ID, X, Y, Z, R, G, B, ERROR, TRACK[].
 *
 * @param file name of the file, for messages
 * @throws UltrametricError "input", with the line, when the file is malformed
 */
export function ReadColmapPointsText(text: string, file: string): SparsePoints {
    const lines = linesOf(text);
    const positions = new Float32Array(3 * lines.length);
    const colors = new Uint8Array(3 * lines.length);
    lines.forEach((line, point) => {
        const values = numbersOf(line.text.split(/\s+/, 7), 7, line, file);
        positions.set(values.slice(1, 4), 3 * point);
        colors.set(values.slice(4, 7), 3 * point);
    });
    checkCount(text, "points", lines.length, file);
    return { positions, colors };
}

/** Returns whether a line lists the points of an image: nothing, or triples of numbers. Some writers leave it out. */
function isPointLine(text: string): boolean {
    const fields = text.trim().split(/\s+/);
    return text.trim() === "" || (fields.length % 3 === 0 && fields.every((field) => Number.isFinite(Number(field))));
}

/** Returns the lines that are neither comments nor empty. */
function linesOf(text: string): Line[] {
    return text
        .split(/\r?\n/)
        .map((line, i) => ({ text: line.trim(), number: i + 1 }))
        .filter((line) => line.text !== "" && !line.text.startsWith("#"));
}

function numbersOf(fields: readonly string[], minCount: number, line: Line, file: string): number[] {
    if (fields.length < minCount) {
        throw malformed(file, line, `it has ${fields.length} numbers; ${minCount} are needed`);
    }
    return fields.map((field) => {
        const value = Number(field);
        if (field === "" || !Number.isFinite(Math.fround(value))) {
            throw malformed(file, line, `${Quoted(field)} is not a number in the range of 32-bit floats`);
        }
        return value;
    });
}

/** Compares the number of records with the number that COLMAP writes into a comment. */
function checkCount(text: string, what: "cameras" | "images" | "points", count: number, file: string): void {
    const stated = new RegExp(`^# Number of ${what}: (\\d+)`, "m").exec(text);
    if (stated !== null && Number(stated[1]) !== count) {
        throw new UltrametricError(
            "input",
            `${file} is truncated or was edited: it has ${count} ${what}, but its header says ${stated[1]}. ` +
                "Copy or export it again.",
        );
    }
}

function malformed(file: string, line: Line, problem: string): UltrametricError {
    return new UltrametricError(
        "input",
        `${file}, line ${line.number}: ${problem}. Export the model again with COLMAP (model_converter).`,
    );
}
