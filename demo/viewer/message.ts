import { PageElement } from "./elements";

/** Says something in the middle of the page, until it is closed. */
export function ShowMessage(title: string, text: string): void {
    const message = PageElement("message", HTMLElement);
    PageElement("messageTitle", HTMLElement).textContent = title;
    PageElement("messageText", HTMLElement).textContent = text;
    PageElement("messageClose", HTMLButtonElement).onclick = () => {
        message.hidden = true;
    };
    message.hidden = false;
}

/** Says what went wrong. */
export function ShowError(title: string, error: unknown): void {
    ShowMessage(title, error instanceof Error ? error.message : String(error));
}
