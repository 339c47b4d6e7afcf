import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DEFAULT_PANEL_THEME, LIGHT_PANEL_THEME } from "../../src/ui/controls/panelTheme";

/** Minimum contrast of text, by WCAG 2 level AA. */
const TEXT = 4.5;
/** Minimum contrast of other visible elements, such as the focus ring. */
const SIGN = 3;

type Color = readonly [red: number, green: number, blue: number];

/** Returns #rrggbb or #rrggbbaa as it looks on a background. */
function colorOn(hex: string, below: Color): Color {
    const [red, green, blue, alpha = 255] = (hex.slice(1).match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
    const blend = (value: number, c: number): number => (value * alpha + below[c] * (255 - alpha)) / 255;
    return [blend(red, 0), blend(green, 1), blend(blue, 2)];
}

function luminance(color: Color): number {
    const [red, green, blue] = color.map((value) =>
        value <= 0.03928 * 255 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: Color, b: Color): number {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
}

/** Panels and cards are slightly transparent to the scene, whatever its color. */
const SCENES: readonly Color[] = [
    [255, 255, 255],
    [0, 0, 0],
];

/** Text colors and their backgrounds, by the names of colors; `background` is drawn over the scene. */
function expectReadable(
    colors: Readonly<Record<string, string>>,
    pairs: readonly (readonly [text: string, on: string, least: number])[],
): void {
    for (const [text, on, least] of pairs) {
        for (const scene of SCENES) {
            const ground = colorOn(colors[on], scene);
            const found = contrast(colorOn(colors[text], ground), ground);
            expect(found, `${text} ${colors[text]} on ${on} ${colors[on]}`).toBeGreaterThanOrEqual(least);
        }
    }
}

describe("texts and icons have enough contrast", () => {
    it.each([
        ["dark", DEFAULT_PANEL_THEME],
        ["light", LIGHT_PANEL_THEME],
    ])("in the %s panels", (_, theme) => {
        expectReadable({ ...theme }, [
            ["text", "background", TEXT],
            ["quietText", "background", TEXT],
            ["text", "surface", TEXT],
            ["quietText", "surface", TEXT],
            ["accentText", "accent", TEXT],
            ["accent", "background", SIGN],
            ["accent", "surface", SIGN],
        ]);
    });

    const style = readFileSync(join(import.meta.dirname, "../../demo/viewer/style.css"), "utf8");
    const variablesOf = (selector: string): Record<string, string> => {
        const start = style.indexOf(`${selector} {`);
        const block = style.slice(start, style.indexOf("}", start));
        return Object.fromEntries([...block.matchAll(/--(\w+): ([^;]+);/g)].map(([, name, value]) => [name, value]));
    };

    it.each([
        ["dark", ":root"],
        ["light", ':root[data-theme="light"]'],
    ])("on the %s page of the viewer", (_, selector) => {
        const colors = variablesOf(selector);
        expectReadable(colors, [
            ["text", "background", TEXT],
            ["quiet", "background", TEXT],
            ["text", "surface", TEXT],
            ["text", "pressed", TEXT],
            ["onAccent", "accent", TEXT],
            ["accent", "background", SIGN],
            ["accent", "surface", SIGN],
        ]);
        // The page itself is a gradient.
        const stops = colors.page.match(/#[0-9a-f]{6}/g) ?? [];
        expect(stops.length).toBeGreaterThanOrEqual(2);
        for (const stop of stops) {
            expectReadable({ ...colors, stop }, [
                ["text", "stop", TEXT],
                ["quiet", "stop", TEXT],
                ["accent", "stop", SIGN],
            ]);
        }
    });

    it("and use no other colors", () => {
        // The tests above would miss colors that are written into rules, and text with reduced opacity.
        const rules = style.slice(style.indexOf("* {"));
        expect(rules.match(/#[0-9a-f]{3,8}\b(?=[^{]*;)|rgb\(|hsl\(/g)).toBeNull();
        const faint = [...rules.matchAll(/([^{}]*)\{[^{}]*opacity: [^{}]*\}/g)].map(([, selector]) => selector.trim());
        expect(faint.every((selector) => selector.includes(":disabled"))).toBe(true);
    });
});
