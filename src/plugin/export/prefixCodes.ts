/** A prefix code: the length of each symbol's code, 0 for symbols that do not occur, and its bits, first bit lowest. */
export interface PrefixCode {
    readonly lengths: Uint8Array;
    readonly codes: Uint16Array;
}

/**
 * Creates a canonical prefix code (Huffman) for symbols that occur `counts` times, with codes of at most `longest`
 * bits. A single symbol gets a code of one bit.
 */
export function CreatePrefixCode(counts: ArrayLike<number>, longest: number): PrefixCode {
    const symbols = Array.from({ length: counts.length }, (_, symbol) => symbol).filter((symbol) => counts[symbol] > 0);
    const lengths = new Uint8Array(counts.length);
    if (symbols.length === 1) {
        lengths[symbols[0]] = 1;
    }
    // Rare symbols count for more until no code is too long.
    for (let least = 1; symbols.length > 1; least *= 2) {
        const depths = treeDepths(symbols.map((symbol) => Math.max(counts[symbol], least)));
        if (depths.every((depth) => depth <= longest)) {
            symbols.forEach((symbol, i) => {
                lengths[symbol] = depths[i];
            });
            break;
        }
    }
    return { lengths, codes: canonicalCodes(lengths, longest) };
}

/** Returns the depths of the leaves of the Huffman tree of weights, of which there are two or more. */
function treeDepths(weights: readonly number[]): number[] {
    const order = [...weights.keys()].sort((a, b) => weights[a] - weights[b]);
    const total = [...weights];
    const parent = new Array<number>(2 * weights.length - 1).fill(-1);
    // Leaves by weight and inner nodes as they are made are both sorted, so the lightest node is the first of one.
    let [leaf, inner] = [0, weights.length];
    const takeLightest = (): number => {
        const takesLeaf = leaf < order.length && (inner >= total.length || total[order[leaf]] <= total[inner]);
        return takesLeaf ? order[leaf++] : inner++;
    };
    while (total.length < parent.length) {
        const [a, b] = [takeLightest(), takeLightest()];
        parent[a] = total.length;
        parent[b] = total.length;
        total.push(total[a] + total[b]);
    }
    const depths = new Array<number>(parent.length).fill(0);
    for (let node = parent.length - 2; node >= 0; node--) {
        depths[node] = depths[parent[node]] + 1;
    }
    return depths.slice(0, weights.length);
}

/** Returns codes in the order of their lengths, then of symbols. */
function canonicalCodes(lengths: Uint8Array, longest: number): Uint16Array {
    const codes = new Uint16Array(lengths.length);
    let next = 0;
    for (let length = 1; length <= longest; length++) {
        for (let symbol = 0; symbol < lengths.length; symbol++) {
            if (lengths[symbol] === length) {
                codes[symbol] = reversed(next++, length);
            }
        }
        next *= 2;
    }
    return codes;
}

function reversed(code: number, length: number): number {
    let result = 0;
    for (let bit = 0; bit < length; bit++) {
        result |= ((code >> bit) & 1) << (length - 1 - bit);
    }
    return result;
}
