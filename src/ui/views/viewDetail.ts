import type { Vector2 } from "@babylonjs/core/Maths/math.vector";
import { Rectangle } from "@babylonjs/gui/2D/controls/rectangle";
import { MaskOverlay } from "../../plugin/masks/maskOverlay";
import type { MaskSetFilter } from "../../plugin/masks/maskSetFilter";
import { AlignTopLeft } from "../controls/panelControls";
import type { PanelTheme } from "../controls/panelTheme";
import { ImageDataControl } from "./imageDataControl";
import { MaskList, type MaskListEntry } from "./maskList";

const HINT = "Point at the image to see the masks at a pixel, nested in each other.";

/** A large image of a view with its masks, and a list of the masks at the pointer, one of which is highlighted. */
export class ViewDetail {
    /** The outermost control. */
    public readonly control = new Rectangle("viewDetail");

    private readonly _frame = new Rectangle("viewFrame");
    private readonly _image = new ImageDataControl("viewPicture");
    private readonly _list: MaskList;
    private _index: number | null = null;
    private _overlay: MaskOverlay | null = null;
    private _chain: readonly number[] = [];
    private _acrossCount = 0;
    private _highlighted = -1;

    /** @param _onChange called when it has to be rendered again */
    public constructor(
        theme: PanelTheme,
        private readonly _filter: MaskSetFilter,
        private readonly _onChange: () => void,
    ) {
        for (const box of [this.control, this._frame]) {
            box.thickness = 0;
            AlignTopLeft(box);
        }
        this._frame.cornerRadius = 8;
        this._frame.background = theme.surface;
        this._frame.addControl(this._image);
        this._image.onPointerMoveObservable.add((position) => this._showMasksAt(position));
        this._image.onPointerDownObservable.add((position) => this._showMasksAt(position)); // touch has no hover
        this._list = new MaskList(theme, (mask) => {
            this.highlighted = mask >= 0 ? mask : (this._chain[0] ?? -1);
        });
        this.control.addControl(this._frame);
        this.control.addControl(this._list.control);
    }

    /** See ViewsPanel.chain. */
    public get chain(): readonly number[] {
        return this._chain;
    }

    /** See ViewsPanel.highlighted. */
    public get highlighted(): number {
        return this._highlighted;
    }

    public set highlighted(mask: number) {
        if (mask !== this._highlighted) {
            this._highlighted = mask;
            this._list.mark(mask);
            this._paint();
        }
    }

    /** Shows the filtered masks of a view, none of them highlighted; null for no view. */
    public show(index: number | null): void {
        this._index = index;
        this._overlay = index === null ? null : CreateViewOverlay(this._filter, index);
        this._chain = [];
        this._acrossCount = 0;
        this._highlighted = -1;
        this.control.isVisible = index !== null;
        this._paint();
        this._showList();
    }

    /** Sets the size in pixels. @param isWide whether the list is beside the image, rather than below it */
    public setSize(width: number, height: number, isWide: boolean): void {
        this.control.widthInPixels = width;
        this.control.heightInPixels = height;
        if (isWide) {
            const side = Math.min(height, 0.58 * width);
            this._frame.widthInPixels = side;
            this._frame.heightInPixels = height;
            this._list.control.leftInPixels = side + 12;
            this._list.control.topInPixels = 0;
            this._list.setSize(width - side - 12, height);
        } else {
            const side = Math.max(1, Math.min(width, 0.66 * height));
            this._frame.widthInPixels = width;
            this._frame.heightInPixels = side;
            this._list.control.leftInPixels = 0;
            this._list.control.topInPixels = side + 8;
            this._list.setSize(width, Math.max(1, height - side - 8));
        }
        this._showList();
    }

    private _paint(): void {
        if (this._index === null || !this._overlay) {
            return;
        }
        const { width, height } = this._overlay.view.camera;
        const highlighted = this._filter.view(this._index).indices.indexOf(this._highlighted);
        this._image.setPixels(this._overlay.paint({ highlighted }), width, height);
        this._onChange();
    }

    private _showMasksAt(position: Vector2): void {
        const pixel = this._image.pixelAt(position);
        if (!pixel || !this._overlay || this._index === null) {
            return;
        }
        const { indices } = this._filter.view(this._index);
        const { chain, across } = this._overlay.masksAt(...pixel);
        const generated = chain.map((mask) => indices[mask]);
        if (generated.join() !== this._chain.join() || across.length !== this._acrossCount) {
            this._chain = generated;
            this._acrossCount = across.length;
            this._showList();
        }
        this.highlighted = generated[0] ?? -1;
    }

    private _showList(): void {
        if (this._index === null) {
            return;
        }
        const { masks } = this._filter.masks.views[this._index];
        const entries = this._chain
            .map((index, i): MaskListEntry => ({ mask: masks[index], index, depth: this._chain.length - 1 - i }))
            .reverse();
        const others = this._acrossCount === 1 ? "Another mask overlaps" : `${this._acrossCount} other masks overlap`;
        const hint = entries.length > 0 ? "" : HINT;
        this._list.show(entries, this._acrossCount > 0 ? `${others} these.` : hint);
        this._list.mark(this._highlighted);
        this._onChange();
    }
}

/** Creates an overlay of the masks of a view that pass a filter. */
export function CreateViewOverlay(filter: MaskSetFilter, index: number): MaskOverlay {
    const { viewMasks, indices } = filter.view(index);
    return new MaskOverlay(filter.capture.views[index], viewMasks, indices);
}
