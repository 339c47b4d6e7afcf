attribute position: vec3f;
#include<bonesDeclaration>
#include<bakedVertexAnimationDeclaration>
#include<instancesDeclaration>
uniform viewProjection: mat4x4f;

varying umWorld: vec3f;
flat varying umFace : vec2u;
varying umWeights : vec2f;

@vertex
fn main(input: VertexInputs) -> FragmentInputs {
    var positionUpdated = vertexInputs.position;
#include<instancesVertex>
#include<bonesVertex>
#include<bakedVertexAnimation>
    let world = finalWorld * vec4f(positionUpdated, 1.0);
    vertexOutputs.umWorld = world.xyz;
    vertexOutputs.umFace = vec2u(vertexInputs.vertexIndex / 3u, vertexInputs.instanceIndex);
    vertexOutputs.umWeights =
        vec2f(f32(vertexInputs.vertexIndex % 3u == 1u), f32(vertexInputs.vertexIndex % 3u == 2u));
    vertexOutputs.position = uniforms.viewProjection * world;
}
