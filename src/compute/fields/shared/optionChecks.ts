import { UltrametricError } from "../../base/ultrametricError";
import type { HashGridOptions } from "./hashGrid";

/** The largest number of hidden layers of a network. */
const MAX_LAYERS = 8;

/** Checks of options. All throw an UltrametricError "input" that names the option, its value and its allowed values. */
export class OptionChecks {
    /** @param _owner name of the owner of the options, for messages */
    public constructor(private readonly _owner: string) {}

    public whole(name: string, value: number, low: number, high: number, multipleOf = 1): void {
        if (!(Number.isInteger(value) && value >= low && value <= high && value % multipleOf === 0)) {
            const kind = multipleOf > 1 ? `a multiple of ${multipleOf}` : "a whole number";
            throw this.wrong(name, value, `${kind}, ${low} to ${high}`);
        }
    }

    public positive(name: string, value: number): void {
        if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
            throw this.wrong(name, value, "a positive number");
        }
    }

    public notNegative(name: string, value: number): void {
        if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
            throw this.wrong(name, value, "0 or a positive number");
        }
    }

    public oneOf(name: string, value: unknown, allowed: readonly unknown[]): void {
        if (!allowed.includes(value)) {
            throw this.wrong(name, value, allowed.map((one) => JSON.stringify(one)).join(" or "));
        }
    }

    /** Checks the widths of hidden layers: at most 8, each a multiple of 8. */
    public layers(name: string, widths: readonly number[]): void {
        if (!Array.isArray(widths) || widths.length > MAX_LAYERS) {
            throw this.wrong(name, widths, `a list of at most ${MAX_LAYERS} widths`);
        }
        for (const width of widths) {
            this.whole(name, width, 8, 1024, 8);
        }
    }

    public hashGrid(options: HashGridOptions): void {
        this.whole("levels", options.levels, 1, 32);
        this.oneOf("featuresPerLevel", options.featuresPerLevel, [2, 4]);
        this.whole("tableSizeLog2", options.tableSizeLog2, 4, 24);
        this.whole("baseResolution", options.baseResolution, 1, 1024);
        this.whole("finestResolution", options.finestResolution, options.baseResolution, 4096);
    }

    /** Returns the error of an option. @param allowed description of the allowed values */
    public wrong(name: string, value: unknown, allowed: string): UltrametricError {
        return new UltrametricError(
            "input",
            `${this._owner}: the option ${name} is ${String(value)}; it must be ${allowed}.`,
        );
    }
}
