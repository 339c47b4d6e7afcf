import { Bone } from "@babylonjs/core/Bones/bone";
import { Skeleton } from "@babylonjs/core/Bones/skeleton";
import { VertexBuffer } from "@babylonjs/core/Buffers/buffer";
import { Constants } from "@babylonjs/core/Engines/constants";
import { NullEngine } from "@babylonjs/core/Engines/nullEngine";
import { WebGPUEngine } from "@babylonjs/core/Engines/webgpuEngine";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader";
import "@babylonjs/loaders/glTF/2.0/glTFLoader";
import "@babylonjs/loaders/glTF/glTFFileLoader";
import { HemisphericLight } from "@babylonjs/core/Lights/hemisphericLight";
import { MultiMaterial } from "@babylonjs/core/Materials/multiMaterial";
import { PBRMaterial } from "@babylonjs/core/Materials/PBR/pbrMaterial";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial";
import { RawTexture } from "@babylonjs/core/Materials/Textures/rawTexture";
import { RenderTargetTexture } from "@babylonjs/core/Materials/Textures/renderTargetTexture";
import { Color3 } from "@babylonjs/core/Maths/math.color";
import { Matrix, Quaternion, Vector3 } from "@babylonjs/core/Maths/math.vector";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh";
import { CreateBox } from "@babylonjs/core/Meshes/Builders/boxBuilder";
import { CreateGround } from "@babylonjs/core/Meshes/Builders/groundBuilder";
import { CreateSphere } from "@babylonjs/core/Meshes/Builders/sphereBuilder";
import "@babylonjs/core/Meshes/instancedMesh";
import { Mesh } from "@babylonjs/core/Meshes/mesh";
import { VertexData } from "@babylonjs/core/Meshes/mesh.vertexData";
import { SubMesh } from "@babylonjs/core/Meshes/subMesh";
import "@babylonjs/core/Meshes/thinInstanceMesh";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode";
import { Observable } from "@babylonjs/core/Misc/observable";
import { Scene } from "@babylonjs/core/scene";
import { describe, expect, it } from "vitest";
import { CreateRandom } from "../../src/compute/base/random";
import { CheckGpuAsync } from "../../src/compute/gpu/gpuErrors";
import { CutAtCount, LabelLeaves } from "../../src/compute/hierarchy/cut/partition";
import { RunLengthMask } from "../../src/compute/masks/runLengthMask";
import type { PinholeCamera } from "../../src/compute/views/pinholeCamera";
import { CaptureToScene } from "../../src/plugin/babylon/worldFrame";
import { NO_ELEMENT } from "../../src/plugin/content/sceneContent";
import { CaptureSceneAsync, type SceneCapture } from "../../src/plugin/sceneCapture/sceneCapture";
import { UltrametricSegmentation } from "../../src/plugin/session/ultrametricSegmentation";
import { CreateBlackScene, UseBrowserEngine } from "../support/browserScene";

const engine = UseBrowserEngine();
let scene: Scene;

const SMALL = { views: 6, size: 64, samples: 500 };

/**
 * Calls `visit` for every pixel with the ray through its center: an origin and a direction whose depth is 1, in the
 * scene.
 */
function ForEachRay(
    capture: SceneCapture,
    view: number,
    visit: (origin: Vector3, direction: Vector3, pixel: number) => void,
): void {
    const { camera } = capture.views[view];
    const toScene = CaptureToScene(capture.upAxis, scene.useRightHandedSystem);
    const origin = Vector3.TransformCoordinates(Vector3.FromArray(camera.position), toScene);
    const point = [0, 0, 0];
    for (let row = 0; row < camera.height; row++) {
        for (let column = 0; column < camera.width; column++) {
            camera.unproject(column + 0.5, row + 0.5, 1, point);
            const through = Vector3.TransformCoordinates(Vector3.FromArray(point), toScene);
            visit(origin, through.subtract(origin), row * camera.width + column);
        }
    }
}

/** Returns the depth at which a ray enters a box of side 1 under the transform `world`, or 0 if it misses. */
function BoxDepth(world: Matrix, origin: Vector3, direction: Vector3): number {
    const inverse = Matrix.Invert(world);
    const o = Vector3.TransformCoordinates(origin, inverse).asArray();
    const d = Vector3.TransformNormal(direction, inverse).asArray();
    let near = -Infinity;
    let far = Infinity;
    for (let a = 0; a < 3; a++) {
        const [s, t] = [(-0.5 - o[a]) / d[a], (0.5 - o[a]) / d[a]].sort((x, y) => x - y);
        near = Math.max(near, s);
        far = Math.min(far, t);
    }
    return near < far ? near : 0;
}

/**
 * Compares the depth of every view with `depthOf`. @returns the number of pixels with depth
 *
 * Rasterizers move corners by a fraction of a pixel (SwiftShader by up to 1/32): at an edge a pixel may show the face
 * next to the one that its ray hits, or nothing. Such a pixel is off by the change of depth within that fraction; all
 * others are off by no more than rounding.
 */
