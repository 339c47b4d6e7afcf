import { UltrametricError } from "../../compute/base/ultrametricError";
import type { SamModel } from "./samModel";

/** The fields of a model's description that every model has, and the types that they have. */
const FIELDS = {
    name: "string",
    encoder: "object",
    decoder: "object",
    image: "object",
    embeddings: "object",
    prompts: "object",
    constants: "object",
} as const satisfies Partial<Record<keyof SamModel, string>>;

/**
 * Checks that a value describes a model, see SamModel.
 *
 * @throws UltrametricError "input" that names the fields that are missing
 */
export function CheckSamModel(model: unknown): void {
    const fields = (typeof model === "object" && model !== null ? model : {}) as Record<string, unknown>;
    const missing = Object.entries(FIELDS).filter(([field, type]) => !fields[field] || typeof fields[field] !== type);
    if (missing.length > 0) {
        throw new UltrametricError(
            "input",
            `The option model does not describe a Segment Anything model: ${missing.map(([field]) => field).join(", ")} ` +
                "missing. Pass one of samModels with its files, such as samModels.mobileSam(...), or a description " +
                "with all fields of SamModel; leave the option out to make masks without a model.",
        );
    }
}
