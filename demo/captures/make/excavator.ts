import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { Vector3 } from "@babylonjs/core/Maths/math.vector";
import { CreateCylinder } from "@babylonjs/core/Meshes/Builders/cylinderBuilder";
import { CreateLathe } from "@babylonjs/core/Meshes/Builders/latheBuilder";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { Scene } from "@babylonjs/core/scene";
import {
    At,
    CreateBall,
    CreateBevelledBox,
    CreateLimb,
    CreateRail,
    CreateRod,
    CreateSlab,
    type OutlinePoint,
    Paint,
} from "./toyShapes";

// Few colors on purpose: hood, counterweight, cab, boom, stick and bucket share one yellow, so color does not separate
// parts.
const YELLOW = "#f5b81c";
const CHARCOAL = "#3b3f46";
const RUBBER = "#26282c";
const STEEL = "#b9c0c8";
const RED = "#d8412f";
const GLASS = "#8fd0ee";
const BLUE = "#2f66b8";
const SKIN = "#f0c09a";
const WHITE = "#f3f1ea";
const AMBER = "#ff8a1e";
const LIME = "#b9d532";

/**
 * Creates a toy excavator: scene -> groups (transform nodes) -> parts (meshes), right-handed, y up, x forward, in units
 * of about half a meter. Vertex colors are linear. The caller disposes the returned scene's engine.
 */
export function CreateExcavator(): Scene {
    const scene = new Scene(new NullEngine());
    scene.useRightHandedSystem = true;
    const root = new TransformNode("excavator", scene);
    const addGroup = (name: string, parts: Record<string, Mesh[]>): void => {
        const group = new TransformNode(name, scene);
        group.parent = root;
        for (const [part, pieces] of Object.entries(parts)) {
            const mesh = Mesh.MergeMeshes(pieces, true, true)!;
            mesh.name = part;
            mesh.parent = group;
        }
    };
    addGroup("left track", createTrack(scene, -0.86));
    addGroup("right track", createTrack(scene, 0.86));
    addGroup("chassis", createChassis(scene));
    addGroup("cab", createCab(scene));
    addGroup("driver", createDriver(scene));
    addGroup("engine", createEngineBay(scene));
    addGroup("boom", createBoom(scene));
    addGroup("arm", createArm(scene));
    addGroup("bucket", createBucket(scene));
    return scene;
}

