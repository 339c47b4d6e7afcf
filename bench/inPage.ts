// Times of the plugin in a page: calls functions that bench/page defines on its window, each in a page of its own:
//     node demo/headless/run.mjs bench/inPage.ts [trace] [call...]
// Calls: Cloud(leaves), EndToEnd(whether the page draws meanwhile), Learn(steps, preset), PartsList(leaves),
// Picking(leaves), Splats(count), Slider(leaves), Train(steps), SegmentAnything(provider, threads). Builds the page,
// opens it in a headless Chromium, and prints the tasks of the main thread longer than 50 ms of processor time; with
// "trace" also their functions, which is a little slower.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join, normalize } from "node:path";
import { type CDPSession, chromium } from "playwright-core";
import { build, preview } from "vite";
import { ChromiumLaunchOptions } from "../test/support/chromium.mjs";

const root = join(process.cwd(), "bench/page");
const outDir = join(process.cwd(), "node_modules/.cache/babylon-ultrametric/bench-page");
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/**
 * Returns the processor seconds of this program's browser by kind of process, which exclude other programs. Linux only.
 */
function processorSeconds(): Record<string, number> {
    const seconds: Record<string, number> = {};
    if (process.platform !== "linux") {
        return seconds;
    }
    const parents = new Map<string, string>();
    const stats = new Map<string, string[]>();
    for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
        try {
            const fields = readFileSync(`/proc/${id}/stat`, "utf8").split(") ")[1].split(" ");
            stats.set(id, fields);
            parents.set(id, fields[1]);
        } catch {
            // The process has ended.
        }
    }
    const isDescendant = (id: string | undefined): boolean =>
        id !== undefined && (id === String(process.pid) || isDescendant(parents.get(id)));
    for (const [id, fields] of stats) {
        if (id !== String(process.pid) && isDescendant(id)) {
            const command = readFileSync(`/proc/${id}/cmdline`, "utf8");
            const kind = /--type=([\w-]+)/.exec(command)?.[1] ?? "browser";
            // Ticks of user and system time, a hundred per second.
            seconds[kind] = (seconds[kind] ?? 0) + (Number(fields[11]) + Number(fields[12])) / 100;
        }
    }
    return seconds;
}

interface TraceEvent {
    name: string;
    ph: string;
    pid: number;
    tid: number;
    ts: number;
    dur?: number;
    /** The processor time in microseconds. */
    tdur?: number;
    args?: { name?: string };
}

interface Task {
    readonly ts: number;
    readonly dur: number;
    readonly isLong: boolean;
    readonly text: string;
}

/** The number of the longest tasks that are always printed. */
const LONGEST = 5;

/**
 * Returns the tasks of the main thread longer than 50 ms of processor time (which excludes other programs), and at
 * least the longest ones.
 */
async function findLongTasksAsync(session: CDPSession): Promise<Task[]> {
    const events: TraceEvent[] = [];
    session.on("Tracing.dataCollected", ({ value }) => {
        events.push(...(value as unknown as TraceEvent[]));
    });
    await new Promise<void>((resolve, reject) => {
        session.on("Tracing.tracingComplete", () => resolve());
        session.send("Tracing.end").catch(reject);
    });
    const stages = events.filter(({ name }) => name.startsWith("stage ")).sort((a, b) => a.ts - b.ts);
    const isPage = ({ pid, tid }: TraceEvent): boolean => stages.some((mark) => mark.pid === pid && mark.tid === tid);
    return events
        .filter((event) => event.ph === "X" && event.tdur !== undefined && isPage(event))
        .sort((a, b) => b.tdur! - a.tdur!)
        .filter(({ tdur }, index) => index < LONGEST || tdur! > 50_000)
        .sort((a, b) => a.ts - b.ts)
        .map(({ ts, dur = 0, tdur = 0, name }) => {
            const stage = stages.filter((mark) => mark.ts <= ts + dur / 2).at(-1)?.name ?? "before";
            const text = `${(tdur / 1000).toFixed(0).padStart(5)} ms of ${(dur / 1000).toFixed(0)}, ${stage} (${name})`;
            return { ts, dur, isLong: tdur > 50_000, text };
        });
}

