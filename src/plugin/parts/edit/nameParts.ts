import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { Scene } from "@babylonjs/core/scene";
import { BoundedWaitAsync } from "../../../compute/base/boundedWait";
import { Pacer } from "../../../compute/base/pacer";
import { ThrowIfAborted, UltrametricError } from "../../../compute/base/ultrametricError";
import { DrawLeaves } from "../../../compute/hierarchy/shapes/leafPicture";
import type { CondensedParts } from "../model/condensedParts";
import type { Part } from "../model/part";
import type { PartNameRequest, PartNamer } from "../model/partNamer";
import type { PartEditor } from "./partEditor";

/** The segmentation whose parts {@link NamePartsAsync} names. UltrametricSegmentation implements it. */
export interface NamedSegmentation {
    readonly scene: Scene;
    readonly condensedParts: CondensedParts | null;
    readonly partCount: number;
    readonly editor: PartEditor | null;
    readonly pointCloud: { readonly worldMatrix: Matrix; readonly pointRadius: number } | null;
}

/** Options of {@link NamePartsAsync}. */
export interface NamePartsOptions {
    /** The parts. Default: null, those of the present cut, without small fragments. */
    parts: readonly Part[] | null;
    /** The width and height of the pictures, in pixels. Default 256. */
    pictureSize: number;
    /** The longest wait for one name, in milliseconds. Default 60,000. */
    timeout: number;
    /** Called after each part with the share of the parts that are done, 0..1. Default: does nothing. */
    onProgress: (fraction: number) => void;
    /** Cancels the naming; no part is named then. Default: never. */
    signal: AbortSignal | undefined;
}

/** The defaults of {@link NamePartsOptions}. */
export const DEFAULT_NAME_PARTS_OPTIONS: Readonly<NamePartsOptions> = {
    parts: null,
    pictureSize: 256,
    timeout: 60_000,
    onProgress: () => {},
    signal: undefined,
};

/** The result of {@link NamePartsAsync}. */
export interface NamedParts {
    readonly named: readonly { readonly part: Part; readonly name: string }[];
    /** The parts that kept their names. */
    readonly left: readonly {
        readonly part: Part;
        readonly reason: "given" | "locked" | "unknown" | "failed";
        /** The error of the namer where it failed, or did not answer in time; null otherwise. */
        readonly error: Error | null;
    }[];
}

const MAX_NAME_LENGTH = 80;

/**
 * Names parts by a {@link PartNamer}, one after the other, as one step of the history. Parts that have a given name
 * keep it, also one that is given meanwhile, and so do locked parts.
 *
 * The pictures are drawn from the leaves as the active camera looks at them, without the GPU.
 *
 * @returns what was named, and what was not and why
 * @throws UltrametricError "input" without a hierarchy; "aborted", also when another hierarchy, criterion or tree is
 * shown meanwhile
 */
export async function NamePartsAsync(
    segmentation: NamedSegmentation,
    namer: PartNamer,
    options: Partial<NamePartsOptions> = {},
): Promise<NamedParts> {
    const { parts, pictureSize, timeout, onProgress, signal } = { ...DEFAULT_NAME_PARTS_OPTIONS, ...options };
    const { condensedParts: condensed, editor } = segmentation;
    if (!condensed || !editor) {
        throw new UltrametricError("input", "There is no hierarchy whose parts could be named.");
    }
    const what = "Naming parts";
    const pacer = new Pacer(what, signal);
    const chosen = parts ?? partsOfCut(condensed, segmentation.partCount);
    const answers: { part: Part; name: string }[] = [];
    const left: NamedParts["left"][number][] = [];
    const reasonToKeep = (part: Part): "given" | "locked" | null =>
        editor.givenNameOf(part) !== null ? "given" : editor.isLocked(part) ? "locked" : null;
    const checkSame = (): void => {
        ThrowIfAborted(signal, what);
        if (segmentation.condensedParts !== condensed || segmentation.editor !== editor) {
            throw new UltrametricError("aborted", `${what} was canceled: other parts are shown now.`);
        }
    };
    for (const [i, part] of chosen.entries()) {
        await pacer.yieldAsync();
        checkSame();
        const reason = reasonToKeep(part);
        if (reason) {
            left.push({ part, reason, error: null });
        } else {
            try {
                const controller = new AbortController();
                const request = requestFor(part, segmentation, condensed, editor, pictureSize);
                const answer = await askAsync(namer, request, controller, timeout, signal);
                const name = typeof answer === "string" ? cleanName(answer) : "";
                if (name) {
                    answers.push({ part, name });
                } else {
                    left.push({ part, reason: "unknown", error: null });
                }
            } catch (error) {
                ThrowIfAborted(signal, what);
                left.push({
                    part,
                    reason: "failed",
                    error: error instanceof Error ? error : new Error(String(error)),
                });
            }
        }
        checkSame();
        onProgress((i + 1) / chosen.length);
    }
    const named = answers.filter(({ part }) => {
        const reason = reasonToKeep(part);
        if (reason) {
            left.push({ part, reason, error: null });
        }
        return reason === null;
    });
    editor.history.batch(`Name ${named.length} part${named.length === 1 ? "" : "s"}`, () => {
        for (const { part, name } of named) {
            editor.rename(part, name);
        }
    });
    return { named, left };
}

