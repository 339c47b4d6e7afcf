attribute position: vec3f; // corner of the window, -1..1

varying vAt: vec2f; // 0..1 from the left above

@vertex
fn main(input: VertexInputs) -> FragmentInputs {
    vertexOutputs.vAt = vec2f(0.5, -0.5) * vertexInputs.position.xy + 0.5;
    vertexOutputs.position = vec4f(vertexInputs.position.xy, 0.5, 1.0);
}
