// Runs the type check, the linter and the spelling check side by side, as `npm test` does first.
import { spawn } from "node:child_process";

const CHECKS = ["typecheck", "lint:code", "spelling"];

/**
 * Runs a script of package.json, and prints its output when it has ended.
 * @param {string} script
 * @returns {Promise<number>} the exit status
 */
function runAsync(script) {
    return new Promise((resolve) => {
        const child = spawn("npm", ["run", "--silent", script], { shell: process.platform === "win32" });
        /** @type {Buffer[]} */
        const output = [];
        child.stdout.on("data", (data) => output.push(data));
        child.stderr.on("data", (data) => output.push(data));
        child.on("close", (status) => {
            process.stdout.write(`${script}: ${status === 0 ? "passed" : "failed"}\n${Buffer.concat(output)}`);
            resolve(status ?? 1);
        });
    });
}

const statuses = await Promise.all(CHECKS.map(runAsync));
process.exit(Math.max(...statuses));
