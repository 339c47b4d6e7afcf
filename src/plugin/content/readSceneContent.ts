import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import type { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { Scene } from "@babylonjs/core/scene";
import type { Pacer } from "../../compute/base/pacer";
import { UltrametricError } from "../../compute/base/ultrametricError";
import { SceneToCapture, type UpAxis } from "../babylon/worldFrame";
import { BoundContentAsync } from "./contentBounds";
import { ReadContentNodes } from "./contentNodes";
import { BakeMeshAsync, type MeshSource, ReadMeshSource } from "./meshContent";
import { SourceMesh } from "./meshElements";
import { ReadSplatsAsync } from "./readSplats";
import type { ContentItem, ContentPiece, SceneContent } from "./sceneContent";
import { BakeSplatsAsync } from "./splatContent";
import { IsSplatMesh } from "./splatData";
import { IsSplatProxy, SplatPlacesOf } from "./splatPlaces";
import { IsSplatStream } from "./streamKind";

/** The largest number of elements: views store them as 32-bit floats, which are exact up to 2^24. */
const MAX_ELEMENTS = 2 ** 24 - 2;

/** Options of `ReadSceneContentAsync`. */
export interface SceneContentOptions {
    /**
     * The up axis of the capture's right-handed world; {@link CaptureToScene} maps that world into the scene. Default
     * "y": the scene's own axes, with z negated where the scene is left-handed.
     */
    upAxis: UpAxis;
    /** Radius of points in the views, world units; null derives it from the spacing of the points. Default null. */
    pointRadius: number | null;
    /**
     * The lowest opacity, 0..1, of a splat that becomes a leaf; fainter splats are drawn in the views and follow the
     * nearest leaf. Default 0.1.
     */
    splatOpacity: number;
    /**
     * The smallest share of a mesh's splats, 0..1, that a connected cluster must hold. Splats of smaller clusters are
     * floaters: they are left out of the views and of the bounds that cameras are fitted to, and follow the nearest
     * leaf. 0 keeps all splats. Default 0.001.
     */
    minSplatClusterShare: number;
}

/** The defaults of {@link SceneContentOptions}. */
export const DEFAULT_SCENE_CONTENT_OPTIONS: Readonly<SceneContentOptions> = {
    upAxis: "y",
    pointRadius: null,
    splatOpacity: 0.1,
    minSplatClusterShare: 0.001,
};

/**
 * Copies meshes out of a scene in their current pose, with parents, skeletons, morph targets, instances and thin
 * instances applied. Does not modify the scene.
 *
 * Vertices without faces and meshes whose material draws points are point clouds. Lines and meshes without vertices are
 * skipped. The splats of a compound are read with the place and the visibility of each part; of a stream,
 * the splats that it shows at present.
 *
 * @throws UltrametricError "input" when nothing is left or a mesh no longer has its vertices or splats in memory,
 * "unsupported" for a part of a compound splat mesh alone, "limits", "aborted"
 */
export async function ReadSceneContentAsync(
    scene: Scene,
    meshes: readonly AbstractMesh[],
    options: SceneContentOptions,
    pacer: Pacer,
): Promise<SceneContent> {
    const sceneToCapture = SceneToCapture(options.upAxis, scene.useRightHandedSystem);
    const items: ContentItem[] = [];
    const pieces: ContentPiece[] = [];
    let elementCount = 0;
    const addItem = (item: Omit<ContentItem, "firstElement">): ContentItem => {
        const added = { ...item, firstElement: elementCount };
        elementCount += item.elementCount;
        if (elementCount > MAX_ELEMENTS) {
            throw new UltrametricError(
                "limits",
                `Up to "${item.mesh.name}" the meshes have ${elementCount} faces, points and splats; a view can ` +
                    `distinguish at most ${MAX_ELEMENTS}. Capture fewer meshes.`,
            );
        }
        items.push(added);
        return added;
    };
    const given = new Set(meshes);
    const poses = readPoses(given);
    for (const mesh of given) {
        if (!mesh.isDisposed() && (IsSplatMesh(mesh) || IsSplatStream(mesh))) {
            const splats = await ReadSplatsAsync(mesh, pacer);
            if (splats.count > 0) {
                const places = SplatPlacesOf(mesh);
                const item = addItem({ mesh, thinInstance: -1, kind: "splats", elementCount: splats.count });
                pieces.push(...(await BakeSplatsAsync(splats, item, places, sceneToCapture, options, pacer)));
            }
            continue;
        }
        if (IsSplatProxy(mesh) && given.has(mesh.compoundSplatMesh)) {
            continue; // a part proxy, captured with its compound
        }
        const { worlds, source = ReadMeshSource(mesh) } = poses.get(mesh)!;
        if (source) {
            const { kind, elementCount } = source;
            for (const [thinInstance, world] of worlds) {
                const item = addItem({ mesh, thinInstance, kind, elementCount });
                const meshToCapture = world.multiply(sceneToCapture);
                pieces.push(...(await BakeMeshAsync(source, item, meshToCapture, options.pointRadius, pacer)));
            }
        }
    }
    if (pieces.length === 0) {
        throw new UltrametricError(
            "input",
            `None of the ${meshes.length} meshes has a face, a point or a splat; there is nothing to capture.`,
        );
    }
    const bounds = await BoundContentAsync(pieces, options.splatOpacity, pacer);
    return { items, pieces, elementCount, bounds, nodes: ReadContentNodes(items) };
}

/** The pose of a mesh. */
interface Pose {
    readonly worlds: readonly (readonly [thinInstance: number, world: Matrix])[];
    /** The vertices of a mesh with a skeleton or morph targets; undefined for others, which are read later. */
    readonly source?: MeshSource | null;
}

/** Reads the poses of all meshes at once: while the rest is read in time slices, animations may continue. */
function readPoses(meshes: Iterable<AbstractMesh>): Map<AbstractMesh, Pose> {
    const poses = new Map<AbstractMesh, Pose>();
    for (const mesh of meshes) {
        if (mesh.isDisposed()) {
            poses.set(mesh, { worlds: [] }); // reading its vertices says so
        } else {
            const isPosed = mesh.skeleton !== null || !!SourceMesh(mesh).morphTargetManager;
            poses.set(mesh, { worlds: worldMatrices(mesh), ...(isPosed && { source: ReadMeshSource(mesh) }) });
        }
    }
    return poses;
}

/** Returns the world matrix of a mesh, or one for each of its thin instances with the index of the instance. */
function worldMatrices(mesh: AbstractMesh): [thinInstance: number, world: Matrix][] {
    const world = mesh.computeWorldMatrix(true);
    if (!mesh.hasThinInstances) {
        return [[-1, world.clone()]];
    }
    return (mesh as Mesh).thinInstanceGetWorldMatrices().map((matrix, i) => [i, matrix.multiply(world)]);
}
