/** Windows up to this width are a phone's, as in style.css. */
export const PHONE_WIDTH = 840;

/** An element of the page by its id. @throws Error when index.html has none of that type */
export function PageElement<T extends HTMLElement>(id: string, type: new () => T): T {
    const element = document.getElementById(id);
    if (!(element instanceof type)) {
        throw new Error(`The page has no ${type.name} with the id "${id}".`);
    }
    return element;
}
