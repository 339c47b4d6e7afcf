// How splats cover pixels: the same for drawing them and for picking, which an application may do without the other.

/** Variance, in square pixels, that is added to a splat in the image: even the thinnest covers a pixel's center (3DGS, Kerbl et al. 2023). */
export const SPLAT_BLUR = 0.3;
/** Less opacity than this is not drawn. */
export const MIN_SPLAT_ALPHA = 1 / 255;
export const MAX_SPLAT_ALPHA = 0.99;
/** Where less light than this passes, the surface has been passed: its splat is the one seen. */
export const SEEN_TRANSMITTANCE = 0.5;
/** A splat that makes up this share of a pixel's light is seen there ... */
export const VISIBLE_SHARE = 0.1;
/** ... and one that makes up this share, where its depth is the surface's but for so many of its sizes. */
export const SURFACE_SHARE = 0.03;
export const SURFACE_SIZES = 0.1;
/** A splat seen edge-on may be met by the ray far beyond it: its depth stays within so many of its sizes of its center's. */
export const DEPTH_SIZES = 4;
/** Slopes up to this multiple of the image's edge are projected; beyond it perspective would stretch a splat without end. */
export const SLOPE_MARGIN = 1.3;
/** A perfectly flat splat has no inverse covariance: it gets this share of its extent as thickness. */
export const FLAT_RIDGE = 1e-7;
