// Draws parts over a mesh with an unsupported material, whose colors show through.
varying umWorld: vec3f;
uniform cameraPosition: vec3f;
#include<clipPlaneFragmentDeclaration>

/// Blends a color over another one.
fn umOver(below: vec4f, color: vec3f, opacity: f32) -> vec4f {
    let alpha = opacity + below.a * (1.0 - opacity);
    return vec4f((color * opacity + below.rgb * below.a * (1.0 - opacity)) / max(alpha, 1.0e-6), alpha);
}

@fragment
fn main(input: FragmentInputs) -> FragmentOutputs {
#include<clipPlaneFragment>
    let normal = normalize(cross(dpdx(fragmentInputs.umWorld), dpdy(fragmentInputs.umWorld)));
    let facing = abs(dot(normal, normalize(uniforms.cameraPosition - fragmentInputs.umWorld)));
    let point = umPointAt(fragmentInputs.umFace, fragmentInputs.umWeights);
    if (point.face == UM_NONE) {
        discard;
    }
    let packed = umColors[umLeafAt(point.face, point.at)];
    let marks = 255u - (packed >> 24u);
    let share = select(umSettings[0], 1.0, (marks & 4u) != 0u);
    var color = vec4f(unpack4x8unorm(packed).rgb * mix(1.0, 0.4 + 0.6 * facing, umSettings[1]), share);
    if ((marks & 2u) != 0u) {
        let gray = mix(color.rgb, vec3f(dot(color.rgb, UM_LUMA)), umSettings[4]);
        color = umOver(vec4f(gray, color.a), vec3f(0.0), 0.6 * umSettings[4]);
    }
    if ((marks & 1u) != 0u) {
        color = umOver(color, vec3f(1.0), umSettings[3]);
    }
    let own = marks & 9u;
    if (own != 0u && umSettings[5] > 0.0 && (facing < 0.12 || umIsBorder(point, own, umSettings[5]))) {
        color = vec4f(umSettings[6], umSettings[7], umSettings[8], 1.0);
    }
    if ((packed >> 24u) == 0u || color.a == 0.0) {
        discard;
    }
    fragmentOutputs.color = color;
}
