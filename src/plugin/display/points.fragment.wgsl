varying vCorner: vec2f;
varying vColor: vec4f;

uniform rim: f32; // how much darker a point's edge is

@fragment
fn main(input: FragmentInputs) -> FragmentOutputs {
    let distance = dot(fragmentInputs.vCorner, fragmentInputs.vCorner);
    if (distance > 1.0 || fragmentInputs.vColor.a == 0.0) { // a leaf without opacity is hidden
        discard;
    }
    fragmentOutputs.color = vec4f(fragmentInputs.vColor.rgb * (1.0 - uniforms.rim * distance), 1.0);
}
