import { describe, expect, it } from "vitest";
import { EditHistory } from "../../src/plugin/parts/edit/editHistory";

/** Commands that add and remove a letter, and record their calls. */
function CreateLog() {
    const log = { text: "", disposed: [] as string[] };
    const command = (letter: string) => ({
        name: letter,
        apply: () => {
            if (letter === "!") {
                throw new Error("no");
            }
            log.text += letter;
        },
        revert: () => {
            // A wrong order throws.
            expect(log.text.endsWith(letter)).toBe(true);
            log.text = log.text.slice(0, -1);
        },
        dispose: (isApplied: boolean) => {
            log.disposed.push(letter + (isApplied ? "+" : "-"));
        },
    });
    return { log, command };
}

describe("EditHistory", () => {
    it("undoes and redoes in order, and drops undone steps at the next step", () => {
        const { log, command } = CreateLog();
        const history = new EditHistory();
        let told = 0;
        history.onChangedObservable.add(() => told++);
        for (const letter of "abc") {
            history.do(command(letter));
        }
        expect([history.undo(), history.undo(), log.text]).toEqual([true, true, "a"]);
        expect([history.names, history.undoneNames]).toEqual([["a"], ["b", "c"]]);
        expect([history.redo(), log.text]).toEqual([true, "ab"]);
        history.do(command("d"));
        expect([log.text, history.canRedo, history.redo()]).toEqual(["abd", false, false]);
        expect(log.disposed).toEqual(["c-"]);
        expect(told).toBe(7);
        while (history.undo()) {}
        expect([log.text, history.canUndo, history.undoneNames]).toEqual(["", false, ["a", "b", "d"]]);
    });

    it("goes to any step", () => {
        const { log, command } = CreateLog();
        const history = new EditHistory();
        for (const letter of "abcd") {
            history.do(command(letter));
        }
        const seen = [1, 3, 0, 4].map((step) => {
            history.goTo(step);
            return log.text;
        });
        expect(seen).toEqual(["a", "abc", "", "abcd"]);
        expect(history.names).toEqual(["a", "b", "c", "d"]);
        expect(() => history.goTo(5)).toThrow(/cannot go to step 5; it has 0 to 4/);
    });

    it("keeps as many steps as its limit", () => {
        const { log, command } = CreateLog();
        const history = new EditHistory({ limit: 2 });
        for (const letter of "abcd") {
            history.do(command(letter));
        }
        expect(log.disposed).toEqual(["a+", "b+"]);
        while (history.undo()) {}
        expect(log.text).toBe("ab");
        expect(() => new EditHistory({ limit: 0 })).toThrow(/at least 1/);
    });

    it("makes one step of a batch, also of nested ones, and none of an empty batch", () => {
        const { log, command } = CreateLog();
        const history = new EditHistory();
        let told = 0;
        history.onChangedObservable.add(() => told++);
        const result = history.batch("all", () => {
            history.do(command("a"));
            history.batch("inner", () => {
                history.do(command("b"));
                history.do(command("c"));
            });
            expect(() => history.undo()).toThrow(/inside a batch/);
            return 7;
        });
        history.batch("none", () => {});
        expect([result, told, history.names]).toEqual([7, 1, ["all"]]);
        history.undo();
        expect(log.text).toBe("");
        history.redo();
        expect(log.text).toBe("abc");
    });

    it("undoes a batch that fails", () => {
        const { log, command } = CreateLog();
        const history = new EditHistory();
        history.do(command("a"));
        const fail = (): void =>
            history.batch("bad", () => {
                history.do(command("b"));
                history.batch("inner", () => history.do(command("c")));
                history.do(command("!"));
            });
        expect(fail).toThrow("no");
        expect([log.text, history.names]).toEqual(["a", ["a"]]);
        expect(log.disposed).toEqual(["c-", "b-"]);
        expect(() => history.do(command("!"))).toThrow("no");
        expect(history.names).toEqual(["a"]);
    });
});