/** Creates a track centered at z; its outer side faces away from z = 0. */
function createTrack(scene: Scene, z: number): Record<string, Mesh[]> {
    const out = Math.sign(z);
    const [reach, radius, height] = [1.12, 0.4, 0.44];
    const loop = (r: number): OutlinePoint[] => {
        const points: OutlinePoint[] = [];
        for (const side of [1, -1]) {
            for (let i = 0; i <= 10; i++) {
                const angle = (i / 10 - 0.5) * Math.PI + (side > 0 ? 0 : Math.PI);
                points.push([side * reach + r * Math.cos(angle), height + r * Math.sin(angle)]);
            }
        }
        return points;
    };
    const belt = [
        Paint(
            At(
                CreateSlab(
                    "band",
                    loop(radius - 0.08),
                    loop(radius),
                    { width: 0.56, bevel: 0.02, closed: true },
                    scene,
                ),
                0,
                0,
                z,
            ),
            RUBBER,
        ),
    ];
    const length = 4 * reach + 2 * Math.PI * radius;
    const cleats = 36;
    for (let i = 0; i < cleats; i++) {
        let s = (i / cleats) * length;
        let [x, y, angle] = [0, 0, 0];
        if (s < 2 * reach) {
            [x, y, angle] = [s - reach, height - radius, 0];
        } else if (s < 2 * reach + Math.PI * radius) {
            angle = (s - 2 * reach) / radius;
            [x, y] = [reach + radius * Math.sin(angle), height - radius * Math.cos(angle)];
        } else if (s < 4 * reach + Math.PI * radius) {
            s -= 2 * reach + Math.PI * radius;
            [x, y, angle] = [reach - s, height + radius, Math.PI];
        } else {
            angle = Math.PI + (s - 4 * reach - Math.PI * radius) / radius;
            [x, y] = [-reach + radius * Math.sin(angle), height - radius * Math.cos(angle)];
        }
        const cleat = At(CreateBevelledBox("cleat", [0.1, 0.08, 0.58], 0.02, scene), x, y, z);
        cleat.rotation.z = angle;
        belt.push(Paint(cleat, RUBBER));
    }

    const wheel = (x: number, teeth: number): Mesh[] => {
        const disc = At(CreateLathe("wheel", { shape: wheelProfile(0.3, 0.2), tessellation: 32 }, scene), x, height, z);
        disc.rotation.x = Math.PI / 2;
        const hub = At(CreateLathe("hub", { shape: wheelProfile(0.13, 0.27), tessellation: 24 }, scene), x, height, z);
        hub.rotation.x = Math.PI / 2;
        const pieces = [Paint(disc, CHARCOAL), Paint(hub, teeth > 0 ? RED : STEEL)];
        for (let i = 0; i < teeth; i++) {
            const angle = (i / teeth) * 2 * Math.PI;
            const [dx, dy] = [0.21 * Math.cos(angle), 0.21 * Math.sin(angle)];
            pieces.push(
                Paint(
                    CreateRod(
                        "bolt",
                        new Vector3(x + dx, height + dy, z - 0.24),
                        new Vector3(x + dx, height + dy, z + 0.24),
                        0.07,
                        scene,
                    ),
                    STEEL,
                ),
            );
        }
        return pieces;
    };
    const rollers: Mesh[] = [Paint(At(CreateBevelledBox("rail", [1.36, 0.09, 0.3], 0.03, scene), 0, 0.34, z), STEEL)];
    for (let i = 0; i < 4; i++) {
        const roller = At(
            CreateLathe("roller", { shape: wheelProfile(0.14, 0.24), tessellation: 24 }, scene),
            -0.54 + 0.36 * i,
            0.27,
            z,
        );
        roller.rotation.x = Math.PI / 2;
        rollers.push(Paint(roller, STEEL));
    }
    return {
        belt,
        "drive wheel": wheel(-reach, 8),
        "idler wheel": wheel(reach, 0),
        rollers,
        "side frame": [
            Paint(
                At(
                    CreateSlab(
                        "beam",
                        [
                            [-0.78, 0.52],
                            [-0.66, 0.4],
                            [0.66, 0.4],
                            [0.78, 0.52],
                        ],
                        [
                            [-0.78, 0.6],
                            [-0.66, 0.72],
                            [0.66, 0.72],
                            [0.78, 0.6],
                        ],
                        { width: 0.5, bevel: 0.04 },
                        scene,
                    ),
                    0,
                    0,
                    z + out * 0.02,
                ),
                CHARCOAL,
            ),
        ],
    };
}

function createChassis(scene: Scene): Record<string, Mesh[]> {
    const ladder: Mesh[] = [];
    for (const x of [0.36, 0.78]) {
        ladder.push(
            Paint(
                CreateRail(
                    "stile",
                    [
                        new Vector3(x, 1.2, -0.9),
                        new Vector3(x, 1.16, -1.2),
                        new Vector3(x, 1.02, -1.26),
                        new Vector3(x, 0.36, -1.26),
                    ],
                    0.045,
                    scene,
                ),
                RED,
            ),
        );
    }
    for (const y of [0.44, 0.68, 0.92]) {
        ladder.push(Paint(At(CreateBevelledBox("rung", [0.42, 0.07, 0.13], 0.03, scene), 0.57, y, -1.26), RED));
    }
    const bolts: Mesh[] = [];
    for (let i = 0; i < 20; i++) {
        const angle = (i / 20) * 2 * Math.PI;
        bolts.push(
            Paint(
                At(CreateBall("bolt", [0.09, 0.09, 0.09], scene), 0.72 * Math.cos(angle), 0.92, 0.72 * Math.sin(angle)),
                CHARCOAL,
            ),
        );
    }
    return {
        undercarriage: [
            Paint(At(CreateBevelledBox("body", [1.2, 0.36, 1.24], 0.08, scene), 0, 0.58, 0), CHARCOAL),
            Paint(At(CreateBevelledBox("front axle", [0.26, 0.26, 1.3], 0.06, scene), 0.72, 0.54, 0), CHARCOAL),
            Paint(At(CreateBevelledBox("rear axle", [0.26, 0.26, 1.3], 0.06, scene), -0.72, 0.54, 0), CHARCOAL),
        ],
        turntable: [
            Paint(
                At(CreateCylinder("ring", { height: 0.18, diameter: 1.48, tessellation: 48 }, scene), 0, 0.85, 0),
                STEEL,
            ),
            ...bolts,
        ],
        deck: [
            Paint(
                At(
                    CreateSlab(
                        "plate",
                        [
                            [-1.3, -0.62],
                            [-1.08, -0.98],
                            [0.86, -0.98],
                            [1.1, -0.8],
                        ],
                        [
                            [-1.3, 0.62],
                            [-1.08, 0.98],
                            [0.86, 0.98],
                            [1.1, 0.8],
                        ],
                        { width: 0.18, bevel: 0.04 },
                        scene,
                    ),
                    0,
                    1.03,
                    0,
                ),
                CHARCOAL,
            ),
        ].map(layFlat),
        ladder,
    };
}

