import type { Part, UltrametricSegmentation } from "babylon-ultrametric";
import { PageElement } from "./elements";

/** Shows the selected part on a card, with buttons for its parent and child. */
export function BindPartCard(segmentation: UltrametricSegmentation): void {
    const card = PageElement("part", HTMLElement);
    const show = (part: Part | null): void => {
        card.hidden = part === null;
        if (!part || !segmentation.pointCloud) {
            return;
        }
        const { leafCount } = part.tree.dendrogram;
        const [red, green, blue] = segmentation.pointCloud.colorOf(part.start).map((value) => Math.round(255 * value));
        PageElement("partColor", HTMLElement).style.background = `rgb(${red} ${green} ${blue})`;
        PageElement("partTitle", HTMLElement).textContent = `${part.size.toLocaleString("en")} points`;
        const share = (100 * part.size) / leafCount;
        const counts =
            part.minPartCount === part.maxPartCount
                ? `at ${part.minPartCount.toLocaleString("en")} parts`
                : `from ${part.minPartCount.toLocaleString("en")} to ${part.maxPartCount.toLocaleString("en")} parts`;
        PageElement("partText", HTMLElement).textContent = `${share.toFixed(share < 10 ? 1 : 0)} % of all, ${counts}`;
    };
    segmentation.onSelectionChangedObservable.add(show);
    PageElement("parent", HTMLButtonElement).onclick = () => segmentation.selectParent();
    PageElement("child", HTMLButtonElement).onclick = () => segmentation.selectChild();
}
