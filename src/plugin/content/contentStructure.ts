import { NO_FACE, type SurfaceStructure } from "../../compute/views/surfaceStructure";
import type { ContentSamples } from "./contentSamples";
import type { ContentPiece, SceneContent } from "./sceneContent";

/** Reads the structure of content (faces, materials, nodes) at each of its samples. */
export function ReadContentStructure(
    { items, pieces, nodes }: Pick<SceneContent, "items" | "pieces" | "nodes">,
    { elements, runs }: Pick<ContentSamples<ContentPiece>, "elements" | "runs">,
): SurfaceStructure {
    const facePieces = pieces.filter(({ kind }) => kind === "faces");
    const corners = new Float32Array(facePieces.reduce((sum, { positions }) => sum + positions.length, 0));
    const firstFaces = new Map<ContentPiece, number>();
    let filled = 0;
    for (const piece of facePieces) {
        firstFaces.set(piece, filled / 9);
        corners.set(piece.positions, filled);
        filled += piece.positions.length;
    }
    const materialIndices = new Map([...new Set(pieces.map(({ material }) => material))].map((m, i) => [m, i]));
    const faces = new Uint32Array(elements.length).fill(NO_FACE);
    const materials = new Uint32Array(elements.length);
    const nodeOfSample = new Uint32Array(elements.length);
    let item = 0;
    for (const { piece, first, count } of runs) {
        while (piece.firstElement >= items[item].firstElement + items[item].elementCount) {
            item++;
        }
        materials.fill(materialIndices.get(piece.material)!, first, first + count);
        nodeOfSample.fill(nodes.ofItem[item], first, first + count);
        const firstFace = firstFaces.get(piece);
        for (let s = first; firstFace !== undefined && s < first + count; s++) {
            faces[s] = firstFace + elements[s] - piece.firstElement;
        }
    }
    return { faces, corners, materials, nodes: nodeOfSample, nodeParents: nodes.parents };
}