function ExpectDepth(capture: SceneCapture, depthOf: (origin: Vector3, direction: Vector3) => number): number {
    let seen = 0;
    let strayed = 0;
    capture.views.forEach(({ depth, name }, v) => {
        ForEachRay(capture, v, (origin, direction, pixel) => {
            const expected = depthOf(origin, direction);
            const actual = depth![pixel];
            seen += expected > 0 ? 1 : 0;
            if (Math.abs(actual - expected) > 1e-5 * expected) {
                strayed++;
                if (expected > 0 && actual > 0 && Math.abs(actual - expected) > 0.05 * expected) {
                    expect.fail(`${name}, pixel ${pixel}: depth ${actual} instead of ${expected}`);
                }
            }
        });
    });
    expect(strayed).toBeLessThan(seen / 50);
    return seen;
}

function Colored(color: Color3): StandardMaterial {
    const material = new StandardMaterial("colored", scene);
    material.diffuseColor = color;
    return material;
}

/** Creates two triangles with texture coordinates, visible from all sides. */
function CreateQuad(): Mesh {
    return CreateGround("quad", { width: 2, height: 2 }, scene);
}

/** Writes a GLB of one square mesh, 0..1 in x and y, in two nodes: "left", and "right" twice as large at (3, 0, -1). */
function CreateGlb(): Uint8Array {
    const positions = Float32Array.of(0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0);
    const indices = Uint16Array.of(0, 1, 2, 0, 2, 3);
    const json = JSON.stringify({
        asset: { version: "2.0" },
        scene: 0,
        scenes: [{ nodes: [0, 1] }],
        nodes: [
            { name: "left", mesh: 0 },
            { name: "right", mesh: 0, translation: [3, 0, -1], scale: [2, 2, 2] },
        ],
        materials: [{ pbrMetallicRoughness: { baseColorFactor: [0.214, 1, 0, 1] } }],
        meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 1, material: 0 }] }],
        buffers: [{ byteLength: 60 }],
        bufferViews: [
            { buffer: 0, byteOffset: 0, byteLength: 48 },
            { buffer: 0, byteOffset: 48, byteLength: 12 },
        ],
        accessors: [
            { bufferView: 0, componentType: 5126, count: 4, type: "VEC3", min: [0, 0, 0], max: [1, 1, 0] },
            { bufferView: 1, componentType: 5123, count: 6, type: "SCALAR" },
        ],
    });
    const text = new TextEncoder().encode(json + " ".repeat((4 - (json.length % 4)) % 4));
    const glb = new Uint8Array(12 + 8 + text.length + 8 + 60);
    const view = new DataView(glb.buffer);
    [0x46546c67, 2, glb.length, text.length, 0x4e4f534a].forEach((value, i) => {
        view.setUint32(4 * i, value, true);
    });
    glb.set(text, 20);
    view.setUint32(20 + text.length, 60, true);
    view.setUint32(24 + text.length, 0x004e4942, true);
    glb.set(new Uint8Array(positions.buffer), 28 + text.length);
    glb.set(new Uint8Array(indices.buffer), 76 + text.length);
    return glb;
}

function PixelOf(camera: PinholeCamera, capture: SceneCapture, place: Vector3): number {
    const toCapture = Matrix.Invert(CaptureToScene(capture.upAxis, scene.useRightHandedSystem));
    const { x, y, z } = Vector3.TransformCoordinates(place, toCapture);
    const at = [0, 0, 0];
    camera.project(x, y, z, at);
    return Math.floor(at[1]) * camera.width + Math.floor(at[0]);
}

