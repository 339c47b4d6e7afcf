import { KdTree } from "../../../compute/algorithms/kdTree";
import { type Coroutine, RunCoroutineAsync, RunCoroutineSync } from "../../../compute/base/coroutine";
import type { Pacer } from "../../../compute/base/pacer";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import type { SegmentationHierarchy } from "../../../compute/hierarchy/cut/segmentationHierarchy";
import type { ContentItem } from "../../content/sceneContent";
import type { SceneCapture } from "../../sceneCapture/sceneCapture";

/** The number of searches per time slice. */
const ELEMENTS_PER_CHUNK = 32;

/** The links between the leaves and the elements of a capture. */
export type LeafLinks = Pick<SceneCapture, "name" | "items" | "elements" | "barycentrics">;

/** The capture properties that {@link ContentLeaves.Create} reads. */
export type LeafSource = LeafLinks & Pick<SceneCapture, "elementCenters" | "geometry">;

/**
 * The leaf that each element of captured content follows; it maps parts, which are sets of leaves, to meshes.
 *
 * A face follows the sample on it that is nearest to its center; without samples, the nearest sample of its mesh or, if
 * the mesh has none, of all content.
 */
export class ContentLeaves {
    private _byLeaf: { readonly starts: Uint32Array; readonly elements: Uint32Array } | null = null;

    private constructor(
        public readonly capture: LeafLinks,
        /** [elements of all items] the leaf that each element follows. */
        public readonly leafOfElement: Uint32Array,
    ) {}

    /**
     * Finds the leaves that elements follow.
     *
     * @param hierarchy built from the capture: leaf i is the capture's sample i
     * @throws UltrametricError "input" if the hierarchy belongs to another capture
     */
    public static Create(
        capture: LeafSource,
        hierarchy: Pick<SegmentationHierarchy, "name" | "leafCount">,
    ): ContentLeaves {
        return new ContentLeaves(capture, RunCoroutineSync(leafOfElementCoroutine(capture, hierarchy)));
    }

    /** Like {@link Create}, in time slices. */
    public static async CreateAsync(
        capture: LeafSource,
        hierarchy: Pick<SegmentationHierarchy, "name" | "leafCount">,
        pacer: Pick<Pacer, "yieldIfDueAsync">,
    ): Promise<ContentLeaves> {
        return new ContentLeaves(capture, await RunCoroutineAsync(leafOfElementCoroutine(capture, hierarchy), pacer));
    }

    /** Restores the result of {@link Create}, possibly with fewer items. The arguments are not copied. */
    public static Restore(links: LeafLinks, leafOfElement: Uint32Array): ContentLeaves {
        return new ContentLeaves(links, leafOfElement);
    }

    /** The meshes, point clouds and splats of the content; each instance is an item. */
    public get items(): readonly ContentItem[] {
        return this.capture.items;
    }

    /**
     * Returns the elements that follow some leaves.
     *
     * @returns for each of {@link items} the indices of its elements, ascending, relative to the item
     */
    public elementsOf(leaves: Uint32Array): Uint32Array[] {
        this._byLeaf ??= sortByLeaf(this.leafOfElement, this.capture.elements.length);
        const { starts, elements } = this._byLeaf;
        const total = leaves.reduce((sum, leaf) => sum + starts[leaf + 1] - starts[leaf], 0);
        const found = new Uint32Array(total);
        let filled = 0;
        for (const leaf of leaves) {
            found.set(elements.subarray(starts[leaf], starts[leaf + 1]), filled);
            filled += starts[leaf + 1] - starts[leaf];
        }
        found.sort();
        let next = 0;
        return this.items.map(({ firstElement, elementCount }) => {
            const first = next;
            while (next < total && found[next] < firstElement + elementCount) {
                next++;
            }
            return found.subarray(first, next).map((element) => element - firstElement);
        });
    }
}

/** @throws UltrametricError "input" if the content is not that of a hierarchy */
export function CheckContent(hierarchy: SegmentationHierarchy | null, content: ContentLeaves | null): void {
    if (content && content.capture.elements.length !== hierarchy?.leafCount) {
        throw new UltrametricError(
            "input",
            `The content has ${content.capture.elements.length} samples, and the hierarchy "${hierarchy?.name}" has ` +
                `${hierarchy?.leafCount ?? 0} leaves; use the content of the capture that it was made from.`,
        );
    }
}

