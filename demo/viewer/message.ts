import { PageElement } from "./elements";

/** Shows a message in the middle of the page until the user closes it. */
export function ShowMessage(title: string, text: string): void {
    const message = PageElement("message", HTMLElement);
    PageElement("messageTitle", HTMLElement).textContent = title;
    PageElement("messageText", HTMLElement).textContent = text;
    PageElement("messageClose", HTMLButtonElement).onclick = () => {
        message.hidden = true;
    };
    message.hidden = false;
}

/** Shows an error. */
export function ShowError(title: string, error: unknown): void {
    ShowMessage(title, error instanceof Error ? error.message : String(error));
}
