/** Names that programs give when a person gives none, with or without a number. */
const GENERIC =
    /^(_*root_*|rootnode|scene|scenes|node|nodes|mesh|meshes|object|objects|obj|group|grp|model|geometry|geo|primitive|instance|null|none|empty|default|unnamed|untitled|no name|material|materials|mat|default material|poly ?surface|collection|layer|shape|transform|gltf|glb|scene root|auto(saved)?)( ?\d+)*$/i;
/** The largest number of characters of a name. */
const MAX_LENGTH = 48;

/**
 * Makes the name of a node or a material of a file readable: "wheel-front-left" and "WheelFrontLeft.001" become "wheel
 * front left". The name of a source file before a colon, as in "3001.dat: Brick 2 x 4", is left out.
 *
 * @returns an empty text for names that say nothing, such as "Mesh_12"
 */
export function ReadableName(raw: string): string {
    const plain = raw
        .normalize("NFC")
        .replace(/^[^:]*\.\w{2,4}:\s*/, "")
        .replace(/\.\d{3,}$/, "") // Blender's number of a copy
        .replace(/[\p{Cc}\p{Cf}]/gu, "");
    const hasBlanks = /\S\s+\S/.test(plain);
    const words = (hasBlanks ? plain : plain.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").toLowerCase())
        .replace(/[\s_-]+/g, " ")
        .trim();
    if (!/\p{L}/u.test(words) || GENERIC.test(words)) {
        return "";
    }
    if (words.length <= MAX_LENGTH) {
        return words;
    }
    const cut = words.slice(0, MAX_LENGTH);
    return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), MAX_LENGTH / 2)).trim()}…`;
}
