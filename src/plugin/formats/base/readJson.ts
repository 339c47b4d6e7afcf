import { JsonNode } from "../../../compute/base/jsonNode";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import type { FileSource } from "../../sources/fileSource";

/**
 * Reads a JSON file.
 *
 * @throws UltrametricError "input" with the parser's message when the text is not valid JSON, and as `readBytesAsync`
 */
export async function ReadJsonAsync(source: FileSource, path: string, signal?: AbortSignal): Promise<JsonNode> {
    const bytes = await source.readBytesAsync(path, signal);
    const text = new TextDecoder().decode(bytes);
    const file = `${source.name}/${path}`;
    try {
        return new JsonNode(JSON.parse(text), file);
    } catch (error) {
        throw new UltrametricError("input", `${file} is not valid JSON: ${(error as SyntaxError).message}`, {
            cause: error,
        });
    }
}
