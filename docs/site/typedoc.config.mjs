// The guides (docs/*.md) and a page for every export, as static pages that work from any folder of any web server.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Converter, ReflectionKind } from "typedoc";

const at = (/** @type {string} */ path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const FIRST_GUIDE = "Get started";
/** Of a listener: later than typedoc's own, which makes the groups. */
const AFTER_GROUPS = -1000;

/**
 * What typedoc does not do by itself.
 * @param {import("typedoc").Application} app
 */
function conventions(app) {
    // A guide is called as its first heading is, and not as its file.
    app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
        const heading = document.content
            .map(({ text }) => text)
            .join("")
            .match(/^# (.+)$/m);
        document.name = heading?.[1].replaceAll("`", "") ?? document.name;
    });
    // Guides follow each other by their names, but for the one to begin with.
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
    // Private members that a constructor takes as they are begin with a low line; who calls it sees a name without.
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
    // One comment is for reading and setting.
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
    entryPoints: ["index", "ui/index", "compute", "fields", "masks", "formats", "evaluation"].map((name) =>
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
    // Every export, method and getter says what it is; properties do where their name does not.
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
    highlightLanguages: ["bash", "html", "javascript", "json", "python", "typescript", "wgsl"],
    treatWarningsAsErrors: true,
};
