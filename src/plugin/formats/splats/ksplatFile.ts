import { Pacer } from "../../../compute/base/pacer";
import { UltrametricError } from "../../../compute/base/ultrametricError";
import {
    AllocateSplats,
    HarmonicValues,
    SPLAT_BYTES,
    SPLATS_PER_CHUNK,
    type SplatCloud,
    ToByte,
} from "../../../compute/splats/splatCloud";
import { SPLAT_FRAMES } from "../../../compute/splats/splatFrame";
import { DecodeHalf } from "../base/halfFloat";

const HEADER_BYTES = 4096;
const SECTION_HEADER_BYTES = 1024;
const BUCKET_CENTER_BYTES = 12;
/** The highest degree of harmonics in this format. */
const MAX_DEGREE = 2;
/** The range of byte harmonics where the header states none. */
const DEFAULT_HARMONIC_RANGE = 1.5;

/** Bytes of the values of a splat at each compression level: 32-bit floats, 16-bit values, and byte harmonics. */
const LEVELS = [
    { center: 4, float: 4, harmonic: 4, range: 1 },
    { center: 2, float: 2, harmonic: 2, range: 32767 },
    { center: 2, float: 2, harmonic: 1, range: 32767 },
] as const;

/** A section of the file, checked against its bytes. */
interface Section {
    readonly count: number;
    readonly degree: number;
    readonly bucketSize: number;
    readonly fullBuckets: number;
    readonly partialBuckets: number;
    readonly buckets: number;
    readonly range: number;
    readonly blockSize: number;
    /** The byte of the sizes of the buckets that are not full. */
    readonly sizesAt: number;
    readonly centersAt: number;
    readonly splatsAt: number;
    readonly splatBytes: number;
}

/**
 * Reads a .ksplat file of version 0.1 at any compression level in time slices. Its axes are those of PLY files.
 *
 * @param file name of the file, for messages
 * @throws UltrametricError "input" for a damaged file, "unsupported" for another version, "limits", "aborted"
 */
export async function ReadKsplatAsync(bytes: Uint8Array, file: string, signal?: AbortSignal): Promise<SplatCloud> {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (bytes.length < HEADER_BYTES) {
        throw damaged(file, `its ${bytes.length} bytes are less than its header`);
    }
    const level = view.getUint16(20, true);
    if (view.getUint8(0) !== 0 || view.getUint8(1) < 1 || level >= LEVELS.length) {
        throw new UltrametricError(
            "unsupported",
            `${file} is a .ksplat of version ${view.getUint8(0)}.${view.getUint8(1)}, compression ${level}; version ` +
                "0.1 with compression 0 to 2 can be read. Convert it to PLY.",
        );
    }
    const sections = readSections(view, LEVELS[level], file);
    const count = sections.reduce((sum, section) => sum + section.count, 0);
    const degree = sections.reduce((most, section) => Math.max(most, section.degree), 0);
    const cloud = AllocateSplats(count, degree, SPLAT_FRAMES.ply, file);
    cloud.harmonics.fill(ToByte(127.5));
    const low = view.getFloat32(36, true) || -DEFAULT_HARMONIC_RANGE;
    const high = view.getFloat32(40, true) || DEFAULT_HARMONIC_RANGE;
    const pacer = new Pacer(`Reading ${file}`, signal);
    let first = 0;
    for (const section of sections) {
        const reader = new SectionReader(view, section, level, cloud, [low, high], file);
        for (let i = 0; i < section.count; i++) {
            if (i % SPLATS_PER_CHUNK === 0) {
                await pacer.yieldIfDueAsync();
            }
            reader.read(i, first + i);
        }
        first += section.count;
    }
    return cloud;
}