function createCab(scene: Scene): Record<string, Mesh[]> {
    const box = (size: [number, number, number], x: number, y: number, z: number, color: string, radius = 0.04): Mesh =>
        Paint(At(CreateBevelledBox("box", size, radius, scene), x, y, z), color);
    const post = (x0: number, y0: number, x1: number, y1: number, z: number): Mesh =>
        Paint(
            At(
                CreateSlab(
                    "post",
                    [
                        [x0 - 0.055, y0],
                        [x1 - 0.055, y1],
                    ],
                    [
                        [x0 + 0.055, y0],
                        [x1 + 0.055, y1],
                    ],
                    { width: 0.11, bevel: 0.02 },
                    scene,
                ),
                0,
                0,
                z,
            ),
            YELLOW,
        );
    const door = [
        Paint(
            CreateSlab(
                "leaf",
                [
                    [0, 1.2],
                    [0.72, 1.2],
                ],
                [
                    [0, 2.3],
                    [0.56, 2.3],
                ],
                { width: 0.08, bevel: 0.02 },
                scene,
            ),
            YELLOW,
        ),
        Paint(
            CreateSlab(
                "pane",
                [
                    [0.1, 1.66],
                    [0.55, 1.66],
                ],
                [
                    [0.1, 2.2],
                    [0.47, 2.2],
                ],
                { width: 0.11, bevel: 0.01 },
                scene,
            ),
            GLASS,
        ),
        Paint(At(CreateBevelledBox("handle", [0.16, 0.06, 0.18], 0.02, scene), 0.56, 1.52, 0), RED),
    ];
    // Hinged at the rear post and open by 70 degrees, so that seat and driver are visible.
    const hinge = new TransformNode("hinge", scene);
    hinge.position.set(0.04, 0, -0.94);
    hinge.rotation.y = (Math.PI / 180) * 112;
    for (const piece of door) {
        piece.parent = hinge;
    }
    const lever = (z: number): Mesh[] => [
        Paint(CreateRod("stick", new Vector3(0.84, 1.4, z), new Vector3(0.76, 1.76, z), 0.06, scene), STEEL),
        Paint(At(CreateBall("knob", [0.14, 0.14, 0.14], scene), 0.75, 1.79, z), RED),
    ];
    const beacon = At(
        CreateLathe(
            "lamp",
            {
                shape: [
                    new Vector3(0.13, 0, 0),
                    new Vector3(0.13, 0.12, 0),
                    new Vector3(0.11, 0.19, 0),
                    new Vector3(0.06, 0.235, 0),
                    new Vector3(0, 0.25, 0),
                ],
                tessellation: 24,
            },
            scene,
        ),
        0.22,
        2.5,
        -0.3,
    );
    return {
        "cab frame": [
            box([1.02, 0.1, 0.84], 0.5, 1.17, -0.52, YELLOW),
            box([0.09, 0.34, 0.82], 0.98, 1.36, -0.52, YELLOW),
            box([0.09, 1.1, 0.8], 0.03, 1.75, -0.52, YELLOW),
            box([0.96, 0.3, 0.08], 0.5, 1.34, -0.14, YELLOW),
            post(0.97, 1.4, 0.8, 2.34, -0.9),
            post(0.97, 1.4, 0.8, 2.34, -0.14),
            post(0.04, 1.2, 0.04, 2.34, -0.9),
            post(0.04, 1.2, 0.04, 2.34, -0.14),
        ],
        roof: [box([1.04, 0.14, 0.98], 0.42, 2.4, -0.52, YELLOW, 0.06)],
        windscreen: [
            Paint(
                At(
                    CreateSlab(
                        "glass",
                        [
                            [0.94, 1.5],
                            [0.8, 2.32],
                        ],
                        [
                            [1.0, 1.5],
                            [0.86, 2.32],
                        ],
                        { width: 0.64 },
                        scene,
                    ),
                    0,
                    0,
                    -0.52,
                ),
                GLASS,
            ),
        ],
        door: door,
        seat: [
            box([0.42, 0.16, 0.46], 0.34, 1.44, -0.52, CHARCOAL, 0.06),
            box([0.14, 0.62, 0.46], 0.16, 1.76, -0.52, CHARCOAL, 0.06),
            box([0.3, 0.22, 0.3], 0.34, 1.3, -0.52, CHARCOAL),
        ],
        levers: [box([0.18, 0.22, 0.56], 0.86, 1.32, -0.52, CHARCOAL), ...lever(-0.74), ...lever(-0.3)],
        beacon: [
            Paint(beacon, AMBER),
            Paint(
                At(CreateCylinder("base", { height: 0.06, diameter: 0.32, tessellation: 24 }, scene), 0.22, 2.49, -0.3),
                CHARCOAL,
            ),
        ],
    };
}

