import { Color3 } from "@babylonjs/core/Maths/math.color";
import type { Scene } from "@babylonjs/core/scene";
import { beforeEach, describe, expect, it } from "vitest";
import type { GenerateMasksOptions, ViewMasksResult } from "../../src/plugin/masks/generateMasks";
import { type SamModel, samModels } from "../../src/plugin/sam/samModel";
import type { SceneCapture } from "../../src/plugin/sceneCapture/sceneCapture";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { CreateBlackScene, UseBrowserEngine } from "../support/browserScene";
import { CreateColoredBox } from "../support/coloredMeshes";
import { FakeOnnxBytes, type FakeOnnxFile } from "../support/fakeOnnx";
import moduleUrl from "../support/fakeOnnx?url";
import { MemoryByteStore } from "../support/memoryByteStore";
import { MIDDLE } from "../support/square";

const VIEWS = 8;
const RUNTIME = { provider: "wasm", moduleUrl: new URL(moduleUrl, location.href).href } as const;
const engine = UseBrowserEngine();
let scene: Scene;
let segmentation: UltrametricSegmentation;
let capture: SceneCapture;

beforeEach(async () => {
    scene = CreateBlackScene(engine());
    segmentation = new UltrametricSegmentation(scene, { display: "meshes" });
    capture = await segmentation.captureSceneAsync(
        [CreateColoredBox(-1, Color3.Red(), scene), CreateColoredBox(1, Color3.Green(), scene)],
        {
            views: VIEWS,
            size: 64,
            samples: 3000,
        },
    );
});

function modelOf(encoder: Partial<FakeOnnxFile> = {}, decoder: Partial<FakeOnnxFile> = {}): SamModel {
    const model = samModels.mobileSam({
        encoder: FakeOnnxBytes({ kind: "encoder", ...encoder }),
        decoder: FakeOnnxBytes({ kind: "decoder", ...decoder }),
    });
    return { ...model, image: { ...model.image, size: 64 } };
}

function optionsOf(more: Partial<GenerateMasksOptions> = {}): GenerateMasksOptions {
    return {
        model: modelOf(),
        runtime: RUNTIME,
        generator: { pointsPerSide: 16, minStability: 0.6 },
        quality: { minStability: 0.6 },
        ...more,
    };
}

describe("UltrametricSegmentation.generateMasksAsync with a model", () => {
    it("generates masks in a worker, and shows parts on the meshes", async () => {
        const stages = new Set<string>();
        const masks = await segmentation.generateMasksAsync(
            capture,
            optionsOf({ onProgress: ({ stage }) => stages.add(stage) }),
        );
        expect([...stages]).toContain("Making masks");
        expect(masks.views.map((view) => view.masks.length).every((count) => count > 0)).toBe(true);
        await segmentation.segmentAsync(capture, masks, { preview: true });
        segmentation.partCount = 2;
        const offset = Math.round(MIDDLE / (3.5 * Math.tan(0.4)));
        const [left, right] = [-1, 1].map((side) => segmentation.pick(MIDDLE + side * offset, MIDDLE)!);
        for (const [part, isLeft] of [
            [left, true],
            [right, false],
        ] as const) {
            const own = [...part.leaves].filter((leaf) => capture.elements[leaf] < 12 === isLeft).length;
            // The masks have half the images' size, so a leaf or two at a silhouette may belong to the other cube.
            expect(own / part.size).toBeGreaterThan(0.99);
        }
        expect(left.size + right.size).toBe(capture.elements.length);
    });

    it("stops when its segmentation is disposed, and keeps the masks until then", async () => {
        const maskStore = new MemoryByteStore();
        const seen: ViewMasksResult[] = [];
        const other = new UltrametricSegmentation(scene);
        const making = other.generateMasksAsync(
            capture,
            optionsOf({
                maskStore,
                onView: (result) => {
                    seen.push(result);
                    if (seen.length === 3) {
                        other.dispose();
                    }
                },
            }),
        );
        await expect(making).rejects.toMatchObject({ kind: "aborted" });
        expect([seen.length, maskStore.entries.size]).toEqual([3, 3]);
        let made = 0;
        const masks = await segmentation.generateMasksAsync(
            capture,
            optionsOf({
                maskStore,
                onView: ({ generated }) => {
                    made += generated === null ? 0 : 1;
                },
            }),
        );
        expect([masks.views.length, made]).toEqual([VIEWS, VIEWS - 3]);
        expect(masks.views[0]).toEqual(seen[0].viewMasks);
    });

    it("continues when nothing can be stored", async () => {
        const maskStore = new MemoryByteStore();
        maskStore.failure = new DOMException("full", "QuotaExceededError");
        const warnings: string[] = [];
        const onWarning = (message: string): void => {
            warnings.push(message);
        };
        const masks = await segmentation.generateMasksAsync(capture, optionsOf({ maskStore, onWarning }));
        expect(masks.views).toHaveLength(VIEWS);
        expect(warnings).toHaveLength(VIEWS);
        expect(warnings[0]).toContain("the quota is exceeded");
    });

    it("passes errors on from the worker, and leaves the scene unchanged", async () => {
        const meshes = [...scene.meshes];
        const model = modelOf();
        const corrupt = { ...model, decoder: { ...model.decoder, source: new Uint8Array(100) } };
        const swapped = { ...model, decoder: { ...model.decoder, source: model.encoder.source } };
        const away = { ...model, encoder: { ...model.encoder, source: "/no/such/encoder.onnx" } };
        const cases: [SamModel, string, RegExp][] = [
            [corrupt, "input", /sam_decoder\S* \(100 bytes\) is not a valid ONNX model/],
            [swapped, "input", /sam_decoder.*has no input "image_embeddings"/],
            [away, "input", /\/no\/such\/encoder.onnx (is not a model|could not be read)/],
            [modelOf({ runs: 0 }), "limits", /Memory ran out while running mobilesam_encoder/],
        ];
        for (const [broken, kind, message] of cases) {
            const error = await segmentation
                .generateMasksAsync(capture, optionsOf({ model: broken }))
                .catch((e: unknown) => e);
            expect(error).toMatchObject({ name: "UltrametricError", kind, message: expect.stringMatching(message) });
        }
        expect(scene.meshes).toEqual(meshes);
        expect(segmentation.hierarchy).toBeNull();
    });
});