/** Returns the [elements] leaf that each element follows. */
function* leafOfElementCoroutine(
    capture: LeafSource,
    hierarchy: Pick<SegmentationHierarchy, "name" | "leafCount">,
): Coroutine<Uint32Array> {
    const { elements, items } = capture;
    if (hierarchy.leafCount !== elements.length) {
        throw new UltrametricError(
            "input",
            `The hierarchy "${hierarchy.name}" has ${hierarchy.leafCount} leaves, and the capture "${capture.name}" ` +
                `has ${elements.length} samples; pass the capture that the hierarchy was built from.`,
        );
    }
    const last = items[items.length - 1];
    const leafOfElement = new Uint32Array(last.firstElement + last.elementCount);
    const isKnown = setSampledElements(capture, leafOfElement);
    yield;
    let allSamples: NearestSample | null = null;
    for (let i = 0, first = 0; i < items.length; i++) {
        yield;
        const end = items[i].firstElement + items[i].elementCount;
        let next = first;
        while (next < elements.length && elements[next] < end) {
            next++;
        }
        let samplesOfItem: NearestSample | null = null;
        for (let element = items[i].firstElement, found = 0; element < end; element++) {
            if (isKnown[element] === 0) {
                if (next > first) {
                    samplesOfItem ??= yield* NearestSample.CreateCoroutine(capture.geometry.positions, first, next);
                } else {
                    allSamples ??= yield* NearestSample.CreateCoroutine(capture.geometry.positions, 0, elements.length);
                }
                leafOfElement[element] = (samplesOfItem ?? allSamples!).nearest(capture.elementCenters, element);
                if (++found % ELEMENTS_PER_CHUNK === 0) {
                    yield;
                }
            }
        }
        first = next;
    }
    return leafOfElement;
}

/** Sets the leaf of each element with samples to the one nearest to its center. @returns [elements] 1 for these */
function setSampledElements(
    { elements, elementCenters, geometry }: LeafSource,
    leafOfElement: Uint32Array,
): Uint8Array {
    const isKnown = new Uint8Array(leafOfElement.length);
    const nearest = new Float64Array(leafOfElement.length);
    for (let leaf = 0; leaf < elements.length; leaf++) {
        const element = elements[leaf];
        let distance = 0;
        for (let axis = 0; axis < 3; axis++) {
            distance += (geometry.positions[3 * leaf + axis] - elementCenters[3 * element + axis]) ** 2;
        }
        if (isKnown[element] === 0 || distance < nearest[element]) {
            isKnown[element] = 1;
            nearest[element] = distance;
            leafOfElement[element] = leaf;
        }
    }
    return isKnown;
}

/** Sorts elements by their leaf: those of leaf l are `elements[starts[l]]` to `elements[starts[l + 1] - 1]`. */
function sortByLeaf(leafOfElement: Uint32Array, leafCount: number): { starts: Uint32Array; elements: Uint32Array } {
    const starts = new Uint32Array(leafCount + 1);
    for (const leaf of leafOfElement) {
        starts[leaf + 1]++;
    }
    for (let leaf = 0; leaf < leafCount; leaf++) {
        starts[leaf + 1] += starts[leaf];
    }
    const next = starts.slice(0, leafCount);
    const elements = new Uint32Array(leafOfElement.length);
    for (let element = 0; element < leafOfElement.length; element++) {
        elements[next[leafOfElement[element]]++] = element;
    }
    return { starts, elements };
}

/** Finds the nearest of consecutive samples. */
class NearestSample {
    private constructor(
        private readonly _tree: KdTree,
        private readonly _first: number,
    ) {}

    public static *CreateCoroutine(positions: Float32Array, first: number, end: number): Coroutine<NearestSample> {
        return new NearestSample(yield* KdTree.CreateCoroutine(positions.slice(3 * first, 3 * end)), first);
    }

    public nearest(centers: Float32Array, element: number): number {
        return this._first + this._tree.nearest(centers, 1, false, element, element + 1).indices[0];
    }
}
