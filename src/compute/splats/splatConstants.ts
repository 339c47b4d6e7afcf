// Constants that drawing and picking splats share. They have a file of their own, so that picking does not load the
// rasterizer.

/**
 * Variance in square pixels that is added to the projected covariance, so that even the thinnest splat covers a pixel's
 * center (3D Gaussian Splatting, Kerbl et al. 2023).
 */
export const SPLAT_BLUR = 0.3;
/** A splat is not drawn where its opacity is below this. */
export const MIN_SPLAT_ALPHA = 1 / 255;
/** The opacity of a splat at a pixel is clamped to this. */
export const MAX_SPLAT_ALPHA = 0.99;
/** The visible splat of a pixel is the one at which the transmittance falls below this. */
export const SEEN_TRANSMITTANCE = 0.5;
/** A splat is visible at a pixel if it contributes at least this share of the pixel's light. */
export const VISIBLE_SHARE = 0.1;
/** This smaller share suffices for a splat that lies on the visible surface. */
export const SURFACE_SHARE = 0.03;
/** The distance from the visible surface, in sizes of the splat, within which a splat lies on that surface. */
export const SURFACE_SIZES = 0.1;
/**
 * The depth of a splat along a ray stays within this many of its sizes of its center's depth: a ray may meet a splat
 * that is seen edge-on far beyond its extent.
 */
export const DEPTH_SIZES = 4;
/** The least depth of a splat along a ray, as a share of its center's depth: a splat may reach around the camera. */
export const NEAREST_DEPTH_SHARE = 1e-3;
/**
 * Slopes are clamped to this multiple of the image's edge before they are projected, which limits the stretching by
 * perspective.
 */
export const SLOPE_MARGIN = 1.3;
/** The share of its extent that a flat splat gets as thickness, because a singular covariance has no inverse. */
export const FLAT_RIDGE = 1e-7;
