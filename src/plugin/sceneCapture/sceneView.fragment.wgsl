// Colors of a surface under a neutral light; its depth and element with SURFACE, its unlit colors with SAMPLES.
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
uniform baseTextureInfo: vec3f; // level, exponent to linear space, whether alpha multiplies the opacity
#endif
#ifdef EMISSIVE_TEXTURE
varying vEmissiveUv: vec2f;
var emissiveTextureSampler: sampler;
var emissiveTexture: texture_2d<f32>;
uniform emissiveTextureInfo: vec2f; // level, exponent to linear space
#endif

@fragment
fn main(input: FragmentInputs) -> FragmentOutputs {
#ifdef PLANE
    let slope = fwidth(fragmentInputs.vDepth); // change of depth per pixel
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
    // Rasterizers snap vertices to a grid of a sixteenth of a pixel, which shifts the interpolated depth. The ray
    // through the pixel's center meets the face's plane at the exact depth. Near edge-on faces, where the ray may miss
    // the face, the rasterizer's depth bounds it.
    let ray = vec3f(fragmentInputs.position.xy * uniforms.pixelToPlane.xy + uniforms.pixelToPlane.zw, -1.0);
    let exact = fragmentInputs.vPlane.w / dot(fragmentInputs.vPlane.xyz, ray);
    let slack = 0.125 * slope;
    if (abs(exact - depth) <= slack) { // false for faces without area
        depth = exact;
    }
#endif
    fragmentOutputs.color = vec4f(depth, fragmentInputs.vElement + 1.0, 0.0, 1.0);
#else
    var light = 1.0;
#ifdef NORMAL
    // Lights above, to the side and at the camera: faces that meet at an edge differ in brightness from every
    // direction.
    let toEye = normalize(fragmentInputs.vToEye);
    var normal = normalize(fragmentInputs.vNormal);
    normal *= select(-1.0, 1.0, dot(normal, toEye) >= 0.0);
    let side = uniforms.worldUp.zxy + 0.5 * uniforms.worldUp.yzx;
    light = 0.3 + 0.15 * (1.0 + dot(normal, uniforms.worldUp)) + 0.07 * (1.0 + dot(normal, normalize(side)))
        + 0.26 * dot(normal, toEye);
    light = mix(1.0, light, uniforms.shading);
#endif
    let lit = clamp(color.rgb * light + emitted, vec3f(0.0), vec3f(1.0));
    fragmentOutputs.color = vec4f(pow(lit, vec3f(1.0 / 2.2)), 1.0);
#endif
}
