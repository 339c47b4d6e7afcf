import { HAS_SHARED_DATA, SHARED_DATA } from "../support/sharedData";

/** Prints a warning below the summary when the gates that need ../shared did not run. */
export default function ReportMissingData(): () => void {
    return () => {
        if (!HAS_SHARED_DATA) {
            console.warn(
                `\n!!! QUALITY GATES NOT RUN: ${SHARED_DATA} does not exist. Only the bundled capture was checked. !!!\n`,
            );
        }
    };
}
