import { CreateRandom } from "../../../src/compute/base/random";
import type { PinholeCamera } from "../../../src/compute/views/pinholeCamera";
import { CreateSpiralCameras } from "./captureCameras";
import { CreateExcavator } from "./excavator";
import { ExtractLabeledSurface, type LabeledSurface } from "./labeledSurface";
import { RayCaster } from "./rayCaster";
import { type RenderedView, RenderView } from "./renderView";
import { type SimulatedMask, SimulateMasks } from "./simulateMasks";

/** The distance of the model's farthest corner from the origin. */
const RADIUS = 1.3;
const SEED = 20240;

/** The excavator in the capture's world, with the cameras: the source of all files of the capture. */
export class ExcavatorCapture {
    public readonly surface: LabeledSurface;
    /** The cameras of the training views. */
    public readonly trainCameras: readonly PinholeCamera[] = CreateSpiralCameras(36, -0.35, 0.98, 0.3);
    /** The cameras of the held-out views, for measuring. */
    public readonly heldOutCameras: readonly PinholeCamera[] = CreateSpiralCameras(8, -0.3, 0.95, 2.0);
    private readonly _caster: RayCaster;

    public constructor() {
        const scene = CreateExcavator();
        this.surface = ExtractLabeledSurface(scene, RADIUS);
        scene.getEngine().dispose();
        this._caster = new RayCaster(this.surface.corners);
    }

    public render(camera: PinholeCamera): RenderedView {
        return RenderView(this.surface, this._caster, camera);
    }

    /** Simulates the masks of training view `index` from its ids. Each view has its own seed. */
    public simulateMasks(index: number, parts: Uint16Array): SimulatedMask[] {
        const { width, height } = this.trainCameras[index];
        return SimulateMasks(parts, width, height, this.surface.nodes, CreateRandom(SEED + index));
    }
}
