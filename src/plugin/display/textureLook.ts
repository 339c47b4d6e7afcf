import { Constants } from "@babylonjs/core/Engines/constants";
import type { Effect } from "@babylonjs/core/Materials/effect";
import { RawTexture } from "@babylonjs/core/Materials/Textures/rawTexture";
import type { Scene } from "@babylonjs/core/scene";
import { UltrametricError } from "../../compute/base/ultrametricError";
import type { CpuPartColors } from "../../compute/partColors/cpuPartColors";
import type { LeafMap } from "./leafMap";
import { JoinLeafMaps, type LookFaces, type LookStore, type PartLookSettings, SettingValues } from "./partLook";

/** The names of the textures in partLook.glsl. */
export const LOOK_TEXTURES: readonly string[] = ["umFaces", "umColors"];
/** The name of the uniform with the settings in partLook.glsl. */
export const LOOK_SETTINGS = "umSettings";
/** The width of the textures; also in partLook.glsl. */
const WIDTH = 2048;

/** The input of partLook.glsl, for engines without storage buffers. */
export class TextureLook implements LookStore {
    private readonly _colors: RawTexture;
    private readonly _bytes: Uint8Array<ArrayBuffer>;
    private _settings = new Float32Array(9);

    /**
     * @param colors the colors of the leaves, with marks, which are uploaded when they change
     * @throws UltrametricError "limits" if there are too many leaves for a texture
     */
    public constructor(
        private readonly _scene: Scene,
        colors: CpuPartColors,
    ) {
        const rows = this._rowsFor(colors.leafCount, "The colors of the leaves");
        this._bytes = new Uint8Array(4 * WIDTH * rows);
        this._colors = this._create(
            this._bytes,
            rows,
            Constants.TEXTUREFORMAT_RGBA,
            Constants.TEXTURETYPE_UNSIGNED_BYTE,
        );
        colors.onColored = () => {
            this._bytes.set(colors.bytes);
            this._colors.update(this._bytes);
        };
    }

    public write(settings: PartLookSettings): void {
        this._settings = SettingValues(settings);
    }

    public createFaces(maps: readonly LeafMap[], label: string): LookFaces {
        const size = JoinLeafMaps(maps).length;
        const rows = this._rowsFor(size, label);
        const faces = this._create(
            JoinLeafMaps(maps, WIDTH * rows),
            rows,
            Constants.TEXTUREFORMAT_RED_INTEGER,
            Constants.TEXTURETYPE_UNSIGNED_INTEGER,
        );
        return {
            bind: (effect: Effect) => {
                effect.setTexture(LOOK_TEXTURES[0], faces);
                effect.setTexture(LOOK_TEXTURES[1], this._colors);
                effect.setFloatArray(LOOK_SETTINGS, this._settings);
            },
            dispose: () => faces.dispose(),
        };
    }

    public dispose(): void {
        this._colors.dispose();
    }

    private _rowsFor(count: number, label: string): number {
        const rows = Math.max(Math.ceil(count / WIDTH), 1);
        const { maxTextureSize } = this._scene.getEngine().getCaps();
        if (rows > maxTextureSize) {
            throw new UltrametricError(
                "limits",
                `${label} need a texture of ${WIDTH} x ${rows} pixels, and this device has at most ` +
                    `${maxTextureSize} rows; use WebGPU, or capture fewer faces or samples.`,
            );
        }
        return rows;
    }

    private _create(data: Uint8Array | Uint32Array, rows: number, format: number, type: number): RawTexture {
        const { _scene: scene } = this;
        const texture = new RawTexture(
            data,
            WIDTH,
            rows,
            format,
            scene,
            false,
            false,
            Constants.TEXTURE_NEAREST_SAMPLINGMODE,
            type,
        );
        scene.removeTexture(texture); // applications do not find it
        return texture;
    }
}