interface Profile {
    nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number }; children?: number[] }[];
    samples: number[];
    timeDeltas: number[];
    /** The start in microseconds of the trace's clock. */
    startTime: number;
}

/** Returns the functions in which a task spent most of its time. */
function describeTask({ nodes, samples, timeDeltas, startTime }: Profile, { ts, dur }: Task): string[] {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const parentOf = new Map(nodes.flatMap(({ id, children }) => (children ?? []).map((child) => [child, id])));
    const inclusive = new Map<string, number>();
    let now = startTime;
    samples.forEach((sample, i) => {
        now += timeDeltas[i];
        if (now < ts || now > ts + dur) {
            return;
        }
        const seen = new Set<string>();
        for (let id: number | undefined = sample; id !== undefined; id = parentOf.get(id)) {
            const { functionName, url, lineNumber } = byId.get(id)!.callFrame;
            seen.add(`${functionName || "(anonymous)"} ${url.split("/").pop()}:${lineNumber + 1}`);
        }
        for (const name of seen) {
            inclusive.set(name, (inclusive.get(name) ?? 0) + timeDeltas[i] / 1000);
        }
    });
    const top = [...inclusive].sort(([, a], [, b]) => b - a).slice(0, 14);
    return top.map(([name, time]) => `      ${time.toFixed(0).padStart(6)}  ${name}`);
}

await build({
    root,
    configFile: false,
    logLevel: "warn",
    base: "./",
    worker: { format: "es" },
    build: { target: "es2022", outDir, emptyOutDir: true, minify: false, chunkSizeWarningLimit: 8000 },
});
const server = await preview({
    root,
    configFile: false,
    logLevel: "warn",
    build: { outDir },
    preview: { headers, port: 0 },
});
const browser = await chromium.launch(ChromiumLaunchOptions());
try {
    const isTracing = process.argv.includes("trace");
    const named = process.argv.slice(2).filter((word) => word !== "trace");
    for (const call of named.length > 0 ? named : ["Cloud(1e6)", "EndToEnd(false)", "EndToEnd(true)"]) {
        const page = await browser.newPage();
        page.on("pageerror", (error) => console.error(error.message));
        // Serves the repository's captures and models.
        await page.route("**/repository/**", (route) => {
            const path = normalize(decodeURIComponent(new URL(route.request().url()).pathname)).split(
                "/repository/",
            )[1];
            return route.fulfill({ path: join(process.cwd(), path) });
        });
        await page.goto(server.resolvedUrls!.local[0]);
        const session = await page.context().newCDPSession(page);
        if (isTracing) {
            await session.send("Profiler.enable");
            await session.send("Profiler.start");
        }
        const tracing = await browser.newBrowserCDPSession();
        await tracing.send("Tracing.start", {
            transferMode: "ReportEvents",
            traceConfig: { includedCategories: ["toplevel", "blink.user_timing"] },
        });
        const before = processorSeconds();
        console.log(call, JSON.stringify(await page.evaluate(call), null, 1));
        const used = Object.entries(processorSeconds()).map(
            ([kind, time]) => `${kind} ${(time - (before[kind] ?? 0)).toFixed(1)}`,
        );
        console.log(`  processor seconds: ${used.join(", ")}`);
        const tasks = await findLongTasksAsync(tracing);
        const profile = isTracing ? ((await session.send("Profiler.stop")).profile as Profile) : null;
        const count = tasks.filter(({ isLong }) => isLong).length;
        console.log(`  tasks longer than 50 ms of processor time: ${count}; these or the longest:`);
        for (const task of tasks) {
            console.log([`    ${task.text}`, ...(profile ? describeTask(profile, task) : [])].join("\n"));
        }
        await page.close();
    }
} finally {
    await browser.close();
    await server.close();
    rmSync(outDir, { recursive: true, force: true });
}
