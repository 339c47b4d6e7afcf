import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { MorphTarget } from "@babylonjs/core/Morph/morphTarget";
import { MorphTargetManager } from "@babylonjs/core/Morph/morphTargetManager";
import type { FloatArray } from "@babylonjs/core/types";

/** Copies of morph targets for a mesh with vertices of its own, whose influences follow those of the originals. */
export class ProxyMorph {
    private readonly _copy: MorphTargetManager;

    /**
     * @param gather returns the values [vertices, size] of the copy for values of the original
     */
    public constructor(
        private readonly _source: MorphTargetManager,
        mesh: AbstractMesh,
        gather: (values: FloatArray, size: number) => Float32Array,
    ) {
        const scene = mesh.getScene();
        const copy = new MorphTargetManager(scene);
        this._copy = copy;
        copy.areUpdatesFrozen = true;
        copy.optimizeInfluencers = _source.optimizeInfluencers;
        copy.numMaxInfluencers = _source.numMaxInfluencers;
        copy.enablePositionMorphing = _source.enablePositionMorphing;
        copy.enableNormalMorphing = _source.enableNormalMorphing;
        copy.enableTangentMorphing = _source.enableTangentMorphing;
        copy.enableUVMorphing = _source.enableUVMorphing;
        copy.enableUV2Morphing = _source.enableUV2Morphing;
        copy.enableColorMorphing = _source.enableColorMorphing;
        for (let t = 0; t < _source.numTargets; t++) {
            const from = _source.getTarget(t);
            const to = new MorphTarget(from.name, from.influence, scene);
            const gathered = (values: FloatArray | null, size: number): Float32Array | null =>
                values && gather(values, size);
            to.setPositions(gathered(from.getPositions(), 3));
            to.setNormals(gathered(from.getNormals(), 3));
            to.setTangents(gathered(from.getTangents(), 3));
            to.setUVs(gathered(from.getUVs(), 2));
            to.setUV2s(gathered(from.getUV2s(), 2));
            to.setColors(gathered(from.getColors(), 4));
            copy.addTarget(to);
        }
        copy.areUpdatesFrozen = false;
        mesh.morphTargetManager = copy;
    }

    /** Follows the influences of the originals. */
    public update(): void {
        const count = Math.min(this._source.numTargets, this._copy.numTargets);
        for (let t = 0; t < count; t++) {
            const { influence } = this._source.getTarget(t);
            const to = this._copy.getTarget(t);
            if (to.influence !== influence) {
                to.influence = influence;
            }
        }
    }

    /** Removes the copies from the scene. Safe to call again. */
    public dispose(): void {
        this._copy.dispose();
    }
}
