import { PageElement } from "./elements";

const KEY = "babylon-ultrametric.welcomed";

/** Shows three first steps to new users, once. */
export function ShowWelcome(): void {
    const card = PageElement("welcome", HTMLElement);
    card.hidden = localStorage.getItem(KEY) !== null;
    PageElement("welcomeClose", HTMLButtonElement).onclick = () => {
        HideWelcome();
    };
}

/** Hides the steps for good. */
export function HideWelcome(): void {
    PageElement("welcome", HTMLElement).hidden = true;
    localStorage.setItem(KEY, "yes");
}
