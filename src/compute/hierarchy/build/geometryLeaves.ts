import { UltrametricError } from "../../base/ultrametricError";
import { UnitCube } from "../../bounds/unitCube";
import type { CaptureGeometry } from "../../views/capture";
import type { HierarchyInput } from "./hierarchyInput";
import type { HierarchyOptions } from "./hierarchyOptions";
import { type LeafVisibility, SplitByVisibility } from "./leafVisibility";
import { ObserveColors, ObserveMasks, type ViewObservation } from "./observations";

/** The leaves of a capture with geometry: all points of the geometry, observed or not. */
export interface GeometryLeaves {
    /** Observations of all leaves. */
    readonly observations: ViewObservation[];
    readonly visibility: LeafVisibility;
    /** [n, 3] sRGB 0..1 */
    readonly colors: Float32Array;
}

/**
 * Observes the points of a capture's geometry.
 *
 * @throws UltrametricError "input" if no view with masks sees any of the points
 */
export function ObserveGeometry(
    { positions, faceNormals = null, hasVisibility = null, colors }: CaptureGeometry,
    { name, views, maskedViews }: HierarchyInput,
    { depthTolerance, faceTolerance }: Pick<Required<HierarchyOptions>, "depthTolerance" | "faceTolerance">,
): GeometryLeaves {
    const { extent } = UnitCube.FromPositions(positions);
    const tolerance = depthTolerance * extent;
    const maskTolerance = faceNormals ? faceTolerance * extent : tolerance;
    const observations = ObserveMasks(positions, maskedViews, maskTolerance, faceNormals, hasVisibility);
    const visibility = SplitByVisibility(positions.length / 3, observations);
    if (visibility.observed.length === 0) {
        throw new UltrametricError(
            "input",
            `No view with masks sees any of the ${positions.length / 3} points of the capture "${name}". ` +
                "Check that points and cameras are in the same world.",
        );
    }
    return {
        observations,
        visibility,
        colors: colors ? Float32Array.from(colors, (value) => value / 255) : ObserveColors(positions, views, tolerance),
    };
}
