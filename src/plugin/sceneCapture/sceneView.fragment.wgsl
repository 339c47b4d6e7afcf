// Colors of a surface under a neutral light; with SURFACE its depth and element, with SAMPLES its own colors.
#ifndef SAMPLES
flat varying vElement: f32;
varying vDepth: f32;
#endif
#ifdef POINTS
varying vCorner: vec2f;
#endif
#ifdef PLANE
flat varying vPlane: vec4f;
uniform pixelToPlane: vec4f; // pixel to the image plane at depth 1: scale x, scale y, offset x, offset y
#endif
#ifdef NORMAL
varying vNormal: vec3f;
varying vToEye: vec3f;
#endif
#ifdef VERTEX_COLOR
varying vColor: vec4f;
#endif
uniform base: vec4f; // linear RGB, opacity
uniform emissive: vec3f; // linear RGB
uniform minOpacity: f32;
uniform shading: f32;
uniform worldUp: vec3f;
#ifdef BASE_TEXTURE
varying vBaseUv: vec2f;
var baseTextureSampler: sampler;
var baseTexture: texture_2d<f32>;
uniform baseTextureInfo: vec3f; // level, exponent that makes it linear, whether its alpha counts
#endif
#ifdef EMISSIVE_TEXTURE
varying vEmissiveUv: vec2f;
var emissiveTextureSampler: sampler;
var emissiveTexture: texture_2d<f32>;
uniform emissiveTextureInfo: vec2f; // level, exponent that makes it linear
#endif

@fragment
fn main(input: FragmentInputs) -> FragmentOutputs {
#ifdef PLANE
    let slope = fwidth(fragmentInputs.vDepth); // of depth, a pixel
#endif
    var color = uniforms.base;
#ifdef VERTEX_COLOR
    color *= fragmentInputs.vColor;
#endif
#ifdef BASE_TEXTURE
    let texel = textureSample(baseTexture, baseTextureSampler, fragmentInputs.vBaseUv);
    color *= vec4f(
        pow(texel.rgb, vec3f(uniforms.baseTextureInfo.y)) * uniforms.baseTextureInfo.x,
        mix(1.0, texel.a, uniforms.baseTextureInfo.z)
    );
#endif
    var emitted = uniforms.emissive;
#ifdef EMISSIVE_TEXTURE
    let emissiveTexel = textureSample(emissiveTexture, emissiveTextureSampler, fragmentInputs.vEmissiveUv);
    emitted *= pow(emissiveTexel.rgb, vec3f(uniforms.emissiveTextureInfo.y)) * uniforms.emissiveTextureInfo.x;
#endif
#ifndef SAMPLES
    if (color.a < uniforms.minOpacity) {
        discard;
    }
#endif
#ifdef POINTS
    if (dot(fragmentInputs.vCorner, fragmentInputs.vCorner) > 1.0) {
        discard;
    }
#endif
#ifdef SURFACE
    var depth = fragmentInputs.vDepth;
#ifdef PLANE
    // Rasterizers move corners by up to a sixteenth of a pixel, and the depth in between with them. The ray through the pixel's center meets the
    // face's plane at its true depth; edge-on, where it may miss the face, the rasterizer's depth bounds it.
    let ray = vec3f(fragmentInputs.position.xy * uniforms.pixelToPlane.xy + uniforms.pixelToPlane.zw, -1.0);
    let exact = fragmentInputs.vPlane.w / dot(fragmentInputs.vPlane.xyz, ray);
    let slack = 0.125 * slope;
    if (abs(exact - depth) <= slack) { // not so for faces without area
        depth = exact;
    }
#endif
    fragmentOutputs.color = vec4f(depth, fragmentInputs.vElement + 1.0, 0.0, 1.0);
#else
    var light = 1.0;
#ifdef NORMAL
    // A lamp above, one aside and one at the camera: faces that meet at an edge differ from wherever they are seen.
    let toEye = normalize(fragmentInputs.vToEye);
    var normal = normalize(fragmentInputs.vNormal);
    normal *= select(-1.0, 1.0, dot(normal, toEye) >= 0.0);
    let aside = uniforms.worldUp.zxy + 0.5 * uniforms.worldUp.yzx;
    light = 0.3 + 0.15 * (1.0 + dot(normal, uniforms.worldUp)) + 0.07 * (1.0 + dot(normal, normalize(aside)))
        + 0.26 * dot(normal, toEye);
    light = mix(1.0, light, uniforms.shading);
#endif
    let lit = clamp(color.rgb * light + emitted, vec3f(0.0), vec3f(1.0));
    fragmentOutputs.color = vec4f(pow(lit, vec3f(1.0 / 2.2)), 1.0);
#endif
}
