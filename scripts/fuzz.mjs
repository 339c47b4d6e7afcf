// Runs the fuzzers with more cases than the tests do.
//   npm run fuzz -- [reader] [cases] [seed]
// The reader is a part of a file's name in test/fuzz, such as "images"; without one, all are run.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const [reader = "", cases = "20000", seed = "1"] = process.argv.slice(2);
if (!(Number(cases) > 0) || !(Number(seed) >= 0)) {
    console.error(`The number of cases is "${cases}" and the seed "${seed}"; both must be numbers.`);
    process.exit(1);
}
const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const timeout = String(60_000 + 100 * Number(cases));
const { status } = spawnSync(
    process.execPath,
    [vitest, "run", "--project", "unit", `test/fuzz/${reader}`, `--testTimeout=${timeout}`],
    { stdio: "inherit", env: { ...process.env, FUZZ_CASES: cases, FUZZ_SEED: seed } },
);
process.exit(status ?? 1);