/** Asks a namer, and tells it when the answer is no longer wanted. */
async function askAsync(
    namer: PartNamer,
    request: PartNameRequest,
    controller: AbortController,
    milliseconds: number,
    signal: AbortSignal | undefined,
): Promise<string | null> {
    try {
        const answer = namer.nameAsync(request, controller.signal);
        return await BoundedWaitAsync(answer, { what: `Naming ${request.name}`, milliseconds, signal });
    } finally {
        controller.abort();
    }
}

/** Makes one line of an answer, without the quotation marks and the full stop that language models add. */
function cleanName(answer: string): string {
    const line = answer.trim().split(/[\r\n]/)[0];
    return line
        .replace(/[\p{Cc}\p{Cf}]/gu, "")
        .replace(/\s+/g, " ")
        .replace(/^["'\s]+|["'.\s]+$/g, "")
        .slice(0, MAX_NAME_LENGTH)
        .trim();
}

/** Returns the parts of a cut that are no small fragments. */
function partsOfCut(condensed: CondensedParts, partCount: number): Part[] {
    return [...condensed.nodes.keys()]
        .filter((node) => {
            const [child] = condensed.children[node];
            const splitCount = child === undefined ? Number.POSITIVE_INFINITY : condensed.partOf(child).minPartCount;
            return condensed.partOf(node).minPartCount <= partCount && partCount < splitCount;
        })
        .map((node) => condensed.partOf(node));
}

function requestFor(
    part: Part,
    { scene, pointCloud }: NamedSegmentation,
    condensed: CondensedParts,
    editor: PartEditor,
    size: number,
): PartNameRequest {
    const { hierarchy, dendrogram } = condensed.tree;
    const own = dendrogram.order.subarray(part.start, part.end);
    const isStrong = new Uint8Array(hierarchy.leafCount);
    for (const leaf of own) {
        isStrong[leaf] = 1;
    }
    const parents: string[] = [];
    const node = condensed.nodeOf(part);
    for (let above = node < 0 ? -1 : condensed.nodes[node].parent; above >= 0; above = condensed.nodes[above].parent) {
        parents.push(editor.nameOf(condensed.partOf(above)));
    }
    const view = viewOf(scene, pointCloud?.worldMatrix ?? Matrix.Identity());
    const shared = { size, view, radius: pointCloud?.pointRadius ?? 0 };
    return {
        part,
        name: editor.nameOf(part),
        parents,
        picture: DrawLeaves(hierarchy, { ...shared, shown: own, framed: own, isStrong: null }),
        context: DrawLeaves(hierarchy, { ...shared, shown: dendrogram.order, framed: dendrogram.order, isStrong }),
    };
}

/** Returns the directions to the right, up and away of the active camera, in the leaves' coordinates. */
function viewOf(scene: Scene, worldMatrix: Matrix): number[] {
    const toLeaves = Matrix.Invert(worldMatrix);
    const camera = scene.activeCamera;
    const directions = camera
        ? [Vector3.Right(), Vector3.Up(), Vector3.Forward(scene.useRightHandedSystem)].map((axis) =>
              camera.getDirection(axis),
          )
        : [new Vector3(1, 0, -1), new Vector3(-0.4, 0.8, -0.4), new Vector3(0.6, -0.5, 0.6)];
    return directions.flatMap((axis) => Vector3.TransformNormal(axis, toLeaves).normalize().asArray());
}
