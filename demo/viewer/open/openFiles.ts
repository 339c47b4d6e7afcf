import {
    type PickedFileSource,
    type RunOptions,
    UltrametricError,
    type UltrametricSegmentation,
} from "babylon-ultrametric";
import { FindCaptureLayoutAsync } from "babylon-ultrametric/formats";
import { TRAINING_ENDING } from "../fileInputs";
import { FilesSubject, SceneSubject, type Subject } from "../subject";
import type { ViewerScene } from "../viewerScene";
import { AddContentFacts } from "./contentFacts";
import { GltfReader } from "./gltfReader";
import { ObjReader, PlyReader, StlReader } from "./meshReaders";
import { type ModelFile, ModelName, type ModelReader } from "./modelReader";
import { OpenReport } from "./openReport";
import { NamesInSentence } from "./sentences";
import { SplatReader } from "./splatReader";
import { UnpackZipAsync } from "./zipFiles";

const MODEL_READERS: readonly ModelReader[] = [GltfReader, PlyReader, SplatReader, ObjReader, StlReader];
const CONTENT_ENDINGS = MODEL_READERS.flatMap(({ endings }) => endings);
const SAVED_ENDING = ".bumh";

/**
 * The content of opened files: a saved segmentation; a radiance field in training, with the photos of its folder or
 * null; or a subject to segment, already in the scene.
 */
export type OpenedFiles =
    | { readonly kind: "saved"; readonly bytes: Uint8Array<ArrayBuffer> }
    | { readonly kind: "training"; readonly bytes: Uint8Array<ArrayBuffer>; readonly photos: FilesSubject | null }
    | { readonly kind: "subject"; readonly subject: Subject };

/**
 * Opens dropped or picked files.
 *
 * @param open the open content: masks alone join it, if it is a capture
 * @throws UltrametricError "input" for files of an unknown kind, "aborted"
 */
export async function OpenFilesAsync(
    picked: PickedFileSource,
    segmentation: UltrametricSegmentation,
    viewer: ViewerScene,
    open: Subject | null,
    { signal, onProgress }: RunOptions = {},
): Promise<OpenedFiles> {
    onProgress?.({ stage: `Opening ${picked.name}`, fraction: 0 });
    const source = await UnpackZipAsync(picked, {}, signal);
    const names = await source.listAsync("");
    const saved = names.find((name) => name.toLowerCase().endsWith(SAVED_ENDING));
    if (saved !== undefined) {
        return { kind: "saved", bytes: ownBuffer(await source.readBytesAsync(saved)) };
    }
    const [content, ...others] = await modelPathsAsync(source);
    // A capture's folder may also contain points, or the mesh that an app made of it.
    const isCapture = await FindCaptureLayoutAsync(source).then(Boolean, () => false);
    const trainingFile = names.find((name) => name.toLowerCase().endsWith(TRAINING_ENDING));
    const training = trainingFile === undefined ? null : ownBuffer(await source.readBytesAsync(trainingFile));
    if (training && !isCapture) {
        return { kind: "training", bytes: training, photos: null };
    }
    if (content === undefined && !isCapture && open instanceof FilesSubject && names.every(isOfMasks)) {
        await open.addMasksAsync(source, { signal, onProgress });
        return { kind: "subject", subject: open };
    }
    if (content === undefined || isCapture) {
        await checkCaptureAsync(source, names);
        const subject = await FilesSubject.CreateAsync(source, null, segmentation, viewer);
        return training ? { kind: "training", bytes: training, photos: subject } : { kind: "subject", subject };
    }
    const openAsync = (run: RunOptions, scene?: number): Promise<SceneSubject> =>
        openModelAsync(
            { ...run, source, path: content, report: new OpenReport(), scene },
            others,
            segmentation,
            openAsync,
        );
    return { kind: "subject", subject: await openAsync({ signal, onProgress }) };
}

/** @param reopenAsync opens the file again, with another of its scenes */
async function openModelAsync(
    file: ModelFile,
    others: readonly string[],
    segmentation: UltrametricSegmentation,
    reopenAsync: (run: RunOptions, scene: number) => Promise<SceneSubject>,
): Promise<SceneSubject> {
    const { source, path: content, report } = file;
    const reader = MODEL_READERS.find(({ endings }) =>
        endings.some((ending) => content.toLowerCase().endsWith(ending)),
    )!;
    if (others.length > 0) {
        report.addLeftOut(`One model is opened at a time: ${NamesInSentence(others)} left out.`);
    }
    const container = await reader.readAsync(file, segmentation.scene).catch((error: unknown) => {
        throw error instanceof UltrametricError ? error : unreadable(content, error);
    });
    if (!container.meshes.some((mesh) => mesh.getTotalVertices() > 0)) {
        container.dispose();
        throw new UltrametricError("input", `${content} has no meshes, points or splats.`);
    }
    AddContentFacts(container, report);
    container.addAllToScene();
    // The page has its own camera.
    for (const camera of container.cameras) {
        segmentation.scene.removeCamera(camera);
    }
    return new SceneSubject(ModelName(content, source), container, report, segmentation, reopenAsync);
}

/** Returns true for files in which masks come, and for files of systems. */
function isOfMasks(path: string): boolean {
    return /\.(json|png|csv)$|(^|\/)(\.|Thumbs\.db$)/i.test(path);
}

/** Returns the paths of all models, those in the fewest folders first. */
async function modelPathsAsync(source: PickedFileSource): Promise<string[]> {
    const paths = (await source.listAllAsync()).filter((path) =>
        CONTENT_ENDINGS.some((ending) => path.toLowerCase().endsWith(ending)),
    );
    const depth = (path: string): number => path.split("/").length;
    return paths.sort((a, b) => depth(a) - depth(b));
}

/** Checks for a known capture layout, before the open content is closed. */
async function checkCaptureAsync(source: PickedFileSource, names: readonly string[]): Promise<void> {
    try {
        await FindCaptureLayoutAsync(source);
    } catch (error) {
        const what = names.length === 1 ? names[0] : source.name;
        throw new UltrametricError(
            "input",
            `${what} holds no model (${CONTENT_ENDINGS.join(", ")}), no saved segmentation (${SAVED_ENDING}) and ` +
                `no images with cameras: ${(error as Error).message}`,
            { cause: error },
        );
    }
}

/** Returns the error of a file whose loader gave up in words of its own. */
function unreadable(path: string, error: unknown): UltrametricError {
    const reason = (error instanceof Error ? error.message : String(error)).replace(/^Unable to load from \S*: /, "");
    return new UltrametricError(
        "input",
        `${path} is damaged or of another kind than its ending says: ${reason.replace(/\.$/, "")}. Export it again.`,
        { cause: error },
    );
}

function ownBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}
