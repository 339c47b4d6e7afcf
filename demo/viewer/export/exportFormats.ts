import type { GaussianSplattingMesh } from "@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh";
import type { RunOptions, UltrametricSegmentation } from "babylon-ultrametric";
import {
    ExportLabelImagesAsync,
    ExportPartGlbsAsync,
    LabelElements,
    WriteLabeledPly,
    WriteLabelsCsvAsync,
    WriteNpy,
    WriteSplatGlbAsync,
    WriteSplatPlyAsync,
    WriteSplatSogAsync,
    WriteSplatSpzAsync,
} from "babylon-ultrametric/formats";
import type { Subject } from "../subject";
import type { SubjectRun } from "../subjectRun";
import type { ViewerScene } from "../viewerScene";
import type { ExportedParts } from "./exportedParts";
import { FileName } from "./fileName";
import { TakePictureAsync } from "./picture";

/** The open content, as exports read it. */
export interface ExportSource {
    readonly segmentation: UltrametricSegmentation;
    readonly viewer: ViewerScene;
    /** Null for a saved segmentation alone. */
    readonly subject: Subject | null;
}

/** A file that an export made. */
export interface ExportedFile {
    readonly name: string;
    readonly bytes: Uint8Array<ArrayBuffer>;
    /** The share of the export that is done with it. */
    readonly fraction: number;
}

/** A kind of files in the menu "Export". */
export interface ExportFormat {
    /** Returns true if the open content has something to write. */
    isPossible(source: ExportSource): boolean;
    /** Makes the files, one after the other. @param name the name of the content, for file names */
    filesAsync(source: ExportSource, parts: ExportedParts, name: string, run: SubjectRun): AsyncIterable<ExportedFile>;
    /** True if an export may have several files, which go into a .zip. */
    readonly isMany: boolean;
}

/** Writes some splats of a mesh. @param labels [splats of the mesh] the part of each */
type SplatWriter = (
    mesh: GaussianSplattingMesh,
    labels: Int32Array,
    splats: Uint32Array,
    run: RunOptions,
) => Promise<Uint8Array<ArrayBuffer>>;

/** The formats by the values of the menu's fields. */
export const EXPORT_FORMATS: Readonly<Record<string, ExportFormat>> = {
    glb: { isMany: true, isPossible: hasFaces, filesAsync: glbsAsync },
    ply: { isMany: false, isPossible: () => true, filesAsync: pointsAsync },
    splatPly: splatFormat("ply", WriteSplatPlyAsync),
    splatSpz: splatFormat("spz", (mesh, _, splats, run) => WriteSplatSpzAsync(mesh, splats, run)),
    splatSog: splatFormat("sog", WriteSplatSogAsync),
    splatGlb: splatFormat("glb", WriteSplatGlbAsync),
    npy: { isMany: false, isPossible: () => true, filesAsync: npyAsync },
    csv: { isMany: false, isPossible: () => true, filesAsync: csvAsync },
    images: { isMany: true, isPossible: ({ subject }) => subject !== null, filesAsync: imagesAsync },
    picture: { isMany: false, isPossible: () => true, filesAsync: pictureAsync },
};

/** Faces and points; a capture of photos has its leaves as points. */
function hasFaces({ segmentation: { content } }: ExportSource): boolean {
    return content?.items.some(({ kind }) => kind !== "splats") ?? true;
}

async function* glbsAsync(
    { segmentation }: ExportSource,
    { labels, names }: ExportedParts,
    _name: string,
    { signal }: RunOptions,
): AsyncIterable<ExportedFile> {
    const { hierarchy, content, scene } = segmentation;
    const options = { signal, nameOf: (part: number) => names[part] };
    const digits = String(names.length).length;
    for await (const { part, bytes } of ExportPartGlbsAsync(hierarchy!, labels, content, scene, options)) {
        const number = String(part + 1).padStart(digits, "0");
        yield { name: `${number} ${FileName(names[part])}.glb`, bytes, fraction: (part + 1) / names.length };
    }
}

async function* pointsAsync(
    { segmentation }: ExportSource,
    { labels, colors }: ExportedParts,
    name: string,
): AsyncIterable<ExportedFile> {
    yield { name: `${name}.ply`, bytes: WriteLabeledPly(segmentation.hierarchy!, labels, colors), fraction: 1 };
}

/** Returns the format of one file for each mesh of splats. */
function splatFormat(ending: string, writeAsync: SplatWriter): ExportFormat {
    return {
        isMany: true,
        isPossible: ({ segmentation }) => splatItems(segmentation).length > 0,
        filesAsync: async function* ({ segmentation }, { labels }, name, { signal }) {
            const ofElements = LabelElements(labels, segmentation.content!);
            const items = splatItems(segmentation);
            for (const [i, { mesh, firstElement, elementCount }] of items.entries()) {
                const ofSplats = ofElements.subarray(firstElement, firstElement + elementCount);
                const kept = Uint32Array.from(ofSplats.keys()).filter((splat) => ofSplats[splat] >= 0);
                const own = items.length > 1 ? ` ${i + 1} ${FileName(mesh.name)}` : "";
                if (kept.length > 0) {
                    // Labels are not negative; splats that are left out need one, too.
                    const written = ofSplats.map((label) => Math.max(label, 0));
                    const bytes = await writeAsync(mesh as GaussianSplattingMesh, written, kept, { signal });
                    yield { name: `${name}${own}.${ending}`, bytes, fraction: (i + 1) / items.length };
                }
            }
        },
    };
}

async function* npyAsync(
    { segmentation: { content } }: ExportSource,
    { labels }: ExportedParts,
    name: string,
): AsyncIterable<ExportedFile> {
    yield { name: `${name}.npy`, bytes: WriteNpy(content ? LabelElements(labels, content) : labels), fraction: 1 };
}

async function* csvAsync(
    { segmentation: { content } }: ExportSource,
    { labels }: ExportedParts,
    name: string,
    run: RunOptions,
): AsyncIterable<ExportedFile> {
    const text = await WriteLabelsCsvAsync(labels, content, run);
    yield { name: `${name}.csv`, bytes: new TextEncoder().encode(text), fraction: 1 };
}

async function* imagesAsync(
    { segmentation, subject }: ExportSource,
    { labels, colors }: ExportedParts,
    _name: string,
    run: SubjectRun,
): AsyncIterable<ExportedFile> {
    const { views } = await subject!.captureAsync(run);
    let count = 0;
    for await (const { view, bytes } of ExportLabelImagesAsync(segmentation.hierarchy!, views, labels, colors, run)) {
        const name = FileName(view.name.replace(/^.*\/|\.[^.]*$/g, ""));
        yield { name: `${String(++count).padStart(4, "0")} ${name}.png`, bytes, fraction: count / views.length };
    }
}

async function* pictureAsync({ viewer }: ExportSource, _: ExportedParts, name: string): AsyncIterable<ExportedFile> {
    yield { name: `${name}.png`, bytes: await TakePictureAsync(viewer), fraction: 1 };
}

function splatItems({ content }: UltrametricSegmentation) {
    return content?.items.filter(({ kind }) => kind === "splats") ?? [];
}
