// Shows an image of a radiance field with its depth.
varying vUv: vec2f;

uniform size: vec2f; // of the image in pixels
uniform depthTerms: vec2f; // the depth buffer's value is x + y / depth

var<storage, read> colors: array<vec4f>; // [height, width] premultiplied by opacity
var<storage, read> depths: array<f32>; // [height, width] 0 where the opacity is too low

fn colorAt(column: f32, row: f32) -> vec4f {
    let at = clamp(vec2f(column, row), vec2f(0.0), uniforms.size - 1.0);
    return colors[u32(at.y) * u32(uniforms.size.x) + u32(at.x)];
}

@fragment
fn main(input: FragmentInputs) -> FragmentOutputs {
    let position = fragmentInputs.vUv * uniforms.size - 0.5;
    let low = floor(position);
    let share = position - low;
    let above = mix(colorAt(low.x, low.y), colorAt(low.x + 1.0, low.y), share.x);
    let below = mix(colorAt(low.x, low.y + 1.0), colorAt(low.x + 1.0, low.y + 1.0), share.x);
    let color = mix(above, below, share.y);
    if (color.a < 0.004) {
        discard;
    }
    let nearest = clamp(floor(position + 0.5), vec2f(0.0), uniforms.size - 1.0);
    let depth = depths[u32(nearest.y) * u32(uniforms.size.x) + u32(nearest.x)];
    let terms = uniforms.depthTerms;
    fragmentOutputs.color = clamp(color, vec4f(0.0), vec4f(1.0));
    fragmentOutputs.fragDepth = select(FARTHEST, clamp(terms.x + terms.y / max(depth, 1e-20), 0.0, 1.0), depth > 0.0);
}
