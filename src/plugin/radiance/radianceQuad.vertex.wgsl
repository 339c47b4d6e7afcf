attribute position: vec3f; // corner of the screen, -1..1

varying vUv: vec2f; // 0..1 from the top left

@vertex
fn main(input: VertexInputs) -> FragmentInputs {
    vertexOutputs.vUv = vec2f(0.5, -0.5) * vertexInputs.position.xy + 0.5;
    vertexOutputs.position = vec4f(vertexInputs.position.xy, 0.5, 1.0);
}
