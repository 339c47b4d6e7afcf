import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { type SamModel, samModels } from "../../src/plugin/sam/samModel";

/** The folder of the demo's model, relative to the repository's root. */
export const MODEL_FOLDER = "packages/mobilesam/files/models";

/** Returns the default number of threads for a model: the number of processors, at most 4. */
export function DefaultThreadCount(): number {
    return Math.min(4, availableParallelism());
}

/**
 * Reads MobileSAM from the folder of its two files.
 * @throws UltrametricError "input" if one is missing
 */
export async function ReadMobileSamAsync(folder: string): Promise<SamModel> {
    const model = samModels.mobileSam(folder);
    const read = async ({ name, sha256 }: SamModel["encoder"]): Promise<SamModel["encoder"]> => {
        const path = join(folder, name);
        if (!existsSync(path)) {
            throw new UltrametricError(
                "input",
                `${path} does not exist. ` +
                    "Start from the root of the repository, or pass the folder of the model with --model.",
            );
        }
        return { name, source: new Uint8Array(await readFile(path)), sha256 };
    };
    return { ...model, encoder: await read(model.encoder), decoder: await read(model.decoder) };
}
