// The browser of the tests and the screenshots, and its switches.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UnpackChromium } from "../../demo/headless/bundledChromium.mjs";
import { ChooseGpu } from "../../demo/headless/softwareVulkan.mjs";

/** Lists the paths at which Chrome and Edge are installed. */
function installedBrowsers() {
    if (process.platform === "darwin") {
        return [
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        ];
    }
    if (process.platform === "win32") {
        const roots = [process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"], process.env.LOCALAPPDATA];
        return ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"].flatMap((path) =>
            roots.flatMap((root) => (root ? [join(root, path)] : [])),
        );
    }
    return [];
}

/**
 * Returns Playwright's launch options for a Chromium with WebGPU: the browser that CHROME names, the installed Chrome
 * or Edge (macOS, Windows), or the one that comes with the npm packages (Linux). CHROME_ARGS adds switches;
 * CHROME_HEADED=1 opens windows.
 * @returns {{ executablePath: string, args: string[], env: Record<string, string>, headless: boolean }}
 */
export function ChromiumLaunchOptions() {
    const args = ["--no-sandbox", "--enable-unsafe-webgpu"];
    if (ChooseGpu() === "software") {
        // Only a canvas needs these; without them it loses the device.
        args.push("--enable-features=Vulkan", "--use-vulkan=swiftshader", "--use-angle=swiftshader");
    } else if (process.platform === "linux") {
        // Requires a full Chrome in CHROME: the headless shell of the packages finds no GPU. On a server (NVIDIA H200)
        // full browsers need a window, too: CHROME_HEADED=1, and Xvfb as a display.
        args.push(
            "--enable-features=Vulkan",
            "--use-angle=vulkan",
            "--disable-vulkan-surface",
            "--ignore-gpu-blocklist",
        );
    }
    args.push(...(process.env.CHROME_ARGS ?? "").split(" ").filter((word) => word !== ""));
    const env = Object.fromEntries(
        Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
    const headless = process.env.CHROME_HEADED !== "1";
    const named = process.env.CHROME;
    if (named && !existsSync(named)) {
        throw new Error(`CHROME names ${named}, which does not exist.`);
    }
    const executablePath = named || installedBrowsers().find((path) => existsSync(path));
    if (executablePath) {
        return { executablePath, args, env, headless };
    }
    const bundled = UnpackChromium();
    return { executablePath: bundled.executablePath, args, env: { ...env, ...bundled.env }, headless };
}
