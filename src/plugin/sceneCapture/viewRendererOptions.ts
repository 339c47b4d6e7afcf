/** Options of the renderer of captured views. */
export interface ViewRendererOptions {
    /** Strength of the shading, 0 (unlit colors) to 1. Default 1. */
    shading: number;
    /**
     * The lowest opacity, 0..1, of a visible surface. Fainter fragments are discarded; all others are drawn opaque.
     * Default 0.1.
     */
    minOpacity: number;
}

/** The defaults of {@link ViewRendererOptions}. */
export const DEFAULT_VIEW_RENDERER_OPTIONS: Readonly<ViewRendererOptions> = { shading: 1, minOpacity: 0.1 };