describe.each([
    [false, "y"],
    [false, "z"],
    [true, "y"],
    [true, "z"],
] as const)("CaptureSceneAsync, right-handed scene: %s, up: %s", (isRightHanded, upAxis) => {
    it("leaves blending off when it runs before the first frame", async () => {
        const fresh = new WebGPUEngine(document.createElement("canvas"), { antialias: false });
        await fresh.initAsync();
        scene = CreateBlackScene(engine());
        const own = CreateBlackScene(fresh);
        await CaptureSceneAsync(own, [CreateBox("box", {}, own)], { views: 1, size: 16, samples: 10 });
        expect(fresh.alphaState.alphaBlend).toBe(false);
        fresh.dispose();
    });

    it("renders depth, color and faces of a transformed box in its cameras' views", async () => {
        scene = CreateBlackScene(engine(), isRightHanded);
        const parent = new TransformNode("parent", scene);
        parent.position.set(3, -1, 2);
        parent.rotation.set(0.3, 1.1, -0.4);
        parent.scaling.set(1, 2, 1.5);
        const box = CreateBox("box", { size: 1 }, scene);
        box.parent = parent;
        box.position.x = 0.5;
        box.rotation.z = 0.7;
        box.material = Colored(new Color3(0.2, 0.6, 0.9));
        const capture = await CaptureSceneAsync(scene, [box], { ...SMALL, upAxis, shading: 0 });
        const world = box.computeWorldMatrix(true);
        const seen = ExpectDepth(capture, (o, d) => BoxDepth(world, o, d));
        expect(seen).toBeGreaterThan(6 * 500);

        for (const [v, { depth, image }] of capture.views.entries()) {
            for (let p = 0; p < depth!.length; p++) {
                const element = capture.elementImages[v][p];
                expect(element === NO_ELEMENT).toBe(depth![p] === 0);
                if (image[4 * p + 3] === 255) {
                    // 8 bits, and a gamma of 2.2 in both directions
                    expect(Math.abs(image[4 * p] - 51)).toBeLessThanOrEqual(1);
                    expect(Math.abs(image[4 * p + 1] - 153)).toBeLessThanOrEqual(1);
                    expect(Math.abs(image[4 * p + 2] - 229.5)).toBeLessThanOrEqual(1);
                } else if (image[4 * p + 3] === 0) {
                    expect(depth![p]).toBe(0);
                }
            }
        }
        // The visible face is the one that the ray hits.
        const positions = box.getVerticesData(VertexBuffer.PositionKind)!;
        const indices = box.getIndices()!;
        const inverse = Matrix.Invert(world);
        ForEachRay(capture, 0, (origin, direction, pixel) => {
            const face = capture.elementImages[0][pixel];
            if (face !== NO_ELEMENT) {
                const depth = capture.views[0].depth![pixel];
                const hit = Vector3.TransformCoordinates(origin.add(direction.scale(depth)), inverse);
                const corner = (c: number): Vector3 => Vector3.FromArray(positions, 3 * indices[3 * face + c]);
                const [a, b, c] = [corner(0), corner(1), corner(2)];
                const normal = Vector3.Cross(b.subtract(a), c.subtract(a)).normalize();
                expect(Math.abs(Vector3.Dot(normal, hit.subtract(a)))).toBeLessThan(1e-3);
            }
        });
    });

    it("samples leaves on the surface, with normals, colors and links to their faces", async () => {
        scene = CreateBlackScene(engine(), isRightHanded);
        const box = CreateBox("box", { size: 1 }, scene);
        box.position.set(1, 2, 3);
        box.rotation.y = 0.5;
        box.scaling.set(1, 3, -2);
        box.material = Colored(new Color3(1, 0.5, 0));
        const capture = await CaptureSceneAsync(scene, [box], { ...SMALL, upAxis });
        const toScene = CaptureToScene(upAxis, isRightHanded);
        const world = box.computeWorldMatrix(true);
        const { positions, normals, colors } = capture.geometry;
        expect(positions.length).toBe(3 * 500);
        const vertices = box.getVerticesData(VertexBuffer.PositionKind)!;
        const own = box.getVerticesData(VertexBuffer.NormalKind)!;
        const indices = box.getIndices()!;
        for (let i = 0; i < 500; i++) {
            const face = capture.elements[i];
            const [u, v] = capture.barycentrics.subarray(2 * i, 2 * i + 2);
            const local = [1 - u - v, u, v].reduce(
                (sum, weight, c) => sum.add(Vector3.FromArray(vertices, 3 * indices[3 * face + c]).scale(weight)),
                Vector3.Zero(),
            );
            const place = Vector3.TransformCoordinates(Vector3.FromArray(positions, 3 * i), toScene);
            expect(Vector3.Distance(place, Vector3.TransformCoordinates(local, world))).toBeLessThan(1e-5);
            const normal = Vector3.TransformNormal(Vector3.FromArray(normals!, 3 * i), toScene);
            const expected = Vector3.TransformNormal(
                Vector3.FromArray(own, 3 * indices[3 * face]),
                Matrix.Invert(world).transpose(),
            ).normalize();
            expect(Vector3.Dot(normal, expected)).toBeGreaterThan(1 - 1e-5);
            expect(Math.abs(colors![3 * i] - 255)).toBeLessThanOrEqual(1);
            expect(Math.abs(colors![3 * i + 1] - 127.5)).toBeLessThanOrEqual(1);
            expect(colors![3 * i + 2]).toBeLessThanOrEqual(1);
        }
    });
});

