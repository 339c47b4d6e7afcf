import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { UltrametricError } from "../../src/compute/base/ultrametricError";
import { type SamModel, samModels } from "../../src/plugin/sam/samModel";

/** Where the demo's model lies, from the repository's root. */
export const MODEL_FOLDER = "demo/public/models";

/** Threads for a model, unless told otherwise: as many as there are processors, at most 4. */
export function UsualThreads(): number {
    return Math.min(4, availableParallelism());
}

/**
 * MobileSAM from a folder with its two files.
 * @throws UltrametricError "input" when one is not there
 */
export async function ReadMobileSamAsync(folder: string): Promise<SamModel> {
    const model = samModels.mobileSam(folder);
    const read = async ({ name, sha256 }: SamModel["encoder"]): Promise<SamModel["encoder"]> => {
        const path = join(folder, name);
        if (!existsSync(path)) {
            throw new UltrametricError(
                "input",
                `${path} is not there. Start from the root of the repository, or name the folder of the model with --model.`,
            );
        }
        return { name, source: new Uint8Array(await readFile(path)), sha256 };
    };
    return { ...model, encoder: await read(model.encoder), decoder: await read(model.decoder) };
}
