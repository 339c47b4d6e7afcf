import {
    FACE_VARYINGS,
    FACE_VERTEX,
    FACE_VERTEX_DECLARATIONS,
    MORPH_VERTEX,
    MORPH_VERTEX_OF_CORNER,
    OWN_SLOT,
    PARTS_DEFINE,
    SLOT,
    VERTEX_OF_CORNER,
} from "./partFace";
import glslLook from "./partLook.glsl?raw";
import wgslLook from "./partLook.wgsl?raw";

/** The code that PartLookPlugin adds to the shaders of a material. */
interface PartShaders {
    readonly vertexDefinitions: string;
    readonly vertexEnd: string;
    /** The code that {@link morphVertexOfCorner} takes the place of. */
    readonly morphVertex: string;
    readonly morphVertexOfCorner: string;
    readonly fragmentDefinitions: string;
    readonly fragmentBegin: string;
    /** @param color the variable with the color: sRGB, or linear if a post-process follows */
    readonly fragmentEnd: (color: string) => string;
}

const WGSL_VERTEX_DEFINITIONS = `
#ifdef ${PARTS_DEFINE}
${FACE_VERTEX_DECLARATIONS}
#ifdef MORPHTARGETS_TEXTURE
attribute ${VERTEX_OF_CORNER} : f32;
#endif
#endif
`;
const WGSL_FRAGMENT_BEGIN = `
#ifdef ${PARTS_DEFINE}
let umPoint = umPointAt(fragmentInputs.umFace, fragmentInputs.umWeights);
var umLeaf = UM_NONE;
if (umPoint.face != UM_NONE) {
    umLeaf = umLeafAt(umPoint.face, umPoint.at);
    if ((umColors[umLeaf] >> 24u) == 0u) {
        discard;
    }
}
#endif
`;

const wgslFragmentEnd = (color: string): string => `
#ifdef ${PARTS_DEFINE}
if (umLeaf != UM_NONE) {
    let umFacing = dot(normalW, viewDirectionW);
#if defined(IMAGEPROCESSINGPOSTPROCESS) || defined(SS_SCATTERING)
    let umShown = umPaint(umPoint, umLeaf, toGammaSpaceVec3(max(${color}.rgb, vec3f(0.0))), umFacing);
    ${color} = vec4f(toLinearSpaceVec3(umShown), ${color}.a);
#else
    ${color} = vec4f(umPaint(umPoint, umLeaf, ${color}.rgb, umFacing), ${color}.a);
#endif
}
#endif
`;

const GLSL_FACE_VARYINGS = `
flat varying highp uvec3 umFace;
varying highp vec2 umWeights;
`;
const GLSL_FACE_VERTEX_DECLARATIONS = `
#if defined(INSTANCES) && !defined(THIN_INSTANCES)
attribute float ${SLOT};
#else
uniform float ${OWN_SLOT};
#endif
${GLSL_FACE_VARYINGS}`;
const GLSL_FACE_VERTEX = `
#if defined(INSTANCES) && !defined(THIN_INSTANCES)
float umSlotOfMesh = ${SLOT};
#else
float umSlotOfMesh = ${OWN_SLOT};
#endif
uint umInstance = 0u;
#ifdef THIN_INSTANCES
umInstance = uint(gl_InstanceID);
#endif
umFace = uvec3(uint(gl_VertexID) / 3u, umInstance, umSlotOfMesh < 0.0 ? 0xffffffffu : uint(umSlotOfMesh));
umWeights = vec2(gl_VertexID % 3 == 1 ? 1.0 : 0.0, gl_VertexID % 3 == 2 ? 1.0 : 0.0);
`;
const GLSL_MORPH_VERTEX = "vertexID=float(gl_VertexID)*";
const GLSL_MORPH_VERTEX_OF_CORNER = `
#ifdef ${PARTS_DEFINE}
vertexID=${VERTEX_OF_CORNER}*
#else
${GLSL_MORPH_VERTEX}
#endif
`;

const GLSL_FRAGMENT_BEGIN = `
#ifdef ${PARTS_DEFINE}
UmPoint umPoint = umPointAt(umFace, umWeights);
uint umLeaf = UM_NONE;
if (umPoint.face != UM_NONE) {
    umLeaf = umLeafAt(umPoint.face, umPoint.at);
    if (umColor(umLeaf).a == 0u) {
        discard;
    }
}
#endif
`;

const glslFragmentEnd = (color: string): string => `
#ifdef ${PARTS_DEFINE}
if (umLeaf != UM_NONE) {
    float umFacing = dot(normalW, viewDirectionW);
#if defined(IMAGEPROCESSINGPOSTPROCESS) || defined(SS_SCATTERING)
    ${color}.rgb = toLinearSpace(umPaint(umPoint, umLeaf, toGammaSpace(max(${color}.rgb, vec3(0.0))), umFacing));
#else
    ${color}.rgb = umPaint(umPoint, umLeaf, ${color}.rgb, umFacing);
#endif
}
#endif
`;

const whileShown = (code: string): string => `\n#ifdef ${PARTS_DEFINE}\n${code}\n#endif\n`;

/** The code by language: WGSL with WebGPU, GLSL with WebGL2. */
export const PART_SHADERS: Readonly<Record<"wgsl" | "glsl", PartShaders>> = {
    wgsl: {
        vertexDefinitions: WGSL_VERTEX_DEFINITIONS,
        vertexEnd: whileShown(FACE_VERTEX),
        morphVertex: MORPH_VERTEX,
        morphVertexOfCorner: MORPH_VERTEX_OF_CORNER,
        fragmentDefinitions: whileShown(`${FACE_VARYINGS}\n${wgslLook}`),
        fragmentBegin: WGSL_FRAGMENT_BEGIN,
        fragmentEnd: wgslFragmentEnd,
    },
    glsl: {
        vertexDefinitions: whileShown(`
${GLSL_FACE_VERTEX_DECLARATIONS}
#ifdef MORPHTARGETS_TEXTURE
attribute float ${VERTEX_OF_CORNER};
#endif`),
        vertexEnd: whileShown(GLSL_FACE_VERTEX),
        morphVertex: GLSL_MORPH_VERTEX,
        morphVertexOfCorner: GLSL_MORPH_VERTEX_OF_CORNER,
        fragmentDefinitions: whileShown(`${GLSL_FACE_VARYINGS}\n${glslLook}`),
        fragmentBegin: GLSL_FRAGMENT_BEGIN,
        fragmentEnd: glslFragmentEnd,
    },
};
