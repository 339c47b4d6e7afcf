import { UltrametricError } from "../../compute/base/ultrametricError";
import type { SparsePoints } from "../../compute/views/capture";
import { type ColmapCamera, type ColmapImage, ColmapPose, CreateColmapCamera } from "./colmapModel";

/** A line of a text file that is no comment. */
interface Line {
    readonly text: string;
    /** From 1 on. */
    readonly number: number;
}

/**
 * Reads cameras.txt of a COLMAP model: CAMERA_ID, MODEL, WIDTH, HEIGHT, PARAMS[] a line.
 * @param file name for messages
 * @throws UltrametricError ("input") that names the line, for what is no such file or a camera that is not known here
 */
export function ReadColmapCamerasText(text: string, file: string): ColmapCamera[] {
    const cameras = linesOf(text).map((line) => {
        const fields = line.text.split(/\s+/);
        const place = `${file}, line ${line.number}: camera ${fields[0]}`;
        const [id, width, height, ...parameters] = numbersOf([fields[0], ...fields.slice(2)], 3, line, file);
        return CreateColmapCamera(id, fields[1], width, height, parameters, place);
    });
    checkCount(text, "cameras", cameras.length, file);
    return cameras;
}

/**
 * Reads images.txt of a COLMAP model: IMAGE_ID, QW, QX, QY, QZ, TX, TY, TZ, CAMERA_ID, NAME a line, and after each a line of the points seen
 * there, which may be empty and is left out.
 * @param file name for messages
 * @throws UltrametricError ("input") that names the line, for what is no such file or an image without a pose
 */
export function ReadColmapImagesText(text: string, file: string): ColmapImage[] {
    const lines = text.split(/\r?\n/);
    const images: ColmapImage[] = [];
    for (let i = 0; i < lines.length; i++) {
        const line: Line = { text: lines[i].trim(), number: i + 1 };
        if (line.text === "" || line.text.startsWith("#")) {
            continue;
        }
        i++; // the points seen in the image
        const fields = line.text.split(/\s+/);
        if (fields.length < 10) {
            throw wrong(file, line, `it has ${fields.length} fields where an image has 10 (its id, a quaternion, ...)`);
        }
        const values = numbersOf(fields.slice(0, 9), 9, line, file);
        // A name may have blanks.
        const name = fields.slice(9).join(" ");
        const place = `${file}, line ${line.number}: image "${name}"`;
        const pose = ColmapPose(values.slice(1, 5), values.slice(5, 8), place);
        images.push({ name, cameraId: values[8], pose, place });
    }
    checkCount(text, "images", images.length, file);
    return images;
}

/**
 * Reads points3D.txt of a COLMAP model: POINT3D_ID, X, Y, Z, R, G, B, ERROR, TRACK[] a line.
 * @param file name for messages
 * @throws UltrametricError ("input") that names the line, for what is no such file
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

/** The lines that are neither comments nor empty. */
function linesOf(text: string): Line[] {
    return text
        .split(/\r?\n/)
        .map((line, i) => ({ text: line.trim(), number: i + 1 }))
        .filter((line) => line.text !== "" && !line.text.startsWith("#"));
}

function numbersOf(fields: readonly string[], least: number, line: Line, file: string): number[] {
    if (fields.length < least) {
        throw wrong(file, line, `it has ${fields.length} numbers where ${least} are needed`);
    }
    return fields.map((field) => {
        const value = Number(field);
        if (field === "" || !Number.isFinite(value)) {
            throw wrong(file, line, `"${field}" stands where a number is needed`);
        }
        return value;
    });
}

/** COLMAP writes into a comment how many records there are. */
function checkCount(text: string, what: "cameras" | "images" | "points", count: number, file: string): void {
    const stated = new RegExp(`^# Number of ${what}: (\\d+)`, "m").exec(text);
    if (stated !== null && Number(stated[1]) !== count) {
        throw new UltrametricError(
            "input",
            `${file} is cut off or was changed: it has ${count} ${what} where its head says ${stated[1]}. Copy or write it again.`,
        );
    }
}

function wrong(file: string, line: Line, problem: string): UltrametricError {
    return new UltrametricError(
        "input",
        `${file}, line ${line.number}: ${problem}. Write the model again with COLMAP (model_converter).`,
    );
}