function createDriver(scene: Scene): Record<string, Mesh[]> {
    const legs: Mesh[] = [];
    const arms: Mesh[] = [];
    for (const side of [-1, 1]) {
        const z = -0.52 + side * 0.11;
        legs.push(
            Paint(CreateLimb("thigh", new Vector3(0.3, 1.58, z), new Vector3(0.64, 1.58, z), 0.09, scene), BLUE),
            Paint(CreateLimb("shin", new Vector3(0.64, 1.56, z), new Vector3(0.7, 1.32, z), 0.08, scene), BLUE),
        );
        const elbow = new Vector3(0.46, 1.74, -0.52 + side * 0.26);
        arms.push(
            Paint(CreateLimb("sleeve", new Vector3(0.32, 1.94, -0.52 + side * 0.2), elbow, 0.075, scene), RED),
            Paint(CreateLimb("forearm", elbow, new Vector3(0.72, 1.78, -0.52 + side * 0.22), 0.06, scene), SKIN),
        );
    }
    const helmet = CreateLathe(
        "shell",
        {
            shape: [
                new Vector3(0.23, 0, 0),
                new Vector3(0.24, 0.025, 0),
                new Vector3(0.185, 0.04, 0),
                new Vector3(0.165, 0.1, 0),
                new Vector3(0.12, 0.155, 0),
                new Vector3(0.06, 0.18, 0),
                new Vector3(0, 0.185, 0),
            ],
            tessellation: 32,
        },
        scene,
    );
    return {
        legs,
        body: [
            Paint(
                CreateLimb("torso", new Vector3(0.31, 1.62, -0.52), new Vector3(0.31, 1.87, -0.52), 0.15, scene),
                RED,
            ),
            Paint(
                At(CreateCylinder("vest", { height: 0.1, diameter: 0.32, tessellation: 24 }, scene), 0.31, 1.76, -0.52),
                LIME,
            ),
        ],
        arms,
        head: [
            Paint(At(CreateBall("skull", [0.3, 0.32, 0.3], scene), 0.32, 2.12, -0.52), SKIN),
            Paint(At(CreateBall("nose", [0.07, 0.06, 0.06], scene), 0.475, 2.11, -0.52), SKIN),
            Paint(At(CreateBall("eye", [0.04, 0.05, 0.05], scene), 0.45, 2.15, -0.58), RUBBER),
            Paint(At(CreateBall("eye", [0.04, 0.05, 0.05], scene), 0.45, 2.15, -0.46), RUBBER),
        ],
        helmet: [Paint(At(helmet, 0.31, 2.19, -0.52), WHITE)],
    };
}

