/** The largest window width, in pixels, of the layout for phones; style.css repeats it. */
export const PHONE_WIDTH = 940;

/** Returns the element of the page with the id. @throws Error if index.html has none of that type */
export function PageElement<T extends HTMLElement>(id: string, type: new () => T): T {
    const element = document.getElementById(id);
    if (!(element instanceof type)) {
        throw new Error(`The page has no ${type.name} with the id "${id}".`);
    }
    return element;
}
