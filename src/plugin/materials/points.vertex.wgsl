// A round point that faces the camera: one quad for each leaf (WebGPU's own points are one pixel large).
attribute position: vec3f; // corner of the quad, -1..1
attribute leafPosition: vec3f;
attribute leafColor: vec4f;

uniform world: mat4x4f;
uniform view: mat4x4f;
uniform projection: mat4x4f;
uniform radius: f32; // in the leaves' units
uniform minPixels: f32; // smallest radius on screen
uniform pixelHeight: f32; // of the render target

varying vCorner: vec2f;
varying vColor: vec4f;

@vertex
fn main(input: VertexInputs) -> FragmentInputs {
    let center = uniforms.view * uniforms.world * vec4f(vertexInputs.leafPosition, 1.0);
    let w = (uniforms.projection * center).w;
    let pixel = 2.0 * w / (uniforms.projection[1][1] * uniforms.pixelHeight);
    let size = max(uniforms.radius * length(uniforms.world[0].xyz), uniforms.minPixels * pixel);
    vertexOutputs.vCorner = vertexInputs.position.xy;
    vertexOutputs.vColor = vertexInputs.leafColor;
    vertexOutputs.position = uniforms.projection * (center + vec4f(vertexInputs.position.xy * size, 0.0, 0.0));
}
