// A round point that faces the camera: one triangle per leaf, around its disc.
var<storage, read> position: array<f32>; // three per leaf
var<storage, read> leafColor: array<u32>;

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
    let leaf = vertexInputs.vertexIndex / 3u;
    let side = vertexInputs.vertexIndex % 3u;
    // The equilateral triangle around the unit circle.
    let corner = vec2f(1.7320508 * (f32(side) - 1.0), select(-1.0, 2.0, side == 1u));
    let point = vec4f(position[3u * leaf], position[3u * leaf + 1u], position[3u * leaf + 2u], 1.0);
    let center = uniforms.view * uniforms.world * point;
    let w = (uniforms.projection * center).w;
    let pixel = 2.0 * w / (uniforms.projection[1][1] * uniforms.pixelHeight);
    let size = max(uniforms.radius * length(uniforms.world[0].xyz), uniforms.minPixels * pixel);
    vertexOutputs.vCorner = corner;
    vertexOutputs.vColor = unpack4x8unorm(leafColor[leaf]);
    vertexOutputs.position = uniforms.projection * (center + vec4f(corner * size, 0.0, 0.0));
}
