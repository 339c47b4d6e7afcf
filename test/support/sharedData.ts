import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder of data beside the repository, with a slash at its end. */
export const SHARED_DATA = fileURLToPath(new URL("../../../shared/data/", import.meta.url));

/** True if the data beside the repository exists. Gates that need it are skipped without it. */
export const HAS_SHARED_DATA = existsSync(SHARED_DATA);
