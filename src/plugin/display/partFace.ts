/** The define of shaders that draw three vertices per face in the order of the faces, see CornerBuffers. */
export const PARTS_DEFINE = "ULTRAMETRIC_PARTS";
/** The vertex attribute with the place of an instance's leaf map in PartTables; -1 for an instance without parts. */
export const SLOT = "umSlot";
/** The uniform that takes the place of {@link SLOT} for a mesh that is drawn alone, or with thin instances. */
export const OWN_SLOT = "umOwn";

/** The vertex attribute with the index of a corner's vertex in the mesh. */
export const VERTEX_OF_CORNER = "umVertex";

/** The input of the fragment shaders: the face, the thin instance and the slot, and two weights of the face's corners. */
export const FACE_VARYINGS = `
flat varying umFace : vec3u;
varying umWeights : vec2f;
`;

/** Declarations of the vertex shaders that give {@link FACE_VARYINGS}. */
export const FACE_VERTEX_DECLARATIONS = `
#if defined(INSTANCES) && !defined(THIN_INSTANCES)
attribute ${SLOT} : f32;
#else
uniform ${OWN_SLOT} : f32;
#endif
${FACE_VARYINGS}`;

/** The statements that give {@link FACE_VARYINGS}. */
export const FACE_VERTEX = `
#if defined(INSTANCES) && !defined(THIN_INSTANCES)
let umSlotOfMesh = vertexInputs.${SLOT};
#else
let umSlotOfMesh = uniforms.${OWN_SLOT};
#endif
vertexOutputs.umFace = vec3u(
    vertexInputs.vertexIndex / 3u,
#ifdef THIN_INSTANCES
    vertexInputs.instanceIndex,
#else
    0u,
#endif
    select(0xffffffffu, u32(max(umSlotOfMesh, 0.0)), umSlotOfMesh >= 0.0)
);
vertexOutputs.umWeights = vec2f(f32(vertexInputs.vertexIndex % 3u == 1u), f32(vertexInputs.vertexIndex % 3u == 2u));
`;

/** Babylon's read of a morph target's values, which are those of the mesh's vertices, not of its corners. */
export const MORPH_VERTEX = "vertexID=f32(vertexInputs.vertexIndex)*";
/** Takes the place of {@link MORPH_VERTEX}. */
export const MORPH_VERTEX_OF_CORNER = `
#ifdef ${PARTS_DEFINE}
vertexID=vertexInputs.${VERTEX_OF_CORNER}*
#else
${MORPH_VERTEX}
#endif
`;
