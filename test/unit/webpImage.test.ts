import { expect, it } from "vitest";
import { CreateNodeImageDecoder } from "../../demo/headless/nodeImageDecoder";
import { RunCoroutineSync } from "../../src/compute/base/coroutine";
import { CreateRandom } from "../../src/compute/base/random";
import { WebpImage } from "../../src/plugin/export/webpImage";

const decodeAsync = CreateNodeImageDecoder();

/** Bytes of different distributions: one value, two, few, geometric (long codes), all. */
const SOURCES: Readonly<Record<string, (random: () => number, i: number) => number>> = {
    one: () => 7,
    two: (random) => (random() < 0.1 ? 255 : 3),
    few: (random) => 40 * Math.floor(5 * random()),
    geometric: (random) => Math.min(255, Math.floor(-Math.log2(1 - random()))),
    all: (random) => Math.floor(256 * random()),
    mixed: (random, i) => (i % 4 === 3 ? 252 + (i % 3) : Math.floor(256 * random() ** 3)),
};

it.each(Object.keys(SOURCES))("is read by the library of WebP as it was written (%s)", async (name) => {
    for (const [width, height] of [
        [1, 1],
        [3, 5],
        [64, 40],
        [300, 301],
    ]) {
        const random = CreateRandom(width);
        const data = Uint8Array.from({ length: 4 * width * height }, (_, i) => SOURCES[name](random, i));
        const image = await decodeAsync(RunCoroutineSync(WebpImage(data, width, height)), "made.webp");
        expect([image.width, image.height]).toEqual([width, height]);
        expect(image.data.every((value, i) => value === data[i])).toBe(true);
    }
});
