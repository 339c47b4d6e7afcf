import { Color3 } from "@babylonjs/core/Maths/math.color";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { IsSplatMesh } from "../content/splatData";
import type { ExtractedPart } from "../parts/model/extractedPart";

/** The properties of meshes by which Babylon draws overlays and outlines. */
type Look = "renderOverlay" | "overlayColor" | "overlayAlpha" | "renderOutline" | "outlineColor" | "outlineWidth";
/** The share of white over a hovered part. */
const HOVERED_SHARE = 0.25;
/** The width of the outline of a selected part, as a share of its radius. */
const OUTLINE_SHARE = 0.02;

/**
 * Draws an extracted part as hovered or selected, by Babylon's overlays and outlines. It has its own material, and so is
 * not dimmed beside a selected part. Splats have neither overlay nor outline.
 */
export class ExtractedHighlight {
    /** The look that the application gave the meshes. */
    private readonly _before = new Map<AbstractMesh, Pick<AbstractMesh, Look>>();
    private _wanted = { isHovered: false, isSelected: false };
    private _isLoading = false;
    private _isLoaded = false;

    public constructor(private readonly _part: ExtractedPart) {}

    public set(isHovered: boolean, isSelected: boolean): void {
        this._wanted = { isHovered, isSelected };
        if (this._isLoaded) {
            this._apply();
        } else if (!this._isLoading && (isHovered || isSelected)) {
            this._isLoading = true;
            // Only applications with extracted parts load it; it defines the properties above.
            void import("@babylonjs/core/Rendering/outlineRenderer").then(() => {
                this._isLoaded = true;
                this._apply();
            });
        }
    }

    /** Gives the meshes the look back that the application gave them. */
    public dispose(): void {
        this._wanted = { isHovered: false, isSelected: false };
        this._apply();
    }

    private _apply(): void {
        const { isHovered, isSelected } = this._wanted;
        for (const mesh of this._part.meshes) {
            if (IsSplatMesh(mesh) || mesh.isDisposed()) {
                continue;
            }
            const before = this._before.get(mesh);
            if (before) {
                Object.assign(mesh, before);
                this._before.delete(mesh);
            }
            if (isHovered || isSelected) {
                const { renderOverlay, overlayColor, overlayAlpha, renderOutline, outlineColor, outlineWidth } = mesh;
                this._before.set(mesh, {
                    renderOverlay,
                    overlayColor,
                    overlayAlpha,
                    renderOutline,
                    outlineColor,
                    outlineWidth,
                });
                mesh.renderOverlay = isHovered;
                mesh.overlayColor = Color3.White();
                mesh.overlayAlpha = HOVERED_SHARE;
                mesh.renderOutline = isSelected;
                mesh.outlineColor = Color3.White();
                mesh.outlineWidth = OUTLINE_SHARE * mesh.getBoundingInfo().boundingSphere.radius;
            }
        }
    }
}