function createEngineBay(scene: Scene): Record<string, Mesh[]> {
    const grille: Mesh[] = [
        Paint(At(CreateBevelledBox("panel", [0.66, 0.42, 0.06], 0.03, scene), -0.52, 1.42, 0.9), RUBBER),
    ];
    for (let i = 0; i < 4; i++) {
        grille.push(
            Paint(At(CreateBevelledBox("slat", [0.6, 0.05, 0.1], 0.015, scene), -0.52, 1.27 + 0.1 * i, 0.92), STEEL),
        );
    }
    const arc = (radius: number): OutlinePoint[] => {
        const points: OutlinePoint[] = [];
        for (let i = 0; i <= 12; i++) {
            const angle = (i / 12 - 0.5) * 1.9;
            points.push([-0.6 - radius * Math.cos(angle) * 0.92, 0.98 * (Math.sin(angle) / Math.sin(0.95))]);
        }
        return points;
    };
    return {
        hood: [
            Paint(
                CreateSlab(
                    "cover",
                    [
                        [-1.0, 1.12],
                        [-0.1, 1.12],
                    ],
                    [
                        [-1.0, 1.78],
                        [-0.1, 1.66],
                    ],
                    { width: 1.8, bevel: 0.09 },
                    scene,
                ),
                YELLOW,
            ),
            Paint(At(CreateBevelledBox("bulge", [0.5, 0.14, 0.7], 0.05, scene), -0.62, 1.76, -0.3), YELLOW),
        ],
        grille,
        exhaust: [
            Paint(CreateRod("pipe", new Vector3(-0.72, 1.7, 0.5), new Vector3(-0.72, 2.12, 0.5), 0.2, scene), CHARCOAL),
            Paint(
                CreateRail(
                    "tip",
                    [
                        new Vector3(-0.72, 2.1, 0.5),
                        new Vector3(-0.72, 2.26, 0.5),
                        new Vector3(-0.77, 2.34, 0.5),
                        new Vector3(-0.9, 2.4, 0.5),
                    ],
                    0.065,
                    scene,
                ),
                STEEL,
            ),
        ],
        counterweight: [
            Paint(
                At(CreateSlab("block", arc(0.42), arc(1.0), { width: 0.74, bevel: 0.08 }, scene), 0, 1.38, 0),
                YELLOW,
            ),
        ].map(layFlat),
        "fuel tank": [
            Paint(At(CreateBevelledBox("tank", [0.84, 0.46, 0.5], 0.1, scene), 0.5, 1.35, 0.68), RED),
            Paint(
                At(CreateCylinder("cap", { height: 0.12, diameter: 0.2, tessellation: 20 }, scene), 0.28, 1.62, 0.7),
                CHARCOAL,
            ),
        ],
        handrail: [
            Paint(
                CreateRail(
                    "rail",
                    [
                        new Vector3(0.88, 1.5, 0.86),
                        new Vector3(0.88, 1.86, 0.86),
                        new Vector3(0.8, 1.94, 0.86),
                        new Vector3(-0.2, 1.94, 0.86),
                        new Vector3(-0.28, 1.86, 0.86),
                        new Vector3(-0.28, 1.58, 0.86),
                    ],
                    0.05,
                    scene,
                ),
                RED,
            ),
        ],
    };
}

const BOOM_Z = 0.16;