function readSections(view: DataView, level: (typeof LEVELS)[number], file: string): Section[] {
    const most = view.getUint32(4, true);
    let at = HEADER_BYTES + SECTION_HEADER_BYTES * most;
    if (at > view.byteLength) {
        throw damaged(file, `its header states ${most} sections, for which ${view.byteLength} bytes are too few`);
    }
    const sections: Section[] = [];
    for (let i = 0; i < most; i++) {
        const header = HEADER_BYTES + SECTION_HEADER_BYTES * i;
        const uint = (offset: number): number => view.getUint32(header + offset, true);
        const [count, capacity, bucketSize, buckets] = [uint(0), uint(4), uint(8), uint(12)];
        const [fullBuckets, partialBuckets] = [uint(32), uint(36)];
        const bucketBytes = view.getUint16(header + 20, true);
        const degree = view.getUint16(header + 40, true);
        const splatBytes = 3 * level.center + 7 * level.float + 4 + HarmonicValues(degree) * level.harmonic;
        const sizesAt = at;
        const centersAt = sizesAt + 4 * partialBuckets;
        const splatsAt = centersAt + bucketBytes * buckets;
        at = splatsAt + splatBytes * capacity;
        const needsBuckets = level.center === 2 && count > 0;
        if (
            degree > MAX_DEGREE ||
            count > capacity ||
            splatsAt + splatBytes * count > view.byteLength ||
            (needsBuckets && (bucketBytes < BUCKET_CENTER_BYTES || fullBuckets + partialBuckets > buckets))
        ) {
            throw damaged(file, `section ${i} states ${count} splats in ${buckets} buckets, which do not fit`);
        }
        sections.push({
            ...{ count, degree, bucketSize, fullBuckets, partialBuckets, buckets },
            range: uint(24) || level.range,
            blockSize: view.getFloat32(header + 16, true),
            ...{ sizesAt, centersAt, splatsAt, splatBytes },
        });
    }
    return sections;
}

/** Reads the splats of a section in order. */
class SectionReader {
    private readonly _floats: Float32Array;
    private _bucket = -1;
    private _bucketEnd = 0;

    public constructor(
        private readonly _view: DataView,
        private readonly _section: Section,
        private readonly _level: number,
        private readonly _cloud: SplatCloud,
        private readonly _harmonicRange: readonly [low: number, high: number],
        private readonly _file: string,
    ) {
        this._floats = new Float32Array(_cloud.rows.buffer);
    }

    /** Reads splat i of the section as splat `to`. */
    public read(i: number, to: number): void {
        const { _view: view, _section: section, _cloud: cloud, _floats: floats } = this;
        const { center, float, harmonic } = LEVELS[this._level];
        let at = section.splatsAt + section.splatBytes * i;
        const real = (offset: number): number =>
            float === 4 ? view.getFloat32(offset, true) : DecodeHalf(view.getUint16(offset, true));
        if (center === 4) {
            for (let axis = 0; axis < 3; axis++) {
                floats[8 * to + axis] = view.getFloat32(at + 4 * axis, true);
            }
        } else {
            const bucketAt = section.centersAt + BUCKET_CENTER_BYTES * this._bucketOf(i);
            const unit = section.blockSize / 2 / section.range;
            for (let axis = 0; axis < 3; axis++) {
                const steps = view.getUint16(at + 2 * axis, true) - section.range;
                floats[8 * to + axis] = unit * steps + view.getFloat32(bucketAt + 4 * axis, true);
            }
        }
        at += 3 * center;
        for (let axis = 0; axis < 3; axis++) {
            floats[8 * to + 3 + axis] = real(at + float * axis);
        }
        at += 3 * float;
        for (let c = 0; c < 4; c++) {
            cloud.rows[SPLAT_BYTES * to + 28 + c] = ToByte(127.5 * (1 + real(at + float * c)));
            cloud.rows[SPLAT_BYTES * to + 24 + c] = view.getUint8(at + 4 * float + c);
        }
        at += 4 * float + 4;
        const [low, high] = this._harmonicRange;
        const start = HarmonicValues(cloud.harmonicDegree) * to;
        for (let k = 0; k < HarmonicValues(section.degree); k++) {
            const offset = at + harmonic * k;
            const value = harmonic === 1 ? low + ((high - low) * view.getUint8(offset)) / 255 : real(offset);
            cloud.harmonics[start + memoryIndex(k)] = ToByte(127.5 * (1 + value));
        }
    }

    /** Returns the bucket of a splat. Full buckets come first; splats are asked for in order. */
    private _bucketOf(i: number): number {
        const { bucketSize, fullBuckets, partialBuckets, sizesAt } = this._section;
        while (i >= this._bucketEnd) {
            this._bucket++;
            if (this._bucket >= fullBuckets + partialBuckets) {
                throw damaged(this._file, `splat ${i} of a section is in none of its buckets`);
            }
            this._bucketEnd +=
                this._bucket < fullBuckets
                    ? bucketSize
                    : this._view.getUint32(sizesAt + 4 * (this._bucket - fullBuckets), true);
        }
        return this._bucket;
    }
}

/** The file has all values of a degree for red, then green, then blue. @returns the index in memory */
function memoryIndex(k: number): number {
    const [start, size] = k < 9 ? [0, 3] : [9, 5];
    const channel = Math.floor((k - start) / size);
    return start + 3 * ((k - start) % size) + channel;
}

function damaged(file: string, problem: string): UltrametricError {
    return new UltrametricError("input", `${file} is truncated or corrupt: ${problem}. Copy or export it again.`);
}