describe("CaptureSceneAsync", () => {
    it("renders the depth of a sphere, also from inside", async () => {
        scene = CreateBlackScene(engine());
        const sphere = CreateSphere("sphere", { diameter: 2, segments: 128 }, scene);
        sphere.position.set(-4, 5, 6);
        const capture = await CaptureSceneAsync(scene, [sphere], { ...SMALL, views: 4, insideViews: 3 });
        expect(capture.views).toHaveLength(7);
        // Its faces span 1.4 degrees, so they lie within 1.4e-4 of the sphere; depth differs by more at the silhouette.
        const far: number[] = [];
        capture.views.forEach(({ depth, camera }, v) => {
            const isInside = v >= 4;
            ForEachRay(capture, v, (origin, direction, pixel) => {
                const toMiddle = sphere.position.subtract(origin);
                const square = direction.lengthSquared();
                const along = Vector3.Dot(toMiddle, direction) / square;
                const off = toMiddle.lengthSquared() - along * along * square;
                if (off < 0.8) {
                    const half = Math.sqrt((1 - off) / square);
                    const expected = isInside ? along + half : along - half;
                    far.push(Math.abs(depth![pixel] - expected));
                } else if (off > 1.005) {
                    expect(depth![pixel], `${pixel} of ${camera.width}`).toBe(0);
                }
            });
        });
        expect(far.length).toBeGreaterThan(3 * 64 * 64);
        expect(far.reduce((most, value) => Math.max(most, value), 0)).toBeLessThan(5e-4);
    });

    it("finds the elements of many small meshes of two materials in turn", async () => {
        scene = CreateBlackScene(engine());
        const sources = [Color3.Red(), Color3.Green()].map((color) => {
            const box = CreateBox("box", { size: 0.08 }, scene);
            box.material = Colored(color);
            return box;
        });
        const place = (i: number): Vector3 => new Vector3((i % 20) / 10 - 1, Math.floor(i / 20) / 10 - 0.7, 0);
        const meshes = Array.from({ length: 280 }, (_, i) => {
            const mesh = i < 2 ? sources[i] : sources[i % 2].createInstance("box");
            mesh.position.copyFrom(place(i));
            return mesh;
        });
        const options = { ...SMALL, views: 1, samples: 2800, shading: 0 };
        const { elements, geometry, elementImages, views } = await CaptureSceneAsync(scene, meshes, options);
        for (const [leaf, element] of elements.entries()) {
            const { x, y } = place(Math.floor(element / 12));
            expect(Math.abs(geometry.positions[3 * leaf] - x)).toBeLessThan(0.041);
            expect(Math.abs(geometry.positions[3 * leaf + 1] - y)).toBeLessThan(0.041);
            expect(geometry.colors![3 * leaf + (Math.floor(element / 12) % 2)]).toBe(255);
        }
        // Pixels at edges mix two colors.
        const seen = [...elementImages[0].keys()].filter((p) => elementImages[0][p] !== NO_ELEMENT);
        const isOfItsMaterial = (p: number): boolean => {
            const own = 4 * p + (Math.floor(elementImages[0][p] / 12) % 2);
            return views[0].image[own] > views[0].image[8 * p + 1 - own];
        };
        expect(seen.length).toBeGreaterThan(100);
        expect(seen.filter(isOfItsMaterial).length / seen.length).toBeGreaterThan(0.9);
    });

    it("captures instances, thin instances and several materials as separate items", async () => {
        scene = CreateBlackScene(engine());
        const source = CreateBox("source", { size: 1 }, scene);
        source.material = Colored(Color3.Red());
        const instance = source.createInstance("instance");
        instance.position.x = 3;
        const thin = CreateBox("thin", { size: 1 }, scene);
        thin.material = Colored(Color3.Green());
        thin.position.y = 3;
        thin.thinInstanceAdd([Matrix.Translation(0, 0, 0), Matrix.Translation(0, 2, 0)]);
        const two = CreateBox("two", { size: 1 }, scene);
        two.position.set(0, -3, 0);
        const both = new MultiMaterial("both", scene);
        both.subMaterials = [Colored(Color3.Blue()), Colored(Color3.White())];
        two.subMeshes = [];
        new SubMesh(0, 0, 24, 0, 18, two);
        new SubMesh(1, 0, 24, 18, 18, two);
        two.material = both;

        const capture = await CaptureSceneAsync(scene, [source, instance, thin, two], { ...SMALL, shading: 0 });
        expect(
            capture.items.map(({ mesh, thinInstance, firstElement, elementCount }) => [
                mesh.name,
                thinInstance,
                firstElement,
                elementCount,
            ]),
        ).toEqual([
            ["source", -1, 0, 12],
            ["instance", -1, 12, 12],
            ["thin", 0, 24, 12],
            ["thin", 1, 36, 12],
            ["two", -1, 48, 12],
        ]);
        const worlds = [0, 1, 2, 3, 4].map((i) => Matrix.Translation(i === 1 ? 3 : 0, [0, 0, 3, 5, -3][i], 0));
        ExpectDepth(
            capture,
            (o, d) =>
                worlds
                    .map((world) => BoxDepth(world, o, d))
                    .filter((x) => x > 0)
                    .sort((a, b) => a - b)[0] ?? 0,
        );
        const colors = [
            [255, 0, 0],
            [255, 0, 0],
            [0, 255, 0],
            [0, 255, 0],
        ];
        const seen = new Set<number>();
        let mixed = 0;
        capture.views.forEach(({ image }, v) => {
            capture.elementImages[v].forEach((element, p) => {
                if (element !== NO_ELEMENT && image[4 * p + 3] === 255) {
                    const item = capture.itemOfElement(element);
                    seen.add(item);
                    const color = colors[item] ?? (element - 48 < 6 ? [0, 0, 255] : [255, 255, 255]);
                    // A pixel on the line between two colors mixes them.
                    const difference = Math.max(...color.map((c, i) => Math.abs(c - image[4 * p + i])));
                    mixed += difference === 0 ? 0 : 1;
                }
            });
        });
        expect([...seen].sort()).toEqual([0, 1, 2, 3, 4]);
        expect(mixed).toBeLessThan(60); // of about 1600 pixels
        for (let i = 0; i < capture.elements.length; i++) {
            const item = capture.itemOfElement(capture.elements[i]);
            const color = colors[item] ?? (capture.elements[i] - 48 < 6 ? [0, 0, 255] : [255, 255, 255]);
            expect([...capture.geometry.colors!.subarray(3 * i, 3 * i + 3)], `leaf ${i}`).toEqual(color);
        }
    });

    it("captures a GLB as in its file, in scenes of both handednesses", async () => {
        for (const isRightHanded of [false, true]) {
            scene = CreateBlackScene(engine(), isRightHanded);
            const turn = isRightHanded ? 1 : -1;
            const { meshes } = await ImportMeshAsync(CreateGlb(), scene, { pluginExtension: ".glb" });
            const capture = await CaptureSceneAsync(scene, meshes, { ...SMALL, shading: 0 });
            expect(capture.items.map(({ mesh }) => mesh.name)).toEqual(["left", "right"]);
            const { positions, normals, colors } = capture.geometry;
            for (let i = 0; i < capture.elements.length; i++) {
                const isLeft = capture.itemOfElement(capture.elements[i]) === 0;
                // The capture's world is that of the file, which Babylon's loader rotates by 180 degrees about y in
                // left-handed scenes.
                const [x, y, z] = positions
                    .subarray(3 * i, 3 * i + 3)
                    .map((value, a) => (a === 1 ? value : turn * value));
                const [low, side, depth] = isLeft ? [0, 1, 0] : [3, 2, -1];
                const inside = x > low - 1e-5 && x < low + side + 1e-5 && y > -1e-5 && y < side + 1e-5;
                expect(inside, `leaf ${i} at ${x}, ${y}`).toBe(true);
                expect(z).toBeCloseTo(depth, 5);
                expect(Math.abs(normals![3 * i + 2])).toBeCloseTo(1, 5);
                // Base colors of glTF are linear: 0.2140 is 128 / 255 in sRGB (with a gamma of 2.2 it would be 127).
                expect(Math.abs(colors![3 * i] - 127)).toBeLessThanOrEqual(1);
                expect(colors![3 * i + 1]).toBe(255);
            }
            const front = capture.views.findIndex(({ camera }) => turn * camera.position[2] > 3);
            const { camera, image, depth } = capture.views[front];
            const at = [0, 0, 0];
            camera.project(4 * turn, 1, -1 * turn, at);
            const pixel = Math.floor(at[1]) * camera.width + Math.floor(at[0]);
            expect(depth![pixel]).toBeCloseTo(at[2], 1);
            expect(image[4 * pixel + 1]).toBe(255);
            expect(capture.itemOfElement(capture.elementImages[front][pixel])).toBe(1);
            if (!isRightHanded) {
                scene.dispose();
            }
        }
    });

    it("captures a skinned mesh in its current pose", async () => {
        scene = CreateBlackScene(engine());
        const box = CreateBox("box", { size: 1 }, scene);
        const skeleton = new Skeleton("skeleton", "skeleton", scene);
        const bone = new Bone("bone", skeleton, null, Matrix.Identity());
        box.skeleton = skeleton;
        box.setVerticesData(VertexBuffer.MatricesIndicesKind, new Float32Array(4 * 24));
        const weights = new Float32Array(4 * 24).map((_, i) => (i % 4 === 0 ? 1 : 0));
        box.setVerticesData(VertexBuffer.MatricesWeightsKind, weights);
        bone.setPosition(new Vector3(0, 2, 0));
        bone.setRotationQuaternion(Quaternion.RotationYawPitchRoll(0.4, 0.5, 0.6));
        box.position.z = 1;
        const capture = await CaptureSceneAsync(scene, [box], SMALL);
        const world = Matrix.Compose(
            Vector3.One(),
            Quaternion.RotationYawPitchRoll(0.4, 0.5, 0.6),
            new Vector3(0, 2, 0),
        ).multiply(Matrix.Translation(0, 0, 1));
        expect(ExpectDepth(capture, (o, d) => BoxDepth(world, o, d))).toBeGreaterThan(1000);
    });

    it("renders textures in the color spaces of both materials, and cuts out transparent pixels", async () => {
        scene = CreateBlackScene(engine());
        const texels = Uint8Array.of(200, 40, 40, 255, 40, 200, 40, 255, 40, 40, 200, 255, 90, 90, 90, 0);
        const create = (): RawTexture => {
            const texture = RawTexture.CreateRGBATexture(
                texels,
                2,
                2,
                scene,
                false,
                false,
                Constants.TEXTURE_NEAREST_SAMPLINGMODE,
            );
            texture.hasAlpha = true;
            return texture;
        };
        const standard = new StandardMaterial("standard", scene);
        standard.diffuseTexture = create();
        const pbr = new PBRMaterial("pbr", scene);
        pbr.albedoTexture = create();
        pbr.transparencyMode = PBRMaterial.PBRMATERIAL_ALPHATEST;
        const quads = [standard, pbr].map((material, i) => {
            const quad = CreateQuad();
            quad.material = material;
            quad.position.x = 3 * i;
            return quad;
        });
        const capture = await CaptureSceneAsync(scene, quads, { ...SMALL, shading: 0, elevations: [1.2, 1.57] });
        for (const { camera, image, depth } of capture.views) {
            for (const quad of quads) {
                // v of a texture that is not flipped grows with z of the ground.
                for (const [u, v, texel] of [
                    [0, 0, 0],
                    [1, 0, 1],
                    [0, 1, 2],
                    [1, 1, 3],
                ]) {
                    const place = new Vector3(quad.position.x + u - 0.5, 0, v - 0.5);
                    const p = PixelOf(camera, capture, place);
                    const color = texels.subarray(4 * texel, 4 * texel + 3);
                    if (texel === 3) {
                        expect([depth![p], image[4 * p + 3]]).toEqual([0, 0]);
                    } else {
                        for (let c = 0; c < 3; c++) {
                            expect(
                                Math.abs(image[4 * p + c] - color[c]),
                                `${quad.material!.name} ${texel}`,
                            ).toBeLessThanOrEqual(1);
                        }
                    }
                }
            }
        }
        capture.elements.forEach((element, i) => {
            const { mesh, firstElement } = capture.items[capture.itemOfElement(element)];
            const uvs = mesh.getVerticesData(VertexBuffer.UVKind)!;
            const [b, c] = capture.barycentrics.subarray(2 * i, 2 * i + 2);
            const face = element - firstElement;
            const uv = [0, 1].map((a) =>
                [1 - b - c, b, c].reduce(
                    (sum, weight, corner) => sum + weight * uvs[2 * mesh.getIndices()![3 * face + corner] + a],
                    0,
                ),
            );
            const texel = (uv[0] < 0.5 ? 0 : 1) + (uv[1] < 0.5 ? 0 : 2);
            if (uv.every((value) => Math.abs(value - 0.5) > 1e-3)) {
                for (let k = 0; k < 3; k++) {
                    expect(Math.abs(capture.geometry.colors![3 * i + k] - texels[4 * texel + k])).toBeLessThanOrEqual(
                        1,
                    );
                }
            }
        });
    });

    it("captures a point cloud with every point as a leaf, at its depth and in its color", async () => {
        scene = CreateBlackScene(engine());
        const random = CreateRandom(5);
        const count = 4000;
        const positions = new Float32Array(3 * count);
        const colors = new Float32Array(4 * count);
        for (let i = 0; i < count; i++) {
            // a unit sphere, red above and blue below
            const z = 2 * random() - 1;
            const angle = 2 * Math.PI * random();
            const radius = Math.sqrt(1 - z * z);
            positions.set([radius * Math.cos(angle), z, radius * Math.sin(angle)], 3 * i);
            colors.set(z > 0 ? [1, 0, 0, 1] : [0, 0, 1, 1], 4 * i);
        }
        const cloud = new Mesh("cloud", scene);
        const data = new VertexData();
        data.positions = positions;
        data.colors = colors;
        data.applyToMesh(cloud);
        const material = new StandardMaterial("points", scene);
        material.emissiveColor = Color3.White();
        material.disableLighting = true;
        material.pointsCloud = true;
        cloud.material = material;
        cloud.scaling.setAll(2);
        cloud.position.set(1, 1, 1);
        const capture = await CaptureSceneAsync(scene, [cloud], SMALL);
        expect(capture.elements.length).toBe(count);
        expect(capture.geometry.normals).toBeNull();
        const toScene = CaptureToScene("y", false);
        for (let i = 0; i < count; i += 97) {
            const place = Vector3.TransformCoordinates(Vector3.FromArray(capture.geometry.positions, 3 * i), toScene);
            const expected = Vector3.FromArray(positions, 3 * i)
                .scale(2)
                .add(cloud.position);
            expect(Vector3.Distance(place, expected)).toBeLessThan(1e-5);
            expect([...capture.geometry.colors!.subarray(3 * i, 3 * i + 3)]).toEqual(
                positions[3 * i + 1] > 0 ? [255, 0, 0] : [0, 0, 255],
            );
        }
        let seen = 0;
        let holes = 0;
        let strange = 0; // the edges of discs are antialiased, which mixes colors on the line between them
        capture.views.forEach(({ depth, camera, image }, v) => {
            const at = [0, 0, 0];
            capture.elementImages[v].forEach((element, p) => {
                if (element !== NO_ELEMENT) {
                    const [x, y, z] = capture.geometry.positions.subarray(3 * element, 3 * element + 3);
                    camera.project(x, y, z, at);
                    expect(Math.abs(depth![p] - at[2])).toBeLessThan(1e-4 * at[2]);
                    strange += image[4 * p + (positions[3 * element + 1] > 0 ? 0 : 2)] > 250 ? 0 : 1;
                    seen++;
                }
            });
            // The back does not show through the front.
            for (let p = 0; p < depth!.length; p++) {
                holes += depth![p] > Math.hypot(...camera.position.map((value, a) => value - [1, 1, -1][a])) ? 1 : 0;
            }
        });
        expect(seen).toBeGreaterThan(6 * 1000);
        expect(holes).toBeLessThan(seen / 100);
        expect(strange).toBeLessThan(seen / 10);
    });
});