function createBoom(scene: Scene): Record<string, Mesh[]> {
    const at = (mesh: Mesh): Mesh => At(mesh, 0, 0, BOOM_Z);
    const point = (x: number, y: number): Vector3 => new Vector3(x, y, BOOM_Z);
    const lamp = Paint(CreateRod("lens", point(1.62, 2.42), point(1.72, 2.34), 0.22, scene), WHITE);
    return {
        "boom foot": [
            Paint(
                at(
                    CreateSlab(
                        "lug",
                        [
                            [0.26, 1.1],
                            [0.9, 1.1],
                        ],
                        [
                            [0.36, 1.5],
                            [0.64, 1.5],
                        ],
                        { width: 0.46, bevel: 0.04 },
                        scene,
                    ),
                ),
                CHARCOAL,
            ),
            Paint(
                CreateRod(
                    "pin",
                    new Vector3(0.5, 1.44, BOOM_Z - 0.28),
                    new Vector3(0.5, 1.44, BOOM_Z + 0.28),
                    0.22,
                    scene,
                ),
                STEEL,
            ),
        ],
        "boom beam": [
            Paint(
                at(
                    CreateSlab(
                        "beam",
                        [
                            [0.62, 1.34],
                            [0.96, 1.9],
                            [1.3, 2.36],
                            [1.62, 2.56],
                            [1.95, 2.6],
                            [2.3, 2.5],
                        ],
                        [
                            [0.36, 1.44],
                            [0.62, 2.1],
                            [0.98, 2.68],
                            [1.44, 2.98],
                            [1.95, 2.96],
                            [2.38, 2.74],
                        ],
                        { width: 0.34, bevel: 0.05 },
                        scene,
                    ),
                ),
                YELLOW,
            ),
        ],
        "boom barrel": [
            Paint(CreateRod("barrel", point(1.02, 1.22), point(1.26, 1.86), 0.24, scene), CHARCOAL),
            Paint(at(CreateBevelledBox("clevis", [0.3, 0.2, 0.3], 0.05, scene)), CHARCOAL),
        ].map((mesh, i) => (i === 1 ? At(mesh, 0.98, 1.14, BOOM_Z) : mesh)),
        "boom rod": [
            Paint(CreateRod("rod", point(1.24, 1.8), point(1.48, 2.46), 0.13, scene), STEEL),
            Paint(
                CreateRod(
                    "eye",
                    new Vector3(1.48, 2.46, BOOM_Z - 0.22),
                    new Vector3(1.48, 2.46, BOOM_Z + 0.22),
                    0.18,
                    scene,
                ),
                STEEL,
            ),
        ],
        "work lamp": [lamp, Paint(CreateRod("housing", point(1.5, 2.52), point(1.64, 2.4), 0.28, scene), CHARCOAL)].map(
            (mesh) => {
                mesh.position.addInPlaceFromFloats(0, 0.1, 0.26);
                return mesh;
            },
        ),
    };
}

function createArm(scene: Scene): Record<string, Mesh[]> {
    const point = (x: number, y: number): Vector3 => new Vector3(x, y, BOOM_Z);
    return {
        stick: [
            Paint(
                At(
                    CreateSlab(
                        "beam",
                        [
                            [2.1, 3.22],
                            [2.16, 2.76],
                            [2.3, 2.3],
                            [2.5, 1.3],
                        ],
                        [
                            [2.32, 3.26],
                            [2.56, 2.9],
                            [2.64, 2.4],
                            [2.7, 1.32],
                        ],
                        { width: 0.3, bevel: 0.05 },
                        scene,
                    ),
                    0,
                    0,
                    BOOM_Z,
                ),
                YELLOW,
            ),
        ],
        "arm barrel": [
            Paint(CreateRod("barrel", point(1.06, 2.98), point(1.66, 3.12), 0.22, scene), CHARCOAL),
            Paint(At(CreateBevelledBox("clevis", [0.24, 0.32, 0.26], 0.05, scene), 1.06, 2.9, BOOM_Z), CHARCOAL),
        ],
        "arm rod": [
            Paint(CreateRod("rod", point(1.62, 3.11), point(2.2, 3.22), 0.12, scene), STEEL),
            Paint(
                CreateRod("eye", new Vector3(2.2, 3.2, BOOM_Z - 0.2), new Vector3(2.2, 3.2, BOOM_Z + 0.2), 0.2, scene),
                STEEL,
            ),
        ],
        "elbow pin": [
            Paint(
                CreateRod(
                    "pin",
                    new Vector3(2.32, 2.66, BOOM_Z - 0.27),
                    new Vector3(2.32, 2.66, BOOM_Z + 0.27),
                    0.26,
                    scene,
                ),
                STEEL,
            ),
        ],
    };
}

