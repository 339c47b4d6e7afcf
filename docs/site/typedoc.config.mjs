// Builds the guides (docs/*.md) and a page for every export, as static pages that work in any folder of any web server.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Converter, ReflectionKind } from "typedoc";

const at = (/** @type {string} */ path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const FIRST_GUIDE = "Get started";
/** The priority of a listener that runs after typedoc's own, which makes the groups. */
const AFTER_GROUPS = -1000;

/**
 * Adds conventions that typedoc lacks.
 * @param {import("typedoc").Application} app
 */
function conventions(app) {
    // A guide is named after its first heading, not after its file.
    app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
        const heading = document.content
            .map(({ text }) => text)
            .join("")
            .match(/^# (.+)$/m);
        document.name = heading?.[1].replaceAll("`", "") ?? document.name;
    });
    // Guides are sorted by name, after the first one.
    app.converter.on(
        Converter.EVENT_RESOLVE_END,
        ({ project }) => {
            const isFirst = (/** @type {{ name: string }} */ { name }) => Number(name === FIRST_GUIDE);
            for (const list of [
                project.documents,
                project.childrenIncludingDocuments,
                ...(project.groups ?? []).map(({ children }) => children),
            ]) {
                list?.sort((a, b) => isFirst(b) - isFirst(a));
            }
        },
        AFTER_GROUPS,
    );
    // Parameters that are private members begin with an underscore, which callers should not see.
    app.converter.on(Converter.EVENT_CREATE_PARAMETER, (_context, parameter) => {
        parameter.name = parameter.name.replace(/^_/, "");
    });
    app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
        for (const { comment } of project.getReflectionsByKind(ReflectionKind.SomeSignature)) {
            for (const tag of comment?.getTags("@param") ?? []) {
                tag.name = tag.name?.replace(/^_/, "");
            }
        }
    });
    // A getter's comment also serves the setter.
    app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
        for (const reflection of project.getReflectionsByKind(ReflectionKind.Accessor)) {
            if (reflection.isDeclaration() && reflection.setSignature && !reflection.setSignature.comment) {
                reflection.setSignature.comment = reflection.getSignature?.comment?.clone();
            }
        }
    });
}

/** @type {Partial<import("typedoc").TypeDocOptions>} */
export default {
    name: `babylon-ultrametric ${JSON.parse(readFileSync(at("package.json"), "utf8")).version}`,
    plugin: [conventions],
    entryPoints: ["index", "ui/index", "compute", "fields", "masks", "formats", "parts", "evaluation"].map((name) =>
        at(`src/${name}.ts`),
    ),
    tsconfig: at("tsconfig.build.json"),
    readme: at("README.md"),
    projectDocuments: [at("docs/*.md")],
    out: at("out/site/docs"),
    disableSources: true,
    disableGit: true,
    excludePrivate: true,
    excludeProtected: true,
    excludeInternal: true,
    navigationLinks: { Viewer: "../index.html" },
    navigation: { includeGroups: false },
    sort: ["kind", "alphabetical"],
    // Every export, method and getter needs a comment; properties only where the name is not enough.
    requiredToBeDocumented: [
        "Class",
        "Interface",
        "TypeAlias",
        "Function",
        "Variable",
        "Enum",
        "CallSignature",
        "GetSignature",
    ],
    validation: { notDocumented: true, invalidLink: true, invalidPath: true, notExported: false },
    highlightLanguages: ["bash", "html", "javascript", "json", "mermaid", "python", "typescript", "wgsl"],
    treatWarningsAsErrors: true,
};
