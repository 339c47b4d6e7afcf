import { PageElement } from "./elements";

const KEY = "babylon-ultrametric.welcomed";

/** Three steps that a stranger sees once. */
export function ShowWelcome(): void {
    const card = PageElement("welcome", HTMLElement);
    card.hidden = localStorage.getItem(KEY) !== null;
    PageElement("welcomeClose", HTMLButtonElement).onclick = () => {
        HideWelcome();
    };
}

/** Takes the steps away, for good. */
export function HideWelcome(): void {
    PageElement("welcome", HTMLElement).hidden = true;
    localStorage.setItem(KEY, "yes");
}