function createBucket(scene: Scene): Record<string, Mesh[]> {
    const point = (x: number, y: number): Vector3 => new Vector3(x, y, BOOM_Z);
    // The bowl opens toward the machine: an arc from the ear over the front down to the lip.
    const center: OutlinePoint = [2.28, 0.88];
    const arc = (radius: number): OutlinePoint[] => {
        const points: OutlinePoint[] = [];
        for (let i = 0; i <= 14; i++) {
            const angle = 1.25 - (i / 14) * 3.2;
            points.push([center[0] + radius * Math.cos(angle), center[1] + radius * 0.94 * Math.sin(angle)]);
        }
        return points;
    };
    const outer = arc(0.5);
    const lip = outer[outer.length - 1];
    const side = (z: number): Mesh =>
        Paint(
            At(
                CreateSlab(
                    "cheek",
                    outer.slice(0, 8),
                    [...outer.slice(7)].reverse().map((p): OutlinePoint => [p[0] + 0.002, p[1] + 0.002]),
                    { width: 0.07 },
                    scene,
                ),
                0,
                0,
                z,
            ),
            YELLOW,
        );
    const teeth: Mesh[] = [
        Paint(
            At(CreateBevelledBox("edge", [0.14, 0.13, 0.98], 0.03, scene), lip[0] - 0.02, lip[1] - 0.02, BOOM_Z),
            STEEL,
        ),
    ];
    for (let i = 0; i < 5; i++) {
        const tooth = CreateSlab(
            "tooth",
            [
                [0, -0.07],
                [-0.26, -0.03],
            ],
            [
                [0, 0.07],
                [-0.26, 0.02],
            ],
            { width: 0.12, bevel: 0.015 },
            scene,
        );
        tooth.rotation.z = -0.55;
        teeth.push(Paint(At(tooth, lip[0] - 0.03, lip[1], BOOM_Z - 0.42 + 0.21 * i), STEEL));
    }
    return {
        "bucket shell": [
            Paint(At(CreateSlab("bowl", arc(0.43), outer, { width: 0.94 }, scene), 0, 0, BOOM_Z), YELLOW),
            side(BOOM_Z - 0.45),
            side(BOOM_Z + 0.45),
        ],
        "cutting edge": teeth,
        "bucket hinge": [
            Paint(
                At(
                    CreateSlab(
                        "ears",
                        [
                            [2.34, 1.26],
                            [2.4, 1.5],
                        ],
                        [
                            [2.78, 1.14],
                            [2.82, 1.44],
                        ],
                        { width: 0.44, bevel: 0.04 },
                        scene,
                    ),
                    0,
                    0,
                    BOOM_Z,
                ),
                RED,
            ),
            Paint(
                CreateRod(
                    "pin",
                    new Vector3(2.58, 1.36, BOOM_Z - 0.28),
                    new Vector3(2.58, 1.36, BOOM_Z + 0.28),
                    0.2,
                    scene,
                ),
                STEEL,
            ),
        ],
        "bucket barrel": [
            Paint(CreateRod("barrel", point(2.74, 2.66), point(2.86, 2.06), 0.2, scene), CHARCOAL),
            Paint(At(CreateBevelledBox("clevis", [0.24, 0.22, 0.22], 0.05, scene), 2.66, 2.68, BOOM_Z), CHARCOAL),
        ],
        "bucket rod": [
            Paint(CreateRod("rod", point(2.85, 2.1), point(2.9, 1.52), 0.12, scene), STEEL),
            Paint(CreateRod("link", point(2.9, 1.54), point(2.72, 1.4), 0.13, scene), STEEL),
        ],
    };
}

/** Rotates a slab of the x-y plane about its position, so that its y becomes z (right) and its width the height. */
function layFlat(mesh: Mesh): Mesh {
    mesh.rotation.x = Math.PI / 2;
    return mesh;
}

/** Returns the half profile (radius along x, axis along y) of a wheel with rounded rims. */
function wheelProfile(radius: number, half: number): Vector3[] {
    const r = Math.min(0.04, radius / 4);
    return [
        new Vector3(0, -half, 0),
        new Vector3(radius - r, -half, 0),
        new Vector3(radius, -half + r, 0),
        new Vector3(radius, half - r, 0),
        new Vector3(radius - r, half, 0),
        new Vector3(0, half, 0),
    ];
}
