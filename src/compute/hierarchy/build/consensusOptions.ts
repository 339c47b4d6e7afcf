/** Options of MergeRegions. */
export interface ConsensusOptions {
    /**
     * Exponent of a view's weight, the smaller number of points that it sees of the two regions. Below 1, many views
     * outweigh one close view. Default 0.5.
     */
    readonly evidenceExponent: number;
    /**
     * Weight of the prior, in the unit of a view's weight. It matters most if few views see the regions. Default 10.
     */
    readonly priorWeight: number;
    /** Dissimilarity without evidence from any view, 0..1. Default 0.6. */
    readonly prior: number;
    /** Share of the feature distance in the dissimilarity, 0..1. Default 0.15. */
    readonly featureWeight: number;
    /**
     * The weight of a mask is its share of its view's points, to minus this power: small masks count more. Default
     * 0.25.
     */
    readonly maskSizeExponent: number;
    /** Regions below this share of all points are small fragments, which merge earlier. Default 0.02. */
    readonly minRegionShare: number;
    /**
     * The dissimilarity of a small fragment is multiplied by (its share / `minRegionShare`) to this power. Default 0.1.
     */
    readonly sizeExponent: number;
    /**
     * Number of regions from which on regions that are not adjacent may merge too: a part that is partly hidden by
     * others may have several visible pieces. Default 200; 0 for never.
     */
    readonly nonAdjacentBelow: number;
    /**
     * Weight of creases as evidence against a merge: the mean concave crease along the common border, times this share
     * of the mean mask evidence of two adjacent superpoints. The mask evidence grows with the regions, so that creases
     * matter less for larger regions. Default 0.4.
     */
    readonly creaseWeight: number;
    /** Crease that is assumed between regions that are not adjacent. Default 0.3. */
    readonly nonAdjacentCrease: number;
    /**
     * The prior of regions that are not adjacent, 0..1. Default 1: they merge only if masks that hold both, or sight
     * through the solid, speak for it.
     */
    readonly nonAdjacentPrior: number;
    /**
     * Weight of sight through the solid, in the mean mask evidence of two adjacent superpoints, where a tenth of this
     * evidence separates them. It is inversely proportional to that share, because masks that separate much know the
     * borders, and grows with the size of the smaller region. Default 0.2; 0 for no sight.
     */
    readonly sightWeight: number;
    /**
     * The largest size of the smaller region that sight and inward bends count, in mean superpoints. Default 215:
     * above it, masks decide more.
     */
    readonly sightLimit: number;
    /**
     * Weight of inward bends of the surface along the common border as evidence against a merge, in the unit of
     * `sightWeight`: people see parts that meet in hollows. It also depends on what masks separate, and grows with the
     * size of the smaller region to the power 1.5, so that small hollows within a part matter little. Default 0.02; 0
     * for none.
     */
    readonly bendWeight: number;
}

/** The defaults of {@link ConsensusOptions}. */
export const DEFAULT_CONSENSUS_OPTIONS: ConsensusOptions = {
    evidenceExponent: 0.5,
    priorWeight: 10,
    prior: 0.6,
    creaseWeight: 0.4,
    featureWeight: 0.15,
    maskSizeExponent: 0.25,
    minRegionShare: 0.02,
    sizeExponent: 0.1,
    nonAdjacentBelow: 200,
    nonAdjacentCrease: 0.3,
    nonAdjacentPrior: 1,
    sightWeight: 0.2,
    sightLimit: 215,
    bendWeight: 0.02,
};
