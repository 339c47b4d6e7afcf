import { Document, NodeIO } from "@gltf-transform/core";
import { EXTMeshoptCompression, KHRDracoMeshCompression, KHRTextureBasisu } from "@gltf-transform/extensions";
import draco from "draco3dgltf";
import { encodeToKTX2 } from "ktx2-encoder";
import { MeshoptDecoder, MeshoptEncoder } from "meshoptimizer";

/** The sides of the grid of vertices. */
const SIDE = 24;
const TEXTURE_SIZE = 16;

/** A way to compress a glTF file. */
export type GlbCompression = "draco" | "meshopt" | "ktx2";

/** Writes a GLB of a wavy sheet whose vertices, or whose texture, need a decoder. */
export async function CompressedGlbAsync(compression: GlbCompression): Promise<Uint8Array<ArrayBuffer>> {
    const io = new NodeIO().registerExtensions([EXTMeshoptCompression, KHRDracoMeshCompression, KHRTextureBasisu]);
    io.registerDependencies({
        "draco3d.encoder": await draco.createEncoderModule(),
        "draco3d.decoder": await draco.createDecoderModule(),
        "meshopt.encoder": MeshoptEncoder,
        "meshopt.decoder": MeshoptDecoder,
    });
    await MeshoptEncoder.ready;
    const document = createSheet();
    if (compression === "draco") {
        document.createExtension(KHRDracoMeshCompression).setRequired(true);
    } else if (compression === "meshopt") {
        document
            .createExtension(EXTMeshoptCompression)
            .setRequired(true)
            .setEncoderOptions({ method: EXTMeshoptCompression.EncoderMethod.QUANTIZE });
    } else {
        document.createExtension(KHRTextureBasisu).setRequired(true);
        const image = await textureAsync();
        const texture = document.createTexture("checks").setMimeType("image/ktx2").setImage(image);
        document.getRoot().listMaterials()[0].setBaseColorTexture(texture);
    }
    return new Uint8Array(await io.writeBinary(document));
}

function createSheet(): Document {
    const document = new Document();
    const buffer = document.createBuffer();
    const at = (i: number): [number, number] => [(i % SIDE) / (SIDE - 1), Math.floor(i / SIDE) / (SIDE - 1)];
    const vertices = Array.from({ length: SIDE * SIDE }, (_, i) => at(i));
    const positions = vertices.flatMap(([u, v]) => [u - 0.5, 0.2 * Math.sin(6 * u) * Math.cos(4 * v), v - 0.5]);
    const indices = vertices.flatMap((_, i) =>
        i % SIDE === SIDE - 1 || i >= SIDE * (SIDE - 1) ? [] : [i, i + SIDE, i + 1, i + 1, i + SIDE, i + SIDE + 1],
    );
    const accessor = (type: "VEC3" | "VEC2" | "SCALAR", array: Float32Array | Uint16Array) =>
        document
            .createAccessor()
            .setType(type)
            .setArray(array as Float32Array<ArrayBuffer>)
            .setBuffer(buffer);
    const primitive = document
        .createPrimitive()
        .setAttribute("POSITION", accessor("VEC3", new Float32Array(positions)))
        .setAttribute("TEXCOORD_0", accessor("VEC2", new Float32Array(vertices.flat())))
        .setIndices(accessor("SCALAR", new Uint16Array(indices)))
        .setMaterial(document.createMaterial("paint").setDoubleSided(true));
    const node = document.createNode("sheet").setMesh(document.createMesh("sheet").addPrimitive(primitive));
    document.createScene().addChild(node);
    return document;
}

/** Returns a KTX2 texture of red and green checks in ETC1S, with mipmaps. */
function textureAsync(): Promise<Uint8Array<ArrayBuffer>> {
    const data = Uint8Array.from({ length: 4 * TEXTURE_SIZE ** 2 }, (_, i) => {
        const [x, y] = [(i >> 2) % TEXTURE_SIZE, Math.floor((i >> 2) / TEXTURE_SIZE)];
        const isRed = ((x >> 2) + (y >> 2)) % 2 === 0;
        return [isRed ? 220 : 20, isRed ? 20 : 180, 20, 255][i & 3];
    });
    return encodeToKTX2(data, {
        isUASTC: false,
        generateMipmap: true,
        isSetKTX2SRGBTransferFunc: true,
        imageDecoder: async () => ({ width: TEXTURE_SIZE, height: TEXTURE_SIZE, data }),
    }) as Promise<Uint8Array<ArrayBuffer>>;
}
