attribute position: vec3f;
#ifdef MORPHTARGETS_TEXTURE
attribute umVertex: f32;
#endif
#include<bonesDeclaration>
#include<bakedVertexAnimationDeclaration>
#include<instancesDeclaration>
#include<clipPlaneVertexDeclaration>
#include<morphTargetsVertexGlobalDeclaration>
#include<morphTargetsVertexDeclaration>[0..maxSimultaneousMorphTargets]
uniform viewProjection: mat4x4f;

varying umWorld: vec3f;

@vertex
fn main(input: VertexInputs) -> FragmentInputs {
    var positionUpdated = vertexInputs.position;
#include<morphTargetsVertexGlobal>
#include<umMorphTargetsVertex>[0..maxSimultaneousMorphTargets]
#include<instancesVertex>
#include<bonesVertex>
#include<bakedVertexAnimation>
    let worldPos = finalWorld * vec4f(positionUpdated, 1.0);
    vertexOutputs.umWorld = worldPos.xyz;
    vertexOutputs.position = uniforms.viewProjection * worldPos;
#include<clipPlaneVertex>
UM_FACE
}