/** Returns the state of a scene and its engine that a capture could change. */
function Snapshot(): unknown {
    const observers = (owner: object): Record<string, number> =>
        Object.fromEntries(
            Object.entries(owner)
                .filter(([, value]) => value instanceof Observable)
                .map(([key, value]) => [key, (value as Observable<unknown>).observers.length]),
        );
    const e = engine();
    const { cull, depthTest, depthMask, depthFunc, zOffset, cullFace } = e.depthCullingState;
    return {
        scenes: e.scenes.length,
        virtualScenes: e._virtualScenes.length,
        active: scene.activeCamera?.name,
        cameras: scene.cameras.map((camera) => [camera.name, [...camera.getViewMatrix(true).m], observers(camera)]),
        lights: scene.lights.map((light) => [light.name, light.isEnabled(), light.intensity]),
        meshes: scene.meshes.map((mesh) => [
            mesh.name,
            mesh.isVisible,
            mesh.isEnabled(),
            mesh.visibility,
            mesh.material?.name,
            mesh.layerMask,
            mesh.parent?.name,
            [...mesh.computeWorldMatrix(true).m],
            observers(mesh),
        ]),
        materials: scene.materials.map((material) => [material.name, material.isFrozen, observers(material)]),
        textures: scene.textures.map((texture) => texture.name),
        customRenderTargets: scene.customRenderTargets.length,
        geometries: scene.geometries.length,
        multiMaterials: scene.multiMaterials.length,
        observers: observers(scene),
        engineObservers: observers(e),
        loops: e.activeRenderLoops.length,
        internalTextures: e.getLoadedTexturesCache().length,
        targets: e._renderTargetWrapperCache.length,
        postProcesses: e.postProcesses.length,
        size: [e.getRenderWidth(), e.getRenderHeight()],
        state: { cull, depthTest, depthMask, depthFunc, zOffset, cullFace },
        colorWrite: e.getColorWrite(),
        stencil: e.getStencilBuffer(),
        alphaMode: e.getAlphaMode(),
        renderPass: e.currentRenderPassId,
    };
}

