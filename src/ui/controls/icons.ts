import type { ICanvasRenderingContext } from "@babylonjs/core/Engines/ICanvas";

/**
 * Paths in a square of 16 units, as in SVG: M moves, L draws a line, Q a quadratic curve, Z closes; O draws a circle
 * by its center and radius. Lines are sharp at any size, and need neither fonts nor files.
 */
const ICONS = {
    eye: "M1.5 8 Q8 0.5 14.5 8 Q8 15.5 1.5 8 Z O8 8 2.2",
    eyeOff: "M1.5 8 Q8 0.5 14.5 8 Q8 15.5 1.5 8 Z M3 13.5 L13 2.5",
    lock: "M3.5 7.5 L12.5 7.5 L12.5 14 L3.5 14 Z M5.3 7.5 L5.3 5 Q5.3 2 8 2 Q10.7 2 10.7 5 L10.7 7.5",
    lockOpen: "M3.5 7.5 L12.5 7.5 L12.5 14 L3.5 14 Z M5.3 7.5 L5.3 5 Q5.3 2 8 2 Q9.8 2 10.4 3.4",
    closed: "M6 3.5 L10.5 8 L6 12.5",
    open: "M3.5 6 L8 10.5 L12.5 6",
    openAll: "M4 2.5 L8 6.5 L12 2.5 M4 8.5 L8 12.5 L12 8.5",
    closeAll: "M4 7 L8 3 L12 7 M4 13 L8 9 L12 13",
    up: "M8 13 L8 3 M4 7 L8 3 L12 7",
    down: "M8 3 L8 13 M4 9 L8 13 L12 9",
    close: "M4 4 L12 12 M12 4 L4 12",
    select: "M4 2 L12.8 8.4 L8.6 9 L6.2 13.4 Z",
    box:
        "M2.5 5.5 L2.5 2.5 L5.5 2.5 M10.5 2.5 L13.5 2.5 L13.5 5.5 M13.5 10.5 L13.5 13.5 L10.5 13.5 " +
        "M5.5 13.5 L2.5 13.5 L2.5 10.5",
    lasso: "M8 10.5 Q1.5 10.5 1.5 6.3 Q1.5 2 8 2 Q14.5 2 14.5 6.3 Q14.5 10.5 8 10.5 Z M6 10.4 Q4.5 12.5 7 14.5",
    grow:
        "O8 8 2.2 M8 4.2 L8 1 M6.4 2.6 L8 1 L9.6 2.6 M8 11.8 L8 15 M6.4 13.4 L8 15 L9.6 13.4 M4.2 8 " +
        "L1 8 M2.6 6.4 L1 8 L2.6 9.6 M11.8 8 L15 8 M13.4 6.4 L15 8 L13.4 9.6",
    shrink:
        "O8 8 1.6 M8 1 L8 4.6 M6.4 3 L8 4.6 L9.6 3 M8 15 L8 11.4 M6.4 13 L8 11.4 L9.6 13 M1 8 L4.6 8 " +
        "M3 6.4 L4.6 8 L3 9.6 M15 8 L11.4 8 M13 6.4 L11.4 8 L13 9.6",
    similar: "O4.6 5 3 O11.4 5 3 O8 11.2 3",
    move:
        "M8 1.5 L8 14.5 M1.5 8 L14.5 8 M6 3.5 L8 1.5 L10 3.5 M6 12.5 L8 14.5 L10 12.5 M3.5 6 L1.5 8 " +
        "L3.5 10 M12.5 6 L14.5 8 L12.5 10",
    duplicate: "M5.5 5.5 L13.5 5.5 L13.5 13.5 L5.5 13.5 Z M3 10.5 L2.5 10.5 L2.5 2.5 L10.5 2.5 L10.5 3",
    extract: "M4.5 7.5 L2.5 7.5 L2.5 14 L13.5 14 L13.5 7.5 L11.5 7.5 M8 10.5 L8 2 M5 5 L8 2 L11 5",
    compound: "M2 2 L7 2 L7 7 L2 7 Z M9 2 L14 2 L14 7 L9 7 Z M2 9 L7 9 L7 14 L2 14 Z M9 9 L14 9 L14 14 L9 14 Z",
    delete:
        "M2.5 4.5 L13.5 4.5 M6 4.5 L6 2.3 L10 2.3 L10 4.5 M4 4.5 L4.6 14 L11.4 14 L12 4.5 M6.8 7 " +
        "L6.8 11.5 M9.2 7 L9.2 11.5",
    isolate: "O8 8 2.8 M2 5 L2 2 L5 2 M11 2 L14 2 L14 5 M14 11 L14 14 L11 14 M5 14 L2 14 L2 11",
    merge: "M3 2.5 Q3 8 8 8 Q13 8 13 2.5 M8 8 L8 14 M5.5 11.5 L8 14 L10.5 11.5",
    split: "M8 2 L8 8 Q3 8 3 13.5 M8 8 Q13 8 13 13.5 M1 11.5 L3 13.8 L5 11.5 M11 11.5 L13 13.8 L15 11.5",
    click: "O8 8 3.2 M8 1 L8 5 M8 11 L8 15 M1 8 L5 8 M11 8 L15 8",
    brush: "M13.8 2.2 L7.2 9.2 M5.8 8.4 Q8.6 9.2 8 11.4 Q6.6 14.4 2.2 13.8 Q4 12.6 3.8 10.8 Q4.2 8.8 5.8 8.4 Z",
    plus: "M8 3 L8 13 M3 8 L13 8",
    minus: "M3 8 L13 8",
    check: "M3 8.5 L6.5 12 L13 4.5",
    undo: "M5.5 2.5 L2.5 5.5 L5.5 8.5 M2.5 5.5 L9.5 5.5 Q13.5 5.5 13.5 9.5 Q13.5 13.5 9.5 13.5 L6 13.5",
    redo: "M10.5 2.5 L13.5 5.5 L10.5 8.5 M13.5 5.5 L6.5 5.5 Q2.5 5.5 2.5 9.5 Q2.5 13.5 6.5 13.5 L10 13.5",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof ICONS;

/** Side of the square that the paths are drawn on. */
const UNITS = 16;
const COMMAND = /([MLQZO])([^MLQZO]*)/g;
const COMMANDS = new Map((Object.keys(ICONS) as IconName[]).map((icon) => [icon, ParsePath(ICONS[icon])]));

/** Draws an icon into a square. All lengths are in the units of the context. */
export function DrawIcon(
    context: ICanvasRenderingContext,
    icon: IconName,
    left: number,
    top: number,
    size: number,
    color: string,
    lineWidth = 1.4,
): void {
    const scale = size / UNITS;
    const x = (value: number): number => left + scale * value;
    const y = (value: number): number => top + scale * value;
    context.strokeStyle = color;
    context.lineWidth = lineWidth;
    context.lineJoin = "round";
    context.beginPath();
    for (const [command, [a, b, c, d]] of COMMANDS.get(icon)!) {
        switch (command) {
            case "M":
                context.moveTo(x(a), y(b));
                break;
            case "L":
                context.lineTo(x(a), y(b));
                break;
            case "Q":
                context.quadraticCurveTo(x(a), y(b), x(c), y(d));
                break;
            case "O":
                context.moveTo(x(a + c), y(b));
                context.arc(x(a), y(b), scale * c, 0, 2 * Math.PI);
                break;
            default:
                context.closePath();
        }
    }
    context.stroke();
}

function ParsePath(path: string): [string, number[]][] {
    return [...path.matchAll(COMMAND)].map(([, command, numbers]) => [
        command,
        numbers.trim().split(/\s+/).map(Number),
    ]);
}
