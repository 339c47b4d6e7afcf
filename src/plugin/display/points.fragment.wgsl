varying vCorner: vec2f;
varying vColor: vec4f;

uniform rim: f32; // the darkening of a point's edge, 0..1

@fragment
fn main(input: FragmentInputs) -> FragmentOutputs {
    let distance = dot(fragmentInputs.vCorner, fragmentInputs.vCorner);
    if (distance > 1.0 || fragmentInputs.vColor.a == 0.0) { // opacity 0: hidden
        discard;
    }
    fragmentOutputs.color = vec4f(fragmentInputs.vColor.rgb * (1.0 - uniforms.rim * distance), 1.0);
}
