import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { Constants } from "@babylonjs/core/Engines/constants";
import { EngineStore } from "@babylonjs/core/Engines/engineStore";
import type { Matrix } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { Scene } from "@babylonjs/core/scene";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { SegmentationHierarchy } from "../../compute/hierarchy/cut/segmentationHierarchy";
import { ToLinearSpace } from "../content/surfaceAppearance";
import { TransformVertices } from "../content/vertexData";
import { PrepareImageEncoderAsync } from "./imageEncoder";

/** Writes scenes that are made for a file as GLB, through \@babylonjs/serializers. */
export class GlbWriter {
    private constructor(
        private readonly _engineScene: Scene,
        private readonly _serializers: typeof import("@babylonjs/serializers/glTF/2.0/index"),
    ) {}

    /**
     * @param engineScene any scene of the engine that exports
     * @param meshes whose textures are written
     * @throws UltrametricError "unsupported" without \@babylonjs/serializers; "disposed"
     */
    public static async CreateAsync(engineScene: Scene, meshes: readonly AbstractMesh[]): Promise<GlbWriter> {
        if (engineScene.isDisposed) {
            throw new UltrametricError("disposed", "The scene has been disposed; nothing can be exported from it.");
        }
        const serializers = await loadSerializersAsync();
        if (meshes.some((mesh) => (mesh.material?.getActiveTextures().length ?? 0) > 0)) {
            await PrepareImageEncoderAsync();
        }
        return new GlbWriter(engineScene, serializers);
    }

    /** Writes what a function adds to a new, right-handed scene. Materials of other scenes may be used there. */
    public async writeAsync(fillAsync: (scene: Scene) => Promise<void>): Promise<Uint8Array<ArrayBuffer>> {
        // A virtual scene is not in the engine's list, so it is never rendered, and the scene of the content is not
        // notified.
        const lastScene = EngineStore._LastCreatedScene;
        const scene = new Scene(this._engineScene.getEngine(), { virtual: true });
        EngineStore._LastCreatedScene = lastScene;
        try {
            scene.useRightHandedSystem = true;
            await fillAsync(scene);
            const name = "parts";
            const { files } = await this._serializers.GLTF2Export.GLBAsync(scene, name, {
                exportWithoutWaitingForScene: true,
                exportUnusedUVs: true,
                removeNoopRootNodes: false,
            });
            const file = files[`${name}.glb`];
            if (!(file instanceof Blob)) {
                throw new UltrametricError(
                    "unsupported",
                    "The installed @babylonjs/serializers did not write a GLB; update it.",
                );
            }
            return new Uint8Array(await file.arrayBuffer());
        } finally {
            for (const mesh of scene.meshes) {
                const { material } = mesh;
                mesh.material = null;
                if (material?.meshMap) {
                    delete material.meshMap[mesh.uniqueId];
                }
            }
            scene.dispose();
            EngineStore._LastCreatedScene = lastScene;
        }
    }
}

async function loadSerializersAsync(): Promise<typeof import("@babylonjs/serializers/glTF/2.0/index")> {
    try {
        return await import("@babylonjs/serializers/glTF/2.0/index");
    } catch (error) {
        throw new UltrametricError(
            "unsupported",
            "The export of GLB files needs the package @babylonjs/serializers; install it.",
            {
                cause: error,
            },
        );
    }
}

/** Groups elements by a number, such as that of their node. */
export function GroupElements(count: number, keyOf: (element: number) => number): Map<number, number[]> {
    const groups = new Map<number, number[]>();
    for (let element = 0; element < count; element++) {
        const key = keyOf(element);
        const group = groups.get(key);
        if (group) {
            group.push(element);
        } else {
            groups.set(key, [element]);
        }
    }
    return groups;
}

/** Creates some leaves as colored points. @param place by default in the coordinates of the hierarchy */
export function CreateLeafPoints(
    { positions, colors }: SegmentationHierarchy,
    leaves: readonly number[],
    parent: TransformNode,
    place: Matrix | null = null,
): void {
    const mesh = new Mesh("points", parent.getScene(), parent);
    const gather = (from: ArrayLike<number>, scale: number): Float32Array =>
        Float32Array.from(
            { length: 3 * leaves.length },
            (_, i) => from[3 * leaves[Math.floor(i / 3)] + (i % 3)] * scale,
        );
    const places = gather(positions, 1);
    mesh.setVerticesData(
        VertexBuffer.PositionKind,
        place ? Float32Array.from(TransformVertices(VertexBuffer.PositionKind, places, 3, place)) : places,
        false,
        3,
    );
    // Vertex colors in glTF are linear.
    mesh.setVerticesData(VertexBuffer.ColorKind, gather(colors, 1 / 255).map(ToLinearSpace), false, 3);
    mesh.isUnIndexed = true;
    mesh.refreshBoundingInfo();
    mesh.overrideRenderingFillMode = Constants.MATERIAL_PointListDrawMode;
}
