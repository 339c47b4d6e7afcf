attribute position: vec3f;
#include<bonesDeclaration>
#include<bakedVertexAnimationDeclaration>
#include<instancesDeclaration>
uniform viewProjection: mat4x4f;

varying umWorld: vec3f;

@vertex
fn main(input: VertexInputs) -> FragmentInputs {
    var positionUpdated = vertexInputs.position;
#include<instancesVertex>
#include<bonesVertex>
#include<bakedVertexAnimation>
    let world = finalWorld * vec4f(positionUpdated, 1.0);
    vertexOutputs.umWorld = world.xyz;
    vertexOutputs.position = uniforms.viewProjection * world;
UM_FACE
}
