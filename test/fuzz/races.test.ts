import { FreeCamera } from "@babylonjs/core/Cameras/freeCamera";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import type { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import { Scene } from "@babylonjs/core/scene";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { BoundedWaitAsync } from "../../src/compute/base/boundedWait";
import { CreateRandom } from "../../src/compute/base/random";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { CreateDendrogram } from "../../src/compute/hierarchy/cut/dendrogram";
import { type Criterion, SegmentationHierarchy } from "../../src/compute/hierarchy/cut/segmentationHierarchy";
import { SPLAT_FRAMES } from "../../src/compute/splats/splatFrame";
import { LearnDepthAsync } from "../../src/plugin/radiance/learnedDepth";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { IdleWorker } from "../support/idleWorker";
import { RandomMerges } from "../support/randomMerges";
import { Inventory } from "../support/sceneInventory";
import { CreateCloudMeshAsync, CreateSplatCloud } from "../support/splatClouds";
import { FuzzAsync, RACES } from "./fuzz";
import type { Mutations } from "./mutations";

const engine = new NullEngine();
const scene = new Scene(engine);
new FreeCamera("camera", Vector3.Zero(), scene);
let splats: GaussianSplattingMesh;
beforeAll(async () => {
    vi.stubGlobal("Worker", IdleWorker); // a splat mesh sorts its splats in one
    splats = await CreateCloudMeshAsync(CreateSplatCloud(40, 0, SPLAT_FRAMES.ply), scene);
});
afterAll(() => {
    engine.dispose();
    vi.unstubAllGlobals();
});

function createHierarchy(leafCount: number): SegmentationHierarchy {
    const random = CreateRandom(leafCount);
    const criteria: readonly Criterion[] = ["consensus", "volume"];
    return new SegmentationHierarchy(
        `of ${leafCount}`,
        Float32Array.from({ length: 3 * leafCount }, random),
        new Uint8Array(3 * leafCount),
        new Map(criteria.map((criterion) => [criterion, CreateDendrogram(RandomMerges(leafCount, 1, random))])),
    );
}

/** Bounds the wait for calls that never settle, in milliseconds; other work may use the machine. */
const LONGEST = 20_000;

const SMALL = createHierarchy(30);
const LARGE = createHierarchy(200);

type Call = (segmentation: UltrametricSegmentation, signal: AbortSignal) => unknown;

/** The calls of an application that may meet. Those that need a hierarchy, or a GPU, may say so. */
const CALLS: Readonly<Record<string, Call>> = {
    show: (s, signal) => s.setHierarchyAsync(SMALL, { signal }),
    showLarge: (s, signal) => s.setHierarchyAsync(LARGE, { signal }),
    clear: (s) => s.setHierarchyAsync(null),
    load: async (s, signal) => s.loadAsync(await LARGE.serializeAsync(), { signal }),
    loadBroken: (s, signal) => s.loadAsync(new Uint8Array(9), { signal }),
    save: (s) => s.saveAsync(),
    serialize: (s) => s.serializeAsync(),
    criterion: (s) => s.setCriterionAsync("volume"),
    count: (s) => {
        s.partCount = 7;
    },
    hide: (s) => s.parts?.roots[0].children[0]?.hide(),
    undo: (s) => s.editor?.undo(),
    select: (s) => s.parts?.roots[0].select(),
    render: () => scene.render(),
    carry: (s, signal) => s.carryToAsync([splats], { signal }),
    learn: (_, signal) =>
        LearnDepthAsync(engine as unknown as WebGPUEngine, { name: "a", views: [], heldOutViews: [] }, { signal }),
    // As after a device that was lost: what is shown is made anew.
    restore: () => engine.onContextRestoredObservable.notifyObservers(engine),
    capture: (s, signal) => s.captureSceneAsync(null, { signal, views: 2, size: 16, samples: 50 }),
};

interface Race {
    readonly calls: readonly string[];
    /** The turns of the event loop before each call. */
    readonly turns: readonly number[];
    readonly end: "wait" | "abort" | "dispose";
}

function createRace(mutations: Mutations): Race {
    const calls = Array.from({ length: 2 + mutations.below(3) }, () => mutations.pick(Object.keys(CALLS)));
    return {
        calls,
        turns: calls.map(() => mutations.below(4)),
        end: mutations.pick(["wait", "abort", "dispose"] as const),
    };
}

/** Runs calls side by side. All settle, with a result or an UltrametricError, and nothing stays in the scene. */
async function runAsync({ calls, turns, end }: Race): Promise<void> {
    const before = Inventory(scene);
    const segmentation = new UltrametricSegmentation(scene);
    const controller = new AbortController();
    const running: Promise<unknown>[] = [];
    for (const [c, call] of calls.entries()) {
        for (let turn = 0; turn < turns[c]; turn++) {
            await new Promise((resolve) => setTimeout(resolve, 0));
        }
        const settling = new Promise((resolve) => resolve(CALLS[call](segmentation, controller.signal)));
        running.push(settling.then(() => null).catch((error: unknown) => error));
    }
    if (end === "abort") {
        controller.abort();
    } else if (end === "dispose") {
        segmentation.dispose();
    }
    for (const error of await BoundedWaitAsync(Promise.all(running), { what: "The race", milliseconds: LONGEST })) {
        if (error !== null && !(error instanceof UltrametricError)) {
            throw error;
        }
    }
    if (!segmentation.isDisposed) {
        const { hierarchy, criterion } = segmentation;
        expect(criterion === null).toBe(hierarchy === null);
        if (hierarchy) {
            segmentation.partCount = 5;
            scene.render();
            const again = await SegmentationHierarchy.ParseAsync(await segmentation.saveAsync());
            expect(again.leafCount).toBe(hierarchy.leafCount);
        }
    }
    segmentation.dispose();
    expect(Inventory(scene)).toEqual(before);
}

describe("calls of a segmentation at the same time", () => {
    it("settle, keep a whole state, and leave nothing behind", async () => {
        await FuzzAsync<Race>(
            {
                createAsync: createRace,
                readAsync: runAsync,
                longest: 2 * LONGEST,
                describe: (race) => JSON.stringify(race),
            },
            RACES,
        );
    });
});
