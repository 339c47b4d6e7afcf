import { Color3 } from "@babylonjs/core/Maths/math.color";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { IsSplatMesh } from "../content/splatData";
import type { ExtractedPart } from "../parts/model/extractedPart";

/** The properties of meshes by which Babylon draws overlays and outlines. */
type Look = "renderOverlay" | "overlayColor" | "overlayAlpha" | "renderOutline" | "outlineColor" | "outlineWidth";
/** The share of white over a hovered part, and of black over parts beside a selected one. */
const HOVERED_SHARE = 0.25;
const DIMMED_SHARE = 0.7;
/** The width of the outline of a selected part, as a share of its radius. */
const OUTLINE_SHARE = 0.02;

/** Draws an extracted part as hovered, selected or dimmed, by Babylon's overlays and outlines. Splats have neither. */
export class ExtractedHighlight {
    /** The look that the application gave the meshes. */
    private readonly _before = new Map<AbstractMesh, Pick<AbstractMesh, Look>>();
    private _wanted = { isHovered: false, isSelected: false, isDimmed: false };
    private _isLoading = false;
    private _isLoaded = false;

    public constructor(private readonly _part: ExtractedPart) {}

    /** @param hasSelection true if any part is selected */
    public set(isHovered: boolean, isSelected: boolean, hasSelection: boolean): void {
        this._wanted = { isHovered, isSelected, isDimmed: hasSelection && !isSelected };
        if (this._isLoaded) {
            this._apply();
        } else if (!this._isLoading && (isHovered || hasSelection)) {
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
        this._wanted = { isHovered: false, isSelected: false, isDimmed: false };
        this._apply();
    }

    private _apply(): void {
        const { isHovered, isSelected, isDimmed } = this._wanted;
        for (const mesh of this._part.meshes) {
            if (IsSplatMesh(mesh) || mesh.isDisposed()) {
                continue;
            }
            const before = this._before.get(mesh);
            if (before) {
                Object.assign(mesh, before);
                this._before.delete(mesh);
            }
            if (isHovered || isSelected || isDimmed) {
                const { renderOverlay, overlayColor, overlayAlpha, renderOutline, outlineColor, outlineWidth } = mesh;
                this._before.set(mesh, {
                    renderOverlay,
                    overlayColor,
                    overlayAlpha,
                    renderOutline,
                    outlineColor,
                    outlineWidth,
                });
                mesh.renderOverlay = isHovered || isDimmed;
                mesh.overlayColor = isHovered ? Color3.White() : Color3.Black();
                mesh.overlayAlpha = isHovered ? HOVERED_SHARE : DIMMED_SHARE;
                mesh.renderOutline = isSelected;
                mesh.outlineColor = Color3.White();
                mesh.outlineWidth = OUTLINE_SHARE * mesh.getBoundingInfo().boundingSphere.radius;
            }
        }
    }
}
