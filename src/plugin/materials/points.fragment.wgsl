varying vCorner: vec2f;
varying vColor: vec3f;

uniform rim: f32; // how much darker a point's edge is

@fragment
fn main(input: FragmentInputs) -> FragmentOutputs {
    let distance = dot(fragmentInputs.vCorner, fragmentInputs.vCorner);
    if (distance > 1.0) {
        discard;
    }
    fragmentOutputs.color = vec4f(fragmentInputs.vColor * (1.0 - uniforms.rim * distance), 1.0);
}
