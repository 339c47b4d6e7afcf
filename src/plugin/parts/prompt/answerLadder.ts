import type { PromptAnswer, PromptLeaves } from "./promptAnswer";

/** Returns the answer at a rung of a ladder of sets, smallest first; null for an empty ladder. */
export function CreateAnswer(ladder: readonly PromptLeaves[], rung: number, source: string): PromptAnswer | null {
    const answer = ladder[rung];
    return answer ? { ...answer, smaller: ladder[rung - 1] ?? null, larger: ladder[rung + 1] ?? null, source } : null;
}

/** Returns an answer with its alternatives as a ladder, and its rung. */
export function LadderOf(answer: PromptAnswer): [ladder: PromptLeaves[], rung: number] {
    const { smaller, larger } = answer;
    return [[smaller, answer, larger].filter((leaves) => leaves !== null), smaller ? 1 : 0];
}