describe("the captured scene", () => {
    async function createAsync(): Promise<AbstractMesh[]> {
        scene = CreateBlackScene(engine());
        new HemisphericLight("light", Vector3.Up(), scene);
        new RenderTargetTexture("theirs", 16, scene);
        const box = CreateBox("box", { size: 1 }, scene);
        box.material = Colored(Color3.Teal());
        const hidden = CreateBox("hidden", { size: 1 }, scene);
        hidden.isVisible = false;
        hidden.position.x = 2;
        const instance = box.createInstance("instance");
        instance.position.x = -2;
        scene.onBeforeRenderObservable.add(() => {});
        await scene.whenReadyAsync();
        return [box, hidden, instance];
    }

    const frameAsync = async (): Promise<Uint8Array> => {
        engine().beginFrame();
        scene.render();
        const pixels = await engine().readPixels(0, 0, 128, 128);
        engine().endFrame();
        return new Uint8Array(pixels.buffer);
    };

    it("is unchanged after a capture, an error and a cancellation", async () => {
        const meshes = await createAsync();
        await frameAsync(); // the first frame initializes
        const picture = await frameAsync();
        const before = Snapshot();

        await CaptureSceneAsync(scene, meshes, SMALL);
        await CheckGpuAsync(engine());
        expect(await frameAsync()).toEqual(picture);
        expect(Snapshot()).toEqual(before);

        const aborting = new AbortController();
        let drawn = 0;
        await expect(
            CaptureSceneAsync(scene, meshes, {
                ...SMALL,
                signal: aborting.signal,
                onProgress: ({ stage, fraction }) => {
                    if (stage === "Drawing views" && fraction > 0.3) {
                        drawn++;
                        aborting.abort();
                    }
                },
            }),
        ).rejects.toMatchObject({ kind: "aborted" });
        expect(drawn).toBe(1);
        expect(await frameAsync()).toEqual(picture);
        expect(Snapshot()).toEqual(before);

        await expect(
            CaptureSceneAsync(scene, meshes, {
                ...SMALL,
                onProgress: ({ fraction }) => {
                    if (fraction > 0.5) {
                        throw new Error("of the application");
                    }
                },
            }),
        ).rejects.toThrow("of the application");
        expect(await frameAsync()).toEqual(picture);
        expect(Snapshot()).toEqual(before);
    });

    it("is rendered during a capture, with and without a reversed depth buffer", async () => {
        const meshes = await createAsync();
        const still = await CaptureSceneAsync(scene, meshes, SMALL);
        let frames = 0;
        const loop = (): void => {
            scene.render();
            frames++;
        };
        engine().useReverseDepthBuffer = true;
        engine().runRenderLoop(loop);
        try {
            const moving = await CaptureSceneAsync(scene, meshes, SMALL);
            moving.views.forEach(({ depth, image }, v) => {
                expect(depth).toEqual(still.views[v].depth);
                // Antialiased pixels between two faces may belong to either.
                const differing = image.filter((value, i) => value !== still.views[v].image[i]).length;
                expect(differing).toBeLessThan(image.length / 500);
                expect(moving.elementImages[v]).toEqual(still.elementImages[v]);
            });
            expect(moving.geometry).toEqual(still.geometry);
        } finally {
            engine().stopRenderLoop(loop);
            engine().useReverseDepthBuffer = false;
        }
        expect(frames).toBeGreaterThan(2);
    });

    it("throws on invalid content and options", async () => {
        const meshes = await createAsync();
        await expect(CaptureSceneAsync(scene, [], SMALL)).rejects.toThrow(/nothing to capture/);
        await expect(CaptureSceneAsync(scene, [new Mesh("empty", scene)], SMALL)).rejects.toThrow(/nothing to capture/);
        await expect(CaptureSceneAsync(scene, meshes, { ...SMALL, cameras: [] })).rejects.toThrow(/at least one view/);
        await expect(CaptureSceneAsync(scene, meshes, { ...SMALL, size: 0 })).rejects.toThrow(/size is 0/);
        meshes[2].dispose();
        await expect(CaptureSceneAsync(scene, meshes, SMALL)).rejects.toMatchObject({ kind: "disposed" });
        const other = new Scene(new NullEngine());
        await expect(CaptureSceneAsync(other, [], SMALL)).rejects.toMatchObject({ kind: "unsupported" });
        other.getEngine().dispose();
    });
});

describe("UltrametricSegmentation.captureSceneAsync", () => {
    it("captures visible meshes, in the coordinate frame in which the leaves are shown", async () => {
        scene = CreateBlackScene(engine());
        const box = CreateBox("box", { size: 1 }, scene);
        box.position.set(1, 2, 3);
        CreateBox("hidden", { size: 1 }, scene).isVisible = false;
        const segmentation = new UltrametricSegmentation(scene);
        const capture = await segmentation.captureSceneAsync(null, { ...SMALL, views: 2 });
        expect(capture.items.map(({ mesh }) => mesh.name)).toEqual(["box"]);
        expect([capture.upAxis, capture.views.length]).toEqual(["z", 2]);
        const toScene = CaptureToScene("z", false);
        const place = Vector3.TransformCoordinates(Vector3.FromArray(capture.geometry.positions), toScene);
        expect(Vector3.Distance(place, box.position)).toBeLessThan(0.9);
        segmentation.dispose();
        await expect(segmentation.captureSceneAsync(null)).rejects.toMatchObject({ kind: "disposed" });
    });

    it("runs beside itself and every other method, and aborts by itself", async () => {
        scene = CreateBlackScene(engine());
        const box = CreateBox("box", { size: 1 }, scene);
        const segmentation = new UltrametricSegmentation(scene, { usePointer: false });
        const options = { views: 1, size: 16, samples: 60 };
        const alone = await segmentation.captureSceneAsync([box], options);
        const abort = new AbortController();
        const captures = [0, 1].map(() => segmentation.captureSceneAsync([box], options));
        const aborted = segmentation.captureSceneAsync([box], { ...options, signal: abort.signal });
        abort.abort();
        await expect(aborted).rejects.toMatchObject({ kind: "aborted" });
        for (const { views } of await Promise.all(captures)) {
            expect(views.map(({ image }) => image)).toEqual(alone.views.map(({ image }) => image));
        }

        const masks = await segmentation.generateMasksAsync(alone);
        const hierarchy = await segmentation.segmentAsync(alone, masks, { preview: true });
        const saved = await segmentation.saveAsync();
        const criterion = segmentation.criterion!;
        const methods: (() => Promise<unknown>)[] = [
            () => segmentation.captureSceneAsync([box], options),
            () => segmentation.generateMasksAsync(alone),
            () => segmentation.segmentAsync(alone, masks, { preview: true }),
            () => segmentation.setHierarchyAsync(hierarchy),
            () => segmentation.setCriterionAsync(criterion),
            () => segmentation.loadAsync(saved),
            () => segmentation.serializeAsync(),
            () => segmentation.saveAsync(),
            () => segmentation.whenCarriedAsync(),
        ];
        // All pairs, and each method with itself.
        const results = await Promise.all([...methods, ...methods].map((call) => call()));
        expect(results).toHaveLength(18);
        expect(segmentation.hierarchy!.leafCount).toBe(hierarchy.leafCount);
        segmentation.dispose();
        await CheckGpuAsync(engine());
    });

    it("gives parts at the positions of the meshes", async () => {
        scene = CreateBlackScene(engine());
        const boxes = [0, 1].map((i) => {
            const box = CreateBox(`box ${i}`, { size: 1 }, scene);
            box.position.x = 1.01 * i;
            return box;
        });
        const segmentation = new UltrametricSegmentation(scene, { usePointer: false });
        const capture = await segmentation.captureSceneAsync(boxes, { views: 8, size: 96, samples: 6000 });
        const masks = capture.elementImages.map((elements, v) => {
            const { width, height } = capture.views[v].camera;
            const ofItem = (item: number): RunLengthMask =>
                RunLengthMask.FromBitmap(
                    elements.map((e) => (e !== NO_ELEMENT && capture.itemOfElement(e) === item ? 1 : 0)),
                    width,
                    height,
                );
            return {
                masks: [0, 1]
                    .map(ofItem)
                    .filter(({ area }) => area > 0)
                    .map((region) => ({ region, predictedIou: 1, stability: 1 })),
            };
        });
        const hierarchy = await segmentation.segmentAsync(capture, { views: masks }, { preview: true });
        expect(hierarchy.leafCount).toBe(6000);
        expect(hierarchy.positions).toEqual(capture.geometry.positions);
        const labels = LabelLeaves(CutAtCount(hierarchy.dendrogram("consensus"), 2));
        // No view sees the faces between the boxes, so their samples may belong to either.
        let wrong = 0;
        for (let i = 0; i < labels.length; i++) {
            const item = capture.itemOfElement(capture.elements[i]);
            const x = boxes[item].position.x - 0.505;
            const isBetween = Math.abs(Math.abs(capture.geometry.positions[3 * i] - x - 0.505) - 0.5) < 1e-4;
            wrong += !isBetween && (labels[i] === labels[0]) !== (item === 0) ? 1 : 0;
        }
        expect(wrong).toBeLessThan(60); // 1 %, at the edges of the gap
        // The leaves are drawn on the boxes.
        const { root } = segmentation.pointCloud!;
        const leaf = Vector3.TransformCoordinates(
            Vector3.FromArray(hierarchy.positions),
            root!.computeWorldMatrix(true),
        );
        const side = leaf.subtract(boxes[0].position);
        expect(Math.max(Math.abs(side.x), Math.abs(side.y), Math.abs(side.z))).toBeCloseTo(0.5, 4);
        segmentation.dispose();
    });
});
